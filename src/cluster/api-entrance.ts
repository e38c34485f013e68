// Chooses by which address the API server is reached. In a cluster that is the ClusterIP of its Service, which dies
// with kube-proxy: so the addresses behind it are learned while all is well, and tried when it does not answer.

import { KubeConfig } from '@kubernetes/client-node';
import { type ApiConnection, createApiConnection } from './connection.ts';
import { toApiRequest } from './resources.ts';

export interface ApiEntrance {
  /** A connection that answers; the configured one when none does, so that its failure is what is reported. */
  choose(signal: AbortSignal): Promise<ApiConnection>;
}

// A healthy API server answers in milliseconds; a dead ClusterIP never does.
const PATIENCE_MS = 2000;

// In the certificate of every API server that pods can reach (kubeadm, and what the in-cluster client relies on).
const CERTIFICATE_NAME = 'kubernetes.default.svc';

interface EndpointSliceList {
  items: { endpoints?: { addresses: string[] }[] | null; ports?: { port: number }[] | null }[];
}

export function createApiEntrance(kubeConfig: KubeConfig): ApiEntrance {
  const configured = createApiConnection(kubeConfig);
  let behind: ApiConnection[] = [];

  async function answers(connection: ApiConnection, signal: AbortSignal): Promise<boolean> {
    const reply = await connection.send(toApiRequest({ verb: 'version' }), PATIENCE_MS, signal);
    return reply.kind !== 'unreachable' && reply.kind !== 'timeout';
  }

  async function learn(signal: AbortSignal): Promise<void> {
    const read = toApiRequest({
      verb: 'list',
      resource: 'endpointslices',
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=kubernetes',
    });
    const reply = await configured.send(read, PATIENCE_MS, signal);
    if (reply.kind !== 'ok') return;
    const { items } = JSON.parse(reply.body) as EndpointSliceList;
    const servers = items.flatMap(({ endpoints, ports }) =>
      (endpoints ?? []).flatMap(({ addresses }) =>
        addresses.flatMap((address) => (ports ?? []).map(({ port }) => `${hostOf(address)}:${port}`)),
      ),
    );
    behind = servers.map((server) => createApiConnection(redirected(kubeConfig, server)));
  }

  return {
    async choose(signal) {
      if (await answers(configured, signal)) {
        await learn(signal);
        return configured;
      }
      for (const connection of behind) if (await answers(connection, signal)) return connection;
      return configured;
    },
  };
}

const hostOf = (address: string): string => (address.includes(':') ? `[${address}]` : address);

/** The same credentials and authority, another address. */
function redirected(kubeConfig: KubeConfig, server: string): KubeConfig {
  const current = kubeConfig.getCurrentCluster();
  const other = new KubeConfig();
  other.loadFromOptions({
    clusters: kubeConfig.getClusters().map((cluster) =>
      cluster.name === current?.name
        ? {
            ...cluster,
            server: `${new URL(cluster.server).protocol}//${server}`,
            tlsServerName: cluster.tlsServerName ?? CERTIFICATE_NAME,
          }
        : cluster,
    ),
    users: kubeConfig.getUsers(),
    contexts: kubeConfig.getContexts(),
    currentContext: kubeConfig.getCurrentContext(),
  });
  return other;
}

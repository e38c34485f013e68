// The lab's DNS as the faults handle it: who asks, does it answer, change it, put it back as the manifest has it.
// Knows no particular fault.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from './fault.ts';
import { labSourceDir } from './paths.ts';
import { dnsServiceAddress, upstreamRecord } from './topology.ts';

export const clusterName = 'web.shop.svc.cluster.local';
export const externalName = upstreamRecord.name;

interface PodObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName: string };
  readonly status: { readonly podIP?: string; readonly containerStatuses?: readonly ContainerStatus[] };
}
interface ContainerStatus {
  readonly ready: boolean;
  readonly state: { readonly waiting?: { readonly reason: string } };
}

export interface Pod {
  readonly name: string;
  readonly node: string;
  readonly address: string;
  readonly ready: boolean;
  readonly backsOff: boolean;
}

const inKubeSystem = ['--namespace', 'kube-system'];
const manifest = join(labSourceDir, 'manifests/coredns.yaml');

const podsOf = async (lab: Lab, namespace: string, selector: string): Promise<Pod[]> => {
  const text = await lab.kubectl([
    'get',
    'pods',
    '--namespace',
    namespace,
    '--selector',
    selector,
    '--output',
    'json',
  ]);
  const { items } = JSON.parse(text) as { items: PodObject[] };
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      name: metadata.name,
      node: spec.nodeName,
      address: status.podIP ?? '',
      ready: status.containerStatuses?.every(({ ready }) => ready) ?? false,
      backsOff: status.containerStatuses?.[0]?.state.waiting?.reason === 'CrashLoopBackOff',
    }));
};

export const corednsPods = (lab: Lab) => podsOf(lab, 'kube-system', 'k8s-app=kube-dns');

/** The client pod on this node (on the first one by default), as namespace/name. */
export const clientOn = async (lab: Lab, node = lab.nodes[0]): Promise<string> => {
  const client = (await podsOf(lab, 'shop', 'app=client')).find((pod) => pod.node === node);
  if (client === undefined) throw new Error(`There is no client pod on ${node}.`);
  return `shop/${client.name}`;
};

/** True when the pod gets an address for the name; `@server`, `+tcp` and the like may precede the name. */
export const resolves = async (lab: Lab, pod: string, ...query: readonly string[]): Promise<boolean> => {
  const { code, stdout } = await lab.netns(pod, ['dig', '+short', '+tries=1', '+time=1', ...query]);
  return code === 0 && /^[\d.]+$/m.test(stdout);
};

export const changeCorefile = async (lab: Lab, change: (corefile: string) => string) => {
  const text = await lab.kubectl(['get', 'configmap', 'coredns', ...inKubeSystem, '--output', 'json']);
  const { data } = JSON.parse(text) as { data: { Corefile: string } };
  const changed = change(data.Corefile);
  if (changed === data.Corefile) throw new Error('The change does not change the Corefile.');
  const patch = JSON.stringify({ data: { Corefile: changed } });
  await lab.kubectl(['patch', 'configmap', 'coredns', ...inKubeSystem, '--type', 'merge', '--patch', patch]);
};

/** New pods read a changed Corefile at once; `reload` would take more than a minute. */
export const restartCoredns = async (lab: Lab) => {
  const selector = ['--selector', 'k8s-app=kube-dns'];
  await lab.kubectl(['delete', 'pods', ...inKubeSystem, ...selector, '--grace-period', '1']);
};

export const waitUntilCorednsCrashes = (lab: Lab) =>
  lab.waitFor('both CoreDNS pods crash again and again', async () => {
    const pods = await corednsPods(lab);
    return pods.length === 2 && pods.every(({ backsOff }) => backsOff);
  });

export const patchDnsService = (lab: Lab, spec: object) =>
  lab.kubectl([
    ...['patch', 'service', 'kube-dns', ...inKubeSystem],
    ...['--type', 'merge', '--patch', JSON.stringify({ spec })],
  ]);

/** Everything of the manifest as it was, in fresh pods (no crash counters, no cached answers), and answering. */
export const restoreDns = async (lab: Lab) => {
  await lab.kubectl(['apply', '--validate=false', '-f', '-'], await readFile(manifest, 'utf8'));
  await restartCoredns(lab);
  await waitUntilDnsAnswers(lab);
};

/** From every node: a cluster name and an external one, through the Service and from each replica. */
export const waitUntilDnsAnswers = (lab: Lab) =>
  lab.waitFor(
    'every node gets answers from both CoreDNS replicas',
    async () => {
      const replicas = await corednsPods(lab);
      if (replicas.length !== 2 || !replicas.every(({ ready }) => ready)) return false;
      const servers = [dnsServiceAddress, ...replicas.map(({ address }) => address)];
      const clients = await Promise.all(lab.nodes.map((node) => clientOn(lab, node)));
      const answers = clients.flatMap((client) =>
        servers.flatMap((server) =>
          [clusterName, externalName].map((name) => resolves(lab, client, `@${server}`, name)),
        ),
      );
      return (await Promise.all(answers)).every(Boolean);
    },
    90_000,
  );

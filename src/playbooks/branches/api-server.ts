// The API server by its own addresses, so that a broken Service is told from a broken way. Where they are is looked up; nothing
// is tried here.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { EndpointSlice } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';

export interface ApiServer {
  address: string;
  port: number;
  /** For people; the same wherever it is asked. */
  label: string;
}

/** Empty without a word in `unseen`: the cluster publishes none. */
export async function findApiServers(ask: Ask): Promise<{ servers: ApiServer[]; unseen: Unavailable[] }> {
  const slices = await ask(
    listObjects('endpointslices', EndpointSlice, {
      namespace: 'default',
      labelSelector: 'kubernetes.io/service-name=kubernetes',
    }),
  );
  if (slices.status === 'unavailable') return { servers: [], unseen: [slices] };
  const servers = slices.value.flatMap(({ endpoints, ports: [first] }) =>
    endpoints.flatMap(({ addresses: [address] }) =>
      address === undefined || first === undefined
        ? []
        : [{ address, port: first.port, label: `API server ${address}:${first.port}` }],
    ),
  );
  return { servers, unseen: [] };
}

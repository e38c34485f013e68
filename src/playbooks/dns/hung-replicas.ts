// Nobody gets an answer from any replica: do they hang? What lies unread in their sockets shows that queries reach them and that
// nobody takes them, which no link, route, rule or policy can do. Judges only when all replicas are silent and all were seen.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type Listener, readListeners } from '../../probes/listeners.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { LegResult } from './legs.ts';

/** Undefined: some of them answer, or nothing lies unread, or it could not be seen. */
export async function checkHungReplicas(
  ask: Ask,
  inventory: DnsInventory,
  legs: LegResult[],
): Promise<Finding | undefined> {
  const asked = legs.filter(({ server, state }) => server.kind === 'replica' && state !== 'unknown');
  if (asked.length === 0 || !asked.every(({ state }) => state === 'failed')) return undefined;
  const looks = await Promise.all(
    [...new Set(asked.map(({ server }) => server))].map(async ({ label, port }) => {
      const pod = inventory.pods.find(({ metadata }) => metadata.name === label);
      return pod && { port, sockets: await ask(readListeners(vantageOfPod(pod))) };
    }),
  );
  const seen = looks.filter((look) => look !== undefined);
  if (seen.length < looks.length || seen.some(({ sockets, port }) => unreadAt(sockets, port) === 0))
    return undefined;
  return hung(
    inventory,
    seen.map(({ sockets }) => sockets),
    asked,
  );
}

/** Bytes of queries and connections that nobody has taken; 0 as well when it was not seen. */
const unreadAt = (sockets: Evidence<Listener[]>, port: number): number =>
  sockets.status === 'unavailable'
    ? 0
    : sockets.value
        .filter((listener) => listener.port === port)
        .reduce((sum, { waiting }) => sum + waiting, 0);

function hung({ deployment }: DnsInventory, sockets: Evidence<unknown>[], legs: LegResult[]): Finding {
  const { namespace, name } = deployment?.metadata ?? { namespace: DNS_NAMESPACE, name: 'coredns' };
  return {
    code: 'dns.coredns-down',
    ...dnsCodes['dns.coredns-down'],
    params: {
      ...{ cause: 'hangs', detail: '', deployment: `${namespace}/${name}`, ready: 0 },
      desired: deployment?.spec.replicas ?? sockets.length,
    },
    subject: { kind: 'deployment', namespace, name },
    confidence: 'proven',
    advisory: false,
    evidence: [...sockets, ...legs.map(({ evidence }) => evidence)],
    explains: ['dns.replica-bad', 'dns.udp-blocked'],
    remediations: [],
  };
}

// Nobody gets an answer from any replica: do they hang? A connection that the kernel has made and nobody takes has passed the way
// there and back, so no link, route, rule or policy is to blame. Judges only when all replicas are silent and all were seen.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type Listener, readListeners } from '../../probes/listeners.ts';
import { vantageOfPod } from '../branches/pods/pod-network.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { LegResult } from './legs.ts';

/** Undefined: some of them answer, or take what comes in, or it could not be seen. */
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
  if (seen.length < looks.length || !seen.every(({ sockets, port }) => leavesWaiting(sockets, port)))
    return undefined;
  return hung(
    inventory,
    seen.map(({ sockets }) => sockets),
    asked,
  );
}

/** Queries over UDP do not count: a busy replica whose replies are dropped has some unread at any moment. */
const leavesWaiting = (sockets: Evidence<Listener[]>, port: number): boolean =>
  sockets.status === 'observed' &&
  sockets.value.some(
    (listener) => listener.protocol === 'tcp' && listener.port === port && listener.waiting > 0,
  );

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

// Does CoreDNS answer late? Every replica is asked for a name that it holds in memory, which takes it well under a
// millisecond; the way adds a few. Late answers from all places at once are the server's doing, and its log may say so.

import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { readLog } from '../../probes/api-reads.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { LegResult } from './legs.ts';
import { LOG_LINES } from './pod-states.ts';

// Far above any network within a cluster, and where applications begin to notice.
const LATE_MS = 300;

// plugin/health's own probe of itself, which waits for the same processor (errors.md row 122).
const STARVED = /plugin\/health: Local health request to .* (failed|took more than)/;

export async function checkOverload(
  ask: Ask,
  inventory: DnsInventory,
  legs: LegResult[],
): Promise<Finding[]> {
  const direct = legs.filter(({ server, protocol }) => server.kind === 'replica' && protocol === 'udp');
  const times = direct.flatMap(({ evidence }) =>
    evidence.status === 'observed'
      ? evidence.value.flatMap((reply) => (reply.kind === 'answer' ? [reply.ms] : []))
      : [],
  );
  const median = times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  if (median < LATE_MS) return [];
  const logs = await Promise.all(
    inventory.pods.map(({ metadata: { namespace, name } }) =>
      ask(readLog({ namespace, name }, { tailLines: LOG_LINES })),
    ),
  );
  const line = logs
    .flatMap((log) => (log.status === 'observed' ? log.value.split('\n') : []))
    .findLast((candidate) => STARVED.test(candidate));
  return [
    {
      code: 'dns.overloaded',
      ...dnsCodes['dns.overloaded'],
      params: { medianMs: median, line: line?.trim() ?? '' },
      subject: {
        kind: 'deployment',
        namespace: DNS_NAMESPACE,
        name: inventory.deployment?.metadata.name ?? 'coredns',
      },
      confidence: line === undefined ? 'likely' : 'proven',
      advisory: false,
      evidence: [...direct.map(({ evidence }) => evidence), ...logs],
      explains: ['dns.intermittent-timeout'],
      remediations: [],
    },
  ];
}

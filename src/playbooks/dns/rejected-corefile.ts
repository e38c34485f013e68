// A Corefile that the running CoreDNS did not take up: it serves with the old one, and will not start again with the
// new one. Told by its log, or by a Corefile that cannot be read at all. Always advice: names still resolve.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { readLog } from '../../probes/api-reads.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory, isReady } from './inventory.ts';
import { LOG_LINES } from './pod-states.ts';

// plugin/reload and caddy, when a changed Corefile is tried (errors.md row 123), and when one is taken up.
const RELOAD =
  /plugin\/reload: Corefile parse failed|Corefile changed but reload failed|Restart failed|Reloading complete/;
const TAKEN_UP = /Reloading complete/;

const MAX_PODS = 2;

export async function checkCorefileTakenUp(ask: Ask, inventory: DnsInventory): Promise<Finding[]> {
  const serving = inventory.pods.filter(isReady).slice(0, MAX_PODS);
  const logs = await Promise.all(
    serving.map(({ metadata: { namespace, name } }) =>
      ask(readLog({ namespace, name }, { tailLines: LOG_LINES })),
    ),
  );
  const refusals = logs.flatMap((log) => {
    if (log.status === 'unavailable') return [];
    const last = log.value.split('\n').findLast((line) => RELOAD.test(line));
    return last === undefined || TAKEN_UP.test(last) ? [] : [{ log, line: last.trim() }];
  });
  const [refusal] = refusals;
  if (refusal) return [rejected(inventory, refusal.line, [refusal.log], serving.length)];
  const { corefile, evidence } = inventory;
  if (corefile === undefined || corefile.ok || serving.length === 0) return [];
  return [
    rejected(
      inventory,
      `Corefile:${corefile.line} - ${corefile.problem}`,
      [evidence.corefile],
      serving.length,
    ),
  ];
}

function rejected(
  inventory: DnsInventory,
  line: string,
  evidence: Evidence<unknown>[],
  ready: number,
): Finding {
  return {
    code: 'dns.coredns-crashing',
    ...dnsCodes['dns.coredns-crashing'],
    params: {
      cause: 'corefile-rejected',
      line,
      ready,
      pods: inventory.pods.map(({ metadata }) => metadata.name),
    },
    subject: { kind: 'configmap', namespace: DNS_NAMESPACE, name: 'coredns' },
    confidence: 'proven',
    advisory: true,
    evidence,
    explains: [],
    remediations: [],
  };
}

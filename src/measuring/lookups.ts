// Whether nodes get an answer from the cluster's DNS Service, by the one name that every cluster has. Why they get none is
// the dns playbook's question.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { LookupSample } from '../ops/cluster-metrics.ts';
import { sampleNodes } from '../playbooks/branches/nodes/mesh.ts';
import { readKubelet, readObjects, toInventory } from '../playbooks/dns/inventory.ts';
import { clusterName, resolves } from '../playbooks/dns/replies.ts';
import { listServers } from '../playbooks/dns/servers.ts';
import { type DnsReply, queryDns } from '../probes/dns-query.ts';
import { type FailureReason, type Reading, reasonsOf, unread } from './reading.ts';

const TIMES = 3;
const TIMEOUT_S = 2;

export async function measureLookups(ask: Ask, facts: Facts): Promise<Reading> {
  const [objects, kubelet] = await Promise.all([readObjects(ask), readKubelet(ask, facts)]);
  const inventory = toInventory(objects, kubelet);
  const server = listServers(inventory).find(({ kind }) => kind === 'service');
  if (!server) {
    const reasons = reasonsOf([objects.services]);
    return unread('dns', ...(reasons.length > 0 ? reasons : (['no-target'] as const)));
  }
  const measured = await Promise.all(
    sampleNodes(facts, { kind: 'cluster' }).map(
      async ({ name, agent }): Promise<LookupSample | FailureReason> => {
        if (agent.status !== 'ready') return 'no-vantage';
        const replies = await ask(
          queryDns({
            vantage: { kind: 'node', node: name },
            server: server.address,
            port: server.port,
            serverLabel: server.label,
            name: clusterName(inventory),
            protocol: 'udp',
            times: TIMES,
            timeoutS: TIMEOUT_S,
          }),
        );
        if (replies.status === 'unavailable') return replies.reason;
        const ok = replies.value.filter(isRight).length;
        return { node: name, ok, failed: replies.value.length - ok };
      },
    ),
  );
  const lookups = measured.filter((each) => typeof each !== 'string');
  const failures = measured.filter((each) => typeof each === 'string');
  if (lookups.length === 0 && failures.length > 0) return unread('dns', ...failures);
  return { what: 'dns', samples: { what: 'dns', lookups }, failures };
}

const isRight = (reply: DnsReply): boolean => reply.kind === 'answer' && resolves(reply);

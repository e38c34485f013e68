// Who may witness against an upstream: only replicas whose own network was really asked.

import { expect, test } from 'vitest';
import type { Evidence } from '../../src/diagnosis/evidence.ts';
import { toInventory } from '../../src/playbooks/dns/inventory.ts';
import { judgeUpstreams } from '../../src/playbooks/dns/upstreams.ts';
import type { DnsReply } from '../../src/probes/dns-query.ts';

const provenance = {
  probe: 'dns.query',
  label: { topic: 'dns.query', params: { protocol: 'udp', server: 'upstream', name: 'example.com.' } },
  vantage: { kind: 'node', node: 'n1' },
  at: '2026-11-23T20:00:00.000Z',
  ms: 1,
  excerpt: '',
} as const;

const replied = (reply: DnsReply): Evidence<DnsReply[]> => ({
  ...provenance,
  status: 'observed',
  value: [reply],
});
const unseen: Evidence<never> = {
  ...provenance,
  status: 'unavailable',
  reason: 'no-vantage',
  detail: 'cut off',
};
const alive: DnsReply = {
  kind: 'answer',
  rcode: 'NXDOMAIN',
  authoritative: false,
  truncated: false,
  records: [],
  ms: 1,
};
const timeout: DnsReply = { kind: 'timeout' };

const inventory = toInventory(
  {
    services: unseen,
    slices: unseen,
    deployments: unseen,
    pods: unseen,
    corefile: unseen,
    daemonSets: unseen,
  },
  undefined,
);
const origin = (node: string, read: Evidence<DnsReply[]>) => ({ node, fromNode: [read], fromPod: [read] });
const asked = { name: 'example.com.', forward: ['192.0.2.53'], addresses: ['192.0.2.53'] };

test('a replica whose node cannot be asked does not witness against an upstream that another replica hears', () => {
  const answers = { ...asked, origins: [origin('n1', unseen), origin('n2', replied(alive))] };

  const { finding } = judgeUpstreams(inventory, replied(timeout), answers);

  expect(finding).toBeUndefined();
});

test('an upstream that no asked replica hears is silent, though another replica cannot be asked', () => {
  const answers = { ...asked, origins: [origin('n1', unseen), origin('n2', replied(timeout))] };

  const { finding } = judgeUpstreams(inventory, replied(timeout), answers);

  expect(finding).toMatchObject({ code: 'dns.upstream-failing', params: { cause: 'silent' } });
});

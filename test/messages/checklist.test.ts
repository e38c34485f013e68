// What people read of the checklist: one line an item, what changed, and nothing that sounds better than it is.

import { describe, expect, test } from 'vitest';
import { type CheckResult, checkItems } from '../../src/checklist/checklist.ts';
import type { ChecklistReport } from '../../src/checklist/ports.ts';
import type { Change, SettingKind } from '../../src/diagnosis/recent-changes.ts';
import { changedSince, changesLine } from '../../src/messages/changes.ts';
import { reportLines } from '../../src/messages/checklist.ts';
import { plain } from '../../src/messages/fragment.ts';
import { CHECKED_AT, fineResults, sampleRun } from '../support/sample-check.ts';
import { amplified, dropped, unseen } from '../support/verdict-samples.ts';

const asked = { channel: 'C1', by: 'U1', language: 'en' } as const;
const request = { id: 'c-1', cluster: 'prod-eu', items: [...checkItems] };
const languages = ['en', 'zh'] as const;
const at = CHECKED_AT;

const corefile: Change = {
  kind: 'corefile',
  what: 'changed',
  subjects: ['kube-system/coredns Corefile'],
  before: 'a\nb',
  after: 'a\nc',
  lines: { removed: ['forward . /etc/resolv.conf'], added: ['forward . 10.9.9.9'] },
  at: '2026-03-10T03:05:00Z',
  by: 'kubectl-edit',
};
const policies = (count: number): Change[] =>
  Array.from({ length: count }, (_, number) => ({
    kind: 'policy',
    what: 'added',
    subjects: [`shop/deny-${number}`],
    after: 'sha256:1',
  }));

/** Every item in every way in which it is not fine. */
const troubled: CheckResult[] = [
  { item: 'cni-health', status: 'failed', at, params: { finding: dropped, more: 2 } },
  { item: 'cni-health', status: 'unknown', at, params: { more: 0 } },
  {
    item: 'mesh',
    status: 'unknown',
    at,
    params: { more: 0, reason: { kind: 'unavailable', evidence: unseen }, coverage: { nodes: 10, of: 200 } },
  },
  { item: 'mesh', status: 'attention', at, params: { finding: amplified, more: 0 } },
  { item: 'dns', status: 'failed', at, params: { finding: dropped, more: 0 } },
  {
    item: 'dns',
    status: 'attention',
    at,
    params: { more: 0, rate: { answers: 1000, failed: 21, basis: 'metrics', since: '2026-03-09T05:00:00Z' } },
  },
  {
    item: 'pools',
    status: 'failed',
    at,
    params: {
      crowded: [
        { node: 'n3', used: 253, capacity: 253 },
        { node: 'n1', used: 210, capacity: 253 },
      ],
      forecast: { node: 'n1', fullInMs: 60 * 60 * 60 * 1000 },
      counted: 2,
      unseen: ['n2'],
      leftOut: 4,
    },
  },
  {
    item: 'pools',
    status: 'unknown',
    at,
    params: { crowded: [], counted: 0, unseen: ['n1'], leftOut: 0 },
  },
  {
    item: 'policies',
    status: 'attention',
    at,
    params: {
      changes: policies(5),
      changed: 5,
      policies: 9,
      review: { at: '2026-03-01T09:00:00Z', by: 'U0ANNA' },
      unread: [],
    },
  },
  { item: 'policies', status: 'attention', at, params: { changes: [], changed: 0, policies: 9, unread: [] } },
  {
    item: 'policies',
    status: 'unknown',
    at,
    params: { changes: [], changed: 0, policies: 0, unseen: 'forbidden', unread: [] },
  },
  {
    item: 'policies',
    status: 'unknown',
    at,
    params: { changes: [], changed: 0, policies: 0, unread: ['CiliumNetworkPolicy'] },
  },
  { item: 'drill', status: 'attention', at, params: {} },
  {
    item: 'drill',
    status: 'failed',
    at,
    params: { last: { at: '2026-03-01T09:00:00Z', by: 'U1', what: 'flannel stopped', result: 'failed' } },
  },
  {
    item: 'version',
    status: 'attention',
    at,
    params: {
      versions: [
        { version: 'v3.30.1', nodes: ['n1', 'n2'] },
        { version: 'v3.30.0', nodes: ['n3'] },
      ],
      support: 'unsupported',
      maintained: ['3.32', '3.31'],
      lookedUpOn: '2026-09-05',
    },
  },
  {
    item: 'version',
    status: 'unknown',
    at,
    params: { versions: [], support: 'not-known', maintained: [], lookedUpOn: '', unseen: 'forbidden' },
  },
];

const said = (report: ChecklistReport, language: 'en' | 'zh', nowAt = CHECKED_AT): string[] =>
  reportLines(report, nowAt, language).map(plain);

const answered = (
  results: CheckResult[],
  more: Partial<Parameters<typeof sampleRun>[2]> = {},
): ChecklistReport => ({
  kind: 'answer',
  asked,
  run: { ...sampleRun(request, [], more), results },
});

test('a healthy cluster is seven lines, each with a sign and a word', () => {
  const lines = said(answered(fineResults()), 'en');

  expect(lines).toEqual([
    'Checklist of prod-eu',
    '✅ CNI components: fine — agents, configuration and programs are in order',
    '✅ IP addresses: fine — the fullest node, n2 uses 31 of 253 (12 %)',
    '✅ Across nodes: fine — pods reach each other between nodes',
    '✅ DNS answers: fine — CoreDNS answered 99.9 % of 2000 queries since 05:45 UTC',
    '✅ NetworkPolicies: fine — 4, all as reviewed on 2026-03-01 by @U0ANNA',
    '✅ Failure drill: fine — passed on 2026-02-20: CoreDNS scaled to zero',
    '✅ CNI version: fine — v0.28.4 on 3 node(s), a line that is maintained',
  ]);
});

test('the same in Chinese', () => {
  const lines = said(answered(fineResults()), 'zh');

  expect(lines).toEqual([
    '集群 prod-eu 运维检查',
    '✅ CNI 组件：正常 — agent、配置与插件程序均正常',
    '✅ IP 地址：正常 — 使用率最高的节点 n2 已用 31/253（12 %）',
    '✅ 跨节点连通：正常 — 各节点上的 Pod 可互相访问',
    '✅ DNS 解析：正常 — CoreDNS 成功应答 99.9 %（共 2000 次查询），统计起点 05:45 UTC',
    '✅ NetworkPolicy：正常 — 共 4 条，无变更，上次审查 2026-03-01（@U0ANNA）',
    '✅ 故障演练：正常 — 2026-02-20 通过：CoreDNS scaled to zero',
    '✅ CNI 版本：正常 — 3 个节点运行 v0.28.4，该版本线仍在维护',
  ]);
});

describe.each(languages)('in %s', (language) => {
  test('everything that is not fine is said without a hole', () => {
    for (const result of troubled) {
      const [, line = ''] = said(answered([result]), language);

      expect(line, JSON.stringify(result)).toMatch(/^(🟡|🔴|❔) .{8,}/u);
      expect(line).not.toMatch(/undefined|NaN|\[object|✅/);
    }
  });

  test('what was never checked is not left out of the digest', () => {
    const report: ChecklistReport = {
      kind: 'digest',
      cluster: 'prod-eu',
      results: fineResults().slice(0, 2),
    };

    const lines = said(report, language);

    expect(lines).toHaveLength(8);
    expect(lines.filter((line) => line.startsWith('❔'))).toHaveLength(5);
  });
});

test('news hold the items that are told and no others', () => {
  const run = { ...sampleRun(request), results: [...fineResults().slice(0, 6), ...troubled.slice(-1)] };

  const lines = said({ kind: 'news', run, items: ['version'] }, 'en');

  expect(lines).toEqual(['Checklist of prod-eu: news', '❔ CNI version: not known — no agent was seen']);
});

test('an old result says of which day it is', () => {
  const report: ChecklistReport = { kind: 'digest', cluster: 'prod-eu', results: fineResults() };

  const [, line] = said(report, 'en', '2026-03-16T07:00:00Z');

  expect(line).toContain('(checked on 2026-03-10)');
});

test('a cluster that could not be asked is told with the reason', () => {
  const failure = { kind: 'cluster-unreachable', detail: 'no route' } as const;

  const lines = said({ kind: 'no-answer', id: 'c-1', cluster: 'prod-eu', failure, asked }, 'en');

  expect(lines.join(' ')).toMatch(/nothing was checked.*API server/);
});

test('changes say what, by whom and when, the first three and a count', () => {
  const line = plain(changesLine([corefile, ...policies(4)], CHECKED_AT, 'en'));

  expect(line).toBe(
    'Corefile changed (kubectl-edit, 03:05 UTC): − forward . /etc/resolv.conf + forward . 10.9.9.9; ' +
      'NetworkPolicy shop/deny-0 added; NetworkPolicy shop/deny-1 added; 2 more',
  );
});

test('changes are told in Chinese alike', () => {
  const line = plain(
    changedSince({ since: '2026-03-10T02:40:00Z', changes: [corefile, ...policies(4)] }, CHECKED_AT, 'zh'),
  );

  expect(line).toBe(
    '自上次健康检查（02:40 UTC）以来的变更：Corefile 被修改（kubectl-edit，03:05 UTC）：' +
      '− forward . /etc/resolv.conf + forward . 10.9.9.9；' +
      'NetworkPolicy shop/deny-0 新增；NetworkPolicy shop/deny-1 新增；另有 2 项',
  );
});

test('that nothing changed is said as well', () => {
  const line = plain(changedSince({ since: '2026-03-10T02:40:00Z', changes: [] }, CHECKED_AT, 'en'));

  expect(line).toBe('Nothing that was compared has changed since the last healthy check (02:40 UTC).');
});

test.each(languages)('a change of each kind has words in %s', (language) => {
  const kinds: SettingKind[] = [
    ...(['node', 'pod-range', 'kubelet', 'node-label', 'cni-settings', 'cni-config', 'cni-agent'] as const),
    ...([
      'corefile',
      'dns-service',
      'dns-workload',
      'kube-proxy-settings',
      'kube-proxy-mode',
      'policy',
    ] as const),
  ];

  const lines = kinds.map((kind) =>
    plain(
      changesLine(
        [{ kind, what: 'changed', subjects: ['n1', 'n2'], before: 'x', after: 'y' }],
        CHECKED_AT,
        language,
      ),
    ),
  );

  for (const line of lines) expect(line).toMatch(/\S+ .*x → y/);
});

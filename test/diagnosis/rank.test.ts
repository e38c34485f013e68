// Which finding is told first, and which are folded into a deeper one.

import { describe, expect, test } from 'vitest';
import type { Finding } from '../../src/diagnosis/finding.ts';
import { foldExplained, mergeEqual, rankFindings } from '../../src/diagnosis/rank.ts';
import type {} from '../../src/playbooks/index.ts';

type Changes = Partial<Omit<Finding, 'code' | 'params'>>;

const finding = (changes: Changes & { code: Finding['code'] }): Finding =>
  ({
    params: {},
    subject: { kind: 'cluster' },
    layer: 'k8s',
    priority: 'P1',
    confidence: 'proven',
    advisory: false,
    evidence: [],
    explains: [],
    remediations: [],
    ...changes,
  }) as unknown as Finding;

const dropRule = (changes: Changes = {}): Finding =>
  finding({
    code: 'node.forward-drop',
    layer: 'host',
    node: 'n2',
    explains: ['dns.udp-blocked'],
    ...changes,
  });
const blocked = (node: string): Finding => finding({ code: 'dns.udp-blocked', layer: 'host', node });

const upstreamFailing = (...nodes: string[]): Finding =>
  finding({
    code: 'dns.upstream-failing',
    evidence: nodes.map((node) => ({ vantage: { kind: 'node', node } }) as Finding['evidence'][number]),
  });

describe('folding', () => {
  test.each([
    ['a proven cause on the same node', [dropRule(), blocked('n2')], ['node.forward-drop']],
    ['not a cause on another node', [dropRule(), blocked('n3')], ['node.forward-drop', 'dns.udp-blocked']],
    [
      'a cause at the other end of the way',
      [dropRule(), { ...blocked('n3'), ends: ['n3', 'n2'] } as Finding],
      ['node.forward-drop'],
    ],
    [
      'the same fault seen from one way alone',
      [
        finding({ code: 'node.underlay-unreachable', node: 'n2', explains: ['node.underlay-unreachable'] }),
        finding({
          code: 'node.underlay-unreachable',
          subject: { kind: 'node-pair', name: 'n1 <-> n2' },
          ends: ['n1', 'n2'],
        }),
      ],
      ['node.underlay-unreachable'],
    ],
    [
      'not a cause that is only likely',
      [dropRule({ confidence: 'likely' }), blocked('n2')],
      ['node.forward-drop', 'dns.udp-blocked'],
    ],
    [
      'not a cause that is only advice',
      [dropRule({ advisory: true }), blocked('n2')],
      ['node.forward-drop', 'dns.udp-blocked'],
    ],
    [
      'a cause that sits on no node explains what is seen on any',
      [
        finding({ code: 'dns.coredns-down', explains: ['dns.replica-bad'] }),
        finding({ code: 'dns.replica-bad', node: 'n2' }),
      ],
      ['dns.coredns-down'],
    ],
    [
      'a symptom that sits nowhere and was seen from the node of the cause alone',
      [dropRule({ explains: ['dns.upstream-failing'] }), upstreamFailing('n2')],
      ['node.forward-drop'],
    ],
    [
      'not a symptom that other nodes see, too',
      [dropRule({ explains: ['dns.upstream-failing'] }), upstreamFailing('n2', 'n3')],
      ['node.forward-drop', 'dns.upstream-failing'],
    ],
    [
      'not a cause that does not name the code',
      [dropRule({ explains: [] }), blocked('n2')],
      ['node.forward-drop', 'dns.udp-blocked'],
    ],
    [
      'not two findings that explain themselves',
      [dropRule({ explains: ['node.forward-drop'] })],
      ['node.forward-drop'],
    ],
  ])('%s', (_what, findings, left) => {
    const { kept, explained } = foldExplained(findings);

    expect(kept.map(({ code }) => code)).toEqual(left);
    expect(explained).toEqual(findings.filter((finding) => !kept.includes(finding)));
  });

  test('two causes that explain each other do not make both disappear', () => {
    const one = finding({ code: 'dns.udp-blocked', explains: ['dns.truncation'] });
    const two = finding({ code: 'dns.truncation', explains: ['dns.udp-blocked'] });

    const { kept } = foldExplained([one, two]);

    expect(kept.length).toBeGreaterThan(0);
  });
});

describe('the order', () => {
  test.each([
    ['causes before advice', { advisory: true, priority: 'P0' }, { priority: 'P2' }],
    ['proven before likely', { confidence: 'likely', priority: 'P0' }, { priority: 'P2' }],
    ['urgent before less urgent', { priority: 'P2', layer: 'physical' }, { priority: 'P1', layer: 'app' }],
    ['deep before shallow', { layer: 'k8s' }, { layer: 'host' }],
  ] as [string, Changes, Changes][])('%s', (_what, later, earlier) => {
    const first = finding({ code: 'dns.udp-blocked', ...earlier });
    const second = finding({ code: 'dns.coredns-down', ...later });

    expect(rankFindings([second, first])).toEqual([first, second]);
  });

  test('of equals is that of their codes, so that equal runs read alike', () => {
    const a = finding({ code: 'dns.coredns-down' });
    const b = finding({ code: 'dns.replica-bad' });

    expect(rankFindings([b, a])).toEqual([a, b]);
    expect(rankFindings([a, b])).toEqual([a, b]);
  });
});

test('what one playbook finds odd and another sees break traffic is a cause', () => {
  const found = mergeEqual([dropRule({ advisory: true }), blocked('n3'), dropRule()]);

  expect(found.map(({ code, advisory }) => [code, advisory])).toEqual([
    ['dns.udp-blocked', false],
    ['node.forward-drop', false],
  ]);
});

test('a fault that two playbooks find accounts for what either of them says', () => {
  const found = mergeEqual([
    dropRule({ explains: ['dns.udp-blocked'] }),
    dropRule({ explains: ['service.dead-endpoint'] }),
  ]);

  expect(found.map(({ explains }) => explains)).toEqual([['dns.udp-blocked', 'service.dead-endpoint']]);
});

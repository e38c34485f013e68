// States of nodes that the lab cannot stage: a full connection table, a slow link (its kernel has no way to delay packets),
// ranges that the controller manager would not give out.

import type { Question } from '../../../src/cluster/access.ts';
import type { Node } from '../../../src/probes/api-objects.ts';
import { readRecordedDrill } from '../../support/recorded-drills.ts';
import { listing, lists, printing, reading, runs } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

const COUNT = '/proc/sys/net/netfilter/nf_conntrack_count';
const LIMIT = '/proc/sys/net/netfilter/nf_conntrack_max';

const { nodes } = readRecordedDrill('cross-node-healthy').diagnosis.facts;
const factsOf = (name: string) => nodes.find((node) => node.name === name);

/** Addresses of its pods without the last number. */
const podsOf = (name: string): string => (factsOf(name)?.podCidrs[0] ?? '').replace(/\d+\/24$/, '');

const placesOf = (name: string): string[] => [...(factsOf(name)?.addresses ?? []), podsOf(name)];

/** A ping between that node or its pods and any other node. */
function pingsAcross(question: Question, name: string): boolean {
  if (question.via !== 'node' || question.command.kind !== 'run') return false;
  const { argv } = question.command;
  const isThere = placesOf(name).some((place) => argv.at(-1)?.startsWith(place));
  return argv[0] === 'ping' && isThere !== (question.node === name);
}

const withoutRange =
  (of: string) =>
  (node: Node): Node =>
    node.metadata.name === of ? { ...node, spec: { ...node.spec, podCIDR: undefined, podCIDRs: [] } } : node;

const withAddress =
  (address: string, of: string) =>
  (node: Node): Node =>
    node.metadata.name === of
      ? {
          ...node,
          status: {
            ...node.status,
            addresses: [...node.status.addresses, { type: 'InternalIP', address }],
          },
        }
      : node;

export const nodeCases: RecordedCase[] = [
  {
    title: 'cross-node: a full connection table explains what does not get through',
    from: 'cross-node-node-cut-off',
    change: (question, answer) => {
      if (reads(question, 'n2', COUNT)) return reading(answer, '65536\n');
      return reads(question, 'n2', LIMIT) ? reading(answer, '65536\n') : undefined;
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'node.conntrack-full',
        subject: 'node n2',
        node: 'n2',
        params: { entries: 65536, limit: 65536 },
      },
    ],
  },
  {
    title: 'cross-node: a full connection table is odd where all gets through',
    from: 'cross-node-healthy',
    change: (question, answer) =>
      reads(question, 'n3', COUNT) || reads(question, 'n3', LIMIT) ? reading(answer, '1000\n') : undefined,
    outcome: 'cleared',
    findings: [{ code: 'node.conntrack-full', subject: 'node n3', node: 'n3', advisory: true }],
  },
  {
    title: 'cross-node: a node that is slow to all others is named',
    from: 'cross-node-healthy',
    change: (question, answer) =>
      pingsAcross(question, 'n2')
        ? printing(answer, (text) => text.replace(/= [\d./]+ ms/, '= 179.1/180.2/181.9/0.4 ms'))
        : undefined,
    outcome: 'root-cause',
    findings: [
      {
        code: 'node.latency-high',
        subject: 'node n2',
        node: 'n2',
        params: { ms: 180.2, peers: ['n1', 'n3'] },
      },
    ],
  },
  {
    title: 'cross-node: a node without a range for its pods, where others have one',
    from: 'cross-node-healthy',
    change: (question, answer) =>
      lists(question, 'nodes') ? listing(answer, withoutRange('n2')) : undefined,
    outcome: 'root-cause',
    findings: [{ code: 'node.cidr-missing', subject: 'node n2', node: 'n2' }],
  },
  {
    title: 'cross-node: a range for pods with a node’s address in it',
    from: 'cross-node-healthy',
    change: (question, answer) =>
      lists(question, 'nodes') ? listing(answer, withAddress(`${podsOf('n2')}77`, 'n3')) : undefined,
    outcome: 'root-cause',
    findings: [
      {
        code: 'node.cidr-overlap',
        subject: 'node n2',
        node: 'n2',
        params: {
          range: `${podsOf('n2')}0/24`,
          with: { kind: 'node-address', name: 'n3', range: `${podsOf('n2')}77` },
        },
      },
    ],
  },
  {
    title: 'cross-node: a node that does not reach its own pods, and nothing says why, is no clean bill',
    from: 'cross-node-bridge-filtered',
    change: (question, answer) =>
      runs(question, 'nft -j list ruleset') ? printing(answer, withoutBridgeRules) : undefined,
    outcome: 'inconclusive',
    findings: [],
    reasons: ['pod-network'],
  },
];

function withoutBridgeRules(text: string): string {
  const { nftables } = JSON.parse(text) as { nftables: Record<string, { family?: string }>[] };
  const kept = nftables.filter((each) => Object.values(each).every(({ family }) => family !== 'bridge'));
  return JSON.stringify({ nftables: kept });
}

const reads = (question: Question, node: string, path: string): boolean =>
  question.via === 'node' &&
  question.node === node &&
  question.command.kind === 'read-node-file' &&
  question.command.path === path;

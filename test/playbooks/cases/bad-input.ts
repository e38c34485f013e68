// Clusters and pods that cannot be looked at as a whole, and nodes with more than anybody reads: a node without an agent,
// one that is not ready, a pod that goes away between two questions, thousands of rules.

import type { Node } from '../../../src/probes/api-objects.ts';
import { listing, lists, printing, runs, unavailable } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

export const badInputCases: RecordedCase[] = [
  {
    title: 'dns: a node that is not ready and has no agent is named, and the rest is cleared',
    from: 'dns-healthy',
    change: (question, answer) => {
      if (question.via === 'node')
        return question.node === 'n2' ? unavailable(answer, 'no-vantage') : undefined;
      return lists(question, 'nodes')
        ? listing<Node>(answer, (node) => (node.metadata.name === 'n2' ? notReady(node) : node))
        : undefined;
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'dns: the one rule that drops is found among 6,000',
    from: 'dns-udp-53-dropped-on-node',
    change: (question, answer) =>
      runs(question, 'iptables-nft-save', 'n1') && question.via === 'node' && question.netns === 'host'
        ? printing(answer, withManyRules)
        : undefined,
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.udp-blocked',
        subject: 'node n1',
        node: 'n1',
        params: {
          scope: 'from-node',
          rule: {
            text: '-A FORWARD -p udp -m udp --dport 53 -j DROP',
            table: 'filter',
            chain: 'FORWARD',
            packets: 11,
            backend: 'iptables-nft',
          },
        },
      },
    ],
  },
  {
    title: 'cross-node: nodes without an agent leave it open',
    from: 'cross-node-healthy',
    change: (question, answer) => (question.via === 'node' ? unavailable(answer, 'no-vantage') : undefined),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage', 'no-vantage', 'no-vantage'],
  },
  {
    title: 'pod: a node without an agent leaves it open',
    from: 'pod-application-slow',
    change: (question, answer) => (question.via === 'node' ? unavailable(answer, 'no-vantage') : undefined),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage', 'no-vantage'],
  },
  {
    title: 'pod: one that is gone between two questions leaves it open',
    from: 'pod-application-slow',
    change: (question, answer) =>
      question.via === 'node' && question.netns !== 'host'
        ? unavailable(answer, 'no-vantage', 'no process of this pod runs here')
        : undefined,
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage', 'no-vantage'],
  },
  {
    title:
      'pod: a destination on a node that does not report and has no agent is cleared while its traffic passes',
    from: 'pod-application-slow',
    change: (question, answer) => {
      if (question.via === 'node')
        return question.node === 'n1' ? unavailable(answer, 'no-vantage') : undefined;
      return lists(question, 'nodes')
        ? listing<Node>(answer, (node) => (node.metadata.name === 'n1' ? notReady(node) : node))
        : undefined;
    },
    outcome: 'cleared',
    findings: [
      {
        code: 'node.not-ready',
        subject: 'node n1',
        node: 'n1',
        advisory: true,
        params: { message: 'NodeStatusUnknown' },
      },
      { code: 'pod.application-slow', subject: 'pod shop/victim', node: 'n1', advisory: true },
    ],
  },
  {
    title: 'cross-node: exec that the API server refuses leaves it open, and says so',
    from: 'cross-node-healthy',
    change: (question, answer) =>
      question.via === 'node' ? unavailable(answer, 'forbidden', 'pods/exec is forbidden') : undefined,
    outcome: 'inconclusive',
    findings: [],
    reasons: ['forbidden', 'forbidden', 'forbidden'],
  },
  {
    title: 'mtu: a node without an agent is judged by what the others send it and get back',
    from: 'mtu-healthy',
    change: (question, answer) =>
      question.via === 'node' && question.node === 'n3' ? unavailable(answer, 'no-vantage') : undefined,
    outcome: 'cleared',
    findings: [],
  },
];

/** 3,000 addresses that are blocked, and 3,000 Services that have nothing to do with it. */
function withManyRules(text: string): string {
  const many = (line: (at: number) => string): string =>
    Array.from({ length: 3000 }, (_, at) => line(at)).join('\n');
  const address = (at: number): string => `${Math.floor(at / 250)}.${(at % 250) + 1}`;
  const blocked = many((at) => `[0:0] -A FORWARD -s 198.18.${address(at)}/32 -j DROP`);
  const services = many(
    (at) =>
      `[0:0] -A KUBE-SERVICES -d 10.97.${address(at)}/32 -p tcp -m comment --comment "many/s-${at}:http cluster IP" -m tcp --dport 80 -j KUBE-SVC-${at}`,
  );
  return text
    .replace(/^(\*filter\n(?::.*\n)*)/m, `$1${blocked}\n`)
    .replace(/^(\*nat\n(?::.*\n)*)/m, `$1${services}\n`);
}

const notReady = (node: Node): Node => ({
  ...node,
  status: {
    ...node.status,
    conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: '' }],
  },
});

// Clusters and pods that cannot be looked at as a whole: a node without an agent, one that is not ready, a pod that goes
// away between two questions.

import type { Node } from '../../../src/probes/api-objects.ts';
import { listing, lists, unavailable } from '../../support/spoiled-drills.ts';
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
];

const notReady = (node: Node): Node => ({
  ...node,
  status: {
    ...node.status,
    conditions: [{ type: 'Ready', status: 'Unknown', reason: 'NodeStatusUnknown', message: '' }],
  },
});

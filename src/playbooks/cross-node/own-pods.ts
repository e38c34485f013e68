// Are there nodes that do not reach their own pods, so that no way between nodes could be tried from pods there? Then that
// the nodes reach each other is no clean bill. Looks for a rule on the node; all else is the pod playbook's.

import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, Leg } from '../../diagnosis/playbook.ts';
import { dropFinding, readAllRules, risingDrops } from '../branches/dropping-rule.ts';
import { checkNodeDatapath } from '../branches/nodes/node-datapath.ts';
import type { Survey, SurveyedNode } from '../branches/nodes/node-survey.ts';
import { isReady } from '../branches/peer-pods.ts';
import { evidenceOf, reachOf, toLeg } from '../branches/reach.ts';

export interface OwnPods {
  findings: Finding[];
  /** Only of nodes that do not reach theirs. */
  legs: Leg[];
  /** `namespace/name` of pods that their node does not reach, and nothing says why. */
  unexplained: string[];
}

export async function checkOwnPods(ask: Ask, { nodes, cni }: Survey): Promise<OwnPods> {
  const cut = [...nodes.values()].filter(
    ({ local, pod, network }) =>
      local &&
      pod &&
      isReady(pod) &&
      reachOf(local) === 'unreached' &&
      // What is wrong there was judged with the ways.
      checkNodeDatapath(network, cni).length === 0,
  );
  const checks = await Promise.all(cut.map((node) => dropsWithin(ask, node)));
  return {
    findings: checks.flat(),
    legs: cut.flatMap(({ local }) => (local ? [toLeg(local, false)] : [])),
    unexplained: cut
      .filter((_, at) => checks[at]?.length === 0)
      .map(({ pod }) => `${pod?.metadata.namespace}/${pod?.metadata.name}`),
  };
}

/** Rules that dropped packets for the node's pods since they were first read. */
async function dropsWithin(ask: Ask, { name, network, counted, local }: SurveyedNode): Promise<Finding[]> {
  const later = await readAllRules(ask, { kind: 'node', node: name }, 'later');
  const [worst] = risingDrops(counted.rules, later, { ends: network.podCidrs });
  if (!worst) return [];
  const finding = dropFinding(name, worst.rule, [
    ...later,
    ...counted.rules,
    ...(local ? evidenceOf(local) : []),
  ]);
  return [worst.rose === undefined || !worst.isSure ? { ...finding, confidence: 'likely' } : finding];
}

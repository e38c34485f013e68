// MTU: do packets of the size that pods and nodes believe in get through, in one piece?
//
//   fewer than two nodes ................................... not applicable: there is no way between nodes
//   every MTU on the way is read: underlay, tunnel, bridge, cables, pods, routes, what the CNI gives to new pods
//   packets that must not be fragmented are sent in many sizes at once, between nodes and between pods, both ways
//     ├─ the largest stop, and what gets through is just what
//     │    ├─ a device of one node takes, less than others' . mtu.node-mismatch
//     │    ├─ carries a pod network that is larger ......... mtu.overlay-too-large
//     │    └─ a pod has that was attached with another MTU . mtu.pod-mismatch
//     ├─ the largest vanish, and no device takes less ...... mtu.path-black-hole, of the node or pair that stands out
//     ├─ they arrive, cut up and put together again ........ mtu.fragmentation
//     └─ not even small ones arrive ........................ not the MTU: pings are filtered, or the way is dead
//   all of them arrive whole ............................... cleared; what will hurt larger ones is advice

import type { Unavailable } from '../diagnosis/evidence.ts';
import type { NodeFacts } from '../diagnosis/facts.ts';
import type { Outcome, Playbook, PlaybookContext } from '../diagnosis/playbook.ts';
import type { Target } from '../diagnosis/target.ts';
import { coverageOf, sampleNodes, waysBetween } from './branches/nodes/mesh.ts';
import { describeCni, unseenCni } from './cni/profiles.ts';
import { mtuCodes } from './mtu/codes.ts';
import { doubts } from './mtu/doubts.ts';
import { judge } from './mtu/judge.ts';
import { legOf } from './mtu/legs.ts';
import { surveyMtus } from './mtu/survey.ts';
import type { TriedWay } from './mtu/ways.ts';

export const mtu: Playbook = {
  id: 'mtu',
  fault: 'mtu',
  codes: mtuCodes,

  appliesTo: (target, facts) => {
    if (target.kind !== 'cluster' && target.kind !== 'node-pair' && target.kind !== 'node')
      return { applies: false, reason: 'a pod, a flow or a name is examined by its own playbook' };
    return facts.nodes.length > 1
      ? { applies: true }
      : { applies: false, reason: 'one node has no way to another' };
  },

  diagnose: diagnoseMtu,
};

async function diagnoseMtu(context: PlaybookContext): Promise<Outcome> {
  const nodes = sampleNodes(context.facts, context.target);
  return { ...(await examine(context, nodes)), ...coverageOf(context.facts, context.target, nodes) };
}

async function examine({ target, facts, ask }: PlaybookContext, nodes: NodeFacts[]): Promise<Outcome> {
  const survey = await surveyMtus(ask, facts, describeCni(ask, facts), nodes, waysBetween(nodes));
  const judged = judge(survey);
  const { findings } = judged;
  const legs = survey.ways.map((way) => legOf(way, judged, !isAsked(way, target)));
  const unchecked: Unavailable[] = [...survey.unseen, ...(await unseenCni(ask))];
  if (findings.some(({ advisory }) => !advisory)) return { outcome: 'root-cause', findings, legs, unchecked };

  const asked = survey.ways.filter((way) => isAsked(way, target));
  const reasons = doubts(asked, judged.remembered, unchecked);
  return reasons.length > 0
    ? { outcome: 'inconclusive', reasons, findings, known: [], legs, unchecked }
    : { outcome: 'cleared', findings, legs, unchecked };
}

/** Without names every way is asked about. */
function isAsked({ from, to }: TriedWay, target: Target): boolean {
  switch (target.kind) {
    case 'node-pair':
      return [from, to].every(({ name }) => name === target.from || name === target.to);
    case 'node':
      return [from, to].some(({ name }) => name === target.node);
    default:
      return true;
  }
}

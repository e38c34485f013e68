// Keeps new pods off a node while something is wrong with it, and lets them come again. Pods that run there stay.

import type { ObjectRef } from '../../cluster/control.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import { valueAt } from '../json-path.ts';
import { listWhole } from '../objects.ts';
import type { AutomaticRemediation, Draft, PlanContext, RbacRule, Unfit } from '../remediation.ts';
import { unfit } from '../remediation.ts';

const onNodes: RbacRule = { group: '', resource: 'nodes', verbs: ['get', 'list', 'patch'] };
const path = ['spec', 'unschedulable'];

export const cordonNode: AutomaticRemediation = {
  kind: 'automatic',
  id: 'cordon-node',
  risk: 'low',
  aim: 'contain',
  fixes: [
    'node.not-ready',
    'node.underlay-unreachable',
    'node.packet-loss',
    'node.conntrack-full',
    'cni.binary-missing',
    'cni.config-conflict',
    'ipam.node-range-exhausted',
  ],
  rules: () => [onNodes],
  plan: (context) => schedule(context, true),
};

export const uncordonNode: AutomaticRemediation = {
  kind: 'automatic',
  id: 'uncordon-node',
  risk: 'low',
  fixes: [],
  rules: () => [onNodes],
  plan: (context) => schedule(context, false),
};

async function schedule({ finding, ask }: PlanContext, isCordoned: boolean): Promise<Draft | Unfit> {
  const name = nodeOf(finding);
  if (name === undefined) return unfit({ kind: 'no-single-candidate', candidates: [] });
  const nodes = await listWhole(ask, 'nodes');
  if (!nodes.ok) return nodes.unfit;
  const object: ObjectRef = { resource: 'nodes', name };
  const node = nodes.value.find(({ metadata }) => metadata.name === name);
  if (!node) return unfit({ kind: 'object-missing', object });
  const from = valueAt(node, path) === true;
  if (from === isCordoned) return unfit({ kind: 'already-so', object });
  const others = nodes.value.filter((each) => each !== node && valueAt(each, path) !== true);
  if (isCordoned && others.length === 0) return unfit({ kind: 'last-one', name });
  return {
    status: 'drafted',
    // Absent is how the API server says false.
    steps: [
      {
        ...{ kind: 'set', object, uid: node.metadata.uid, path },
        from: from ? true : null,
        to: isCordoned ? true : null,
      },
    ],
    durationS: 5,
    hazards: isCordoned ? ['no-new-pods-on-node'] : [],
  };
}

const nodeOf = ({ node, subject }: Finding): string | undefined =>
  node ?? (subject.kind === 'node' ? subject.name : undefined);

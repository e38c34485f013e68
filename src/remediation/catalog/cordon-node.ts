// Keeps new pods off a node while something is wrong with it; taking it back lets them come again. Pods that run there stay.

import type { ObjectRef } from '../../cluster/control.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import { valueAt } from '../json-path.ts';
import { listWhole, type WholeObject } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';

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
  rules: () => [{ group: '', resource: 'nodes', verbs: ['get', 'list', 'patch'] }],
  async plan({ finding, ask }) {
    const name = nodeOf(finding);
    if (name === undefined) return unfit({ kind: 'no-single-candidate', candidates: [] });
    const nodes = await listWhole(ask, 'nodes');
    if (!nodes.ok) return nodes.unfit;
    const object: ObjectRef = { resource: 'nodes', name };
    const node = nodes.value.find(({ metadata }) => metadata.name === name);
    if (!node) return unfit({ kind: 'object-missing', object });
    if (isCordoned(node)) return unfit({ kind: 'already-so', object });
    if (nodes.value.every((each) => each === node || isCordoned(each)))
      return unfit({ kind: 'last-one', name });
    return {
      status: 'drafted',
      // Absent is how the API server says false.
      steps: [{ kind: 'set', object, uid: node.metadata.uid, path, from: null, to: true }],
      durationS: 5,
      hazards: ['no-new-pods-on-node'],
    };
  },
};

const isCordoned = (node: WholeObject): boolean => valueAt(node, path) === true;

const nodeOf = ({ node, subject }: Finding): string | undefined =>
  node ?? (subject.kind === 'node' ? subject.name : undefined);

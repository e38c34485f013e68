// Puts the CNI's ConfigMap back to the last one with which all was well, and has the agents start with it, node by node.

import type { ObjectRef } from '../../cluster/control.ts';
import { isEqual, valueAt } from '../json-path.ts';
import { readWhole } from '../objects.ts';
import type { Step } from '../plan.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { daemonSetOf, onConfigMap, onDaemonSet } from './cni.ts';
import { isUnfit, restartWorkload } from './rolling.ts';

type Value = Extract<Step, { kind: 'set' }>['to'];
const path = ['data'];
const CRASHES = ['settings-invalid', 'backend-unsupported', 'port-in-use', 'start-failed', 'unknown'];

export const restoreCniSettings: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restore-cni-settings',
  risk: 'high',
  fixes: ['cni.agent-crashing', 'mtu.overlay-too-large', 'node.tunnel-mismatch'],
  suits: (finding) => finding.code !== 'cni.agent-crashing' || CRASHES.includes(finding.params.cause),
  rules: (scope) => [...onConfigMap(scope), onDaemonSet(scope)],
  async plan({ ask, facts, scope, healthy }) {
    const { namespace, configMap } = scope.cni;
    if (configMap === undefined) return unfit({ kind: 'nothing-to-do' });
    const object: ObjectRef = { resource: 'configmaps', namespace, name: configMap };
    const kept = await healthy({ object, path });
    if (kept === undefined) return unfit({ kind: 'no-snapshot', object });
    const read = await readWhole(ask, object);
    if (!read.ok) return read.unfit;
    const from = valueAt(read.value, path) as Value;
    if (isEqual(from, kept.value)) return unfit({ kind: 'already-so', object });
    const rollout = await restartWorkload(ask, daemonSetOf(scope));
    if (isUnfit(rollout)) return rollout;
    const uid = read.value.metadata.uid;
    return {
      status: 'drafted',
      steps: [{ kind: 'set', object, uid, path, from, to: kept.value as Value }, ...rollout.steps],
      durationS: 15 * Math.max(1, facts.nodes.length),
      hazards: ['node-learns-nothing', 'alerts-fire', 'manager-may-revert'],
    };
  },
};

// Puts back which nodes the CNI's DaemonSet runs on and with what, as it was while all was well: node selector, affinity,
// tolerations, images and arguments. Its controller then brings the missing agents back.

import { isEqual, valueAt } from '../json-path.ts';
import { readWhole, type WholeObject } from '../objects.ts';
import type { Step } from '../plan.ts';
import type { AutomaticRemediation, Draft, SettingRef } from '../remediation.ts';
import { causeOf, unfit } from '../remediation.ts';
import { daemonSetOf, onAgentPods, onDaemonSet } from './cni.ts';
import { isUnfit, replacePods, rolledOut, type Selection, selectorOf } from './rolling.ts';

type Value = Extract<Step, { kind: 'set' }>['to'];

const POD_SPEC = ['spec', 'template', 'spec'];
const HELPS = [
  'not-selected',
  'not-tolerated',
  'image',
  'interface-not-found',
  'start-failed',
  'out-of-memory',
  'unknown',
];

/** Environments are left out: they may hold credentials, which are never kept. */
export function placementPaths(daemonSet: WholeObject): SettingRef['path'][] {
  const containers = valueAt(daemonSet, [...POD_SPEC, 'containers']);
  const count = Array.isArray(containers) ? containers.length : 0;
  return [
    ...['nodeSelector', 'affinity', 'tolerations'].map((member) => [...POD_SPEC, member]),
    ...Array.from({ length: count }, (_, index) =>
      ['image', 'args'].map((member) => [...POD_SPEC, 'containers', index, member]),
    ).flat(),
  ];
}

export const restoreCniDaemonSet: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restore-cni-daemonset',
  risk: 'high',
  fixes: ['cni.agent-missing', 'cni.agent-crashing', 'cni.agent-not-ready'],
  suits: (finding) => finding.code === 'cni.agent-not-ready' || HELPS.includes(causeOf(finding) ?? ''),
  rules: (scope) => [onDaemonSet(scope), onAgentPods(scope)],
  async plan({ finding, ask, scope, healthy }) {
    const object = daemonSetOf(scope);
    const read = await readWhole(ask, object);
    if (!read.ok) return read.unfit;
    const kept = await Promise.all(
      placementPaths(read.value).map(async (path) => ({ path, setting: await healthy({ object, path }) })),
    );
    if (kept.every(({ setting }) => setting === undefined)) return unfit({ kind: 'no-snapshot', object });
    const sets = kept.flatMap(({ path, setting }): Step[] => {
      const from = valueAt(read.value, path) as Value;
      if (setting === undefined || isEqual(from, setting.value)) return [];
      return [{ kind: 'set', object, uid: read.value.metadata.uid, path, from, to: setting.value as Value }];
    });
    if (sets.length === 0) return unfit({ kind: 'already-so', object });
    const drafted: Omit<Draft, 'steps'> = {
      status: 'drafted',
      durationS: 60,
      hazards: ['node-learns-nothing', 'alerts-fire', 'manager-may-revert'],
    };
    if (valueAt(read.value, ['spec', 'updateStrategy', 'type']) !== 'OnDelete')
      return { ...drafted, steps: [...sets, rolledOut(object)] };
    const selection: Selection = {
      namespace: scope.cni.namespace,
      labelSelector: selectorOf(read.value),
    };
    // Those that cannot run with what was set are replaced by hand; the others go on as they are.
    const bad = 'pods' in finding.params ? (finding.params.pods as string[]) : [];
    const replaced = await replacePods(ask, selection, (pods) =>
      pods.filter(({ metadata, status }) => bad.includes(metadata.name) || status.phase === 'Pending'),
    );
    if (isUnfit(replaced) && replaced.reason.kind !== 'nothing-to-do') return replaced;
    return { ...drafted, steps: isUnfit(replaced) ? sets : [...sets, ...replaced] };
  },
};

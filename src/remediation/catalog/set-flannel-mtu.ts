// Writes the MTU that was computed for flannel into its ConfigMap and has the agents start with it, node by node. Pods that
// run keep theirs until they are made anew, which is another plan.

import { z } from 'zod';
import type { ObjectRef } from '../../cluster/control.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import { valueAt } from '../json-path.ts';
import { readWhole } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { onConfigMap, onDaemonSet } from './cni.ts';
import { isUnfit, restartWorkload } from './rolling.ts';

const FILE = 'net-conf.json';
const path = ['data', FILE];
const NetConf = z.looseObject({ Backend: z.looseObject({}) });

export const setFlannelMtu: AutomaticRemediation = {
  kind: 'automatic',
  id: 'set-flannel-mtu',
  risk: 'high',
  fixes: ['mtu.path-black-hole', 'mtu.overlay-too-large', 'mtu.fragmentation'],
  suits: (finding) => remedyOf(finding) !== undefined,
  rules: (scope) => [...onConfigMap(scope), onDaemonSet(scope)],
  async plan({ finding, facts, ask }) {
    const remedy = remedyOf(finding);
    if (facts.cni !== 'flannel' || !remedy) return unfit({ kind: 'other-cause', cause: facts.cni });
    const { namespace, configMap, daemonSet, value } = remedy;
    const object: ObjectRef = { resource: 'configmaps', namespace, name: configMap };
    const read = await readWhole(ask, object);
    if (!read.ok) return read.unfit;
    const from = valueAt(read.value, path) as string | null;
    const to = withMtu(from ?? '', value);
    if (to === undefined) return unfit({ kind: 'other-cause', cause: FILE });
    if (to === from) return unfit({ kind: 'already-so', object });
    const rollout = await restartWorkload(ask, { resource: 'daemonsets', namespace, name: daemonSet });
    if (isUnfit(rollout)) return rollout;
    return {
      status: 'drafted',
      steps: [{ kind: 'set', object, uid: read.value.metadata.uid, path, from, to }, ...rollout.steps],
      durationS: 15 * Math.max(1, facts.nodes.length),
      hazards: ['node-learns-nothing', 'alerts-fire', 'old-pods-keep-mtu', 'manager-may-revert'],
    };
  },
};

function remedyOf({ params }: Finding) {
  const remedy = 'remedy' in params ? params.remedy : undefined;
  return remedy?.key === 'Backend.MTU' ? remedy : undefined;
}

/** Undefined: the settings are broken, which is another fault. */
function withMtu(text: string, mtu: number): string | undefined {
  try {
    const settings = NetConf.parse(JSON.parse(text));
    if (settings.Backend.MTU === mtu) return text;
    return `${JSON.stringify({ ...settings, Backend: { ...settings.Backend, MTU: mtu } }, undefined, 2)}\n`;
  } catch {
    return undefined;
  }
}

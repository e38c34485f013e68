// Corrects the one label in a Service's selector that no pod has, when all pods that fit otherwise agree on its value.

import type { ObjectRef } from '../../cluster/control.ts';
import { valueAt } from '../json-path.ts';
import { listPods, readWhole } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { onServices } from './services.ts';

export const correctServiceSelector: AutomaticRemediation = {
  kind: 'automatic',
  id: 'correct-service-selector',
  risk: 'medium',
  fixes: ['service.selector-matches-nothing'],
  rules: (scope) => onServices(scope),
  async plan({ finding, ask }) {
    if (finding.code !== 'service.selector-matches-nothing')
      return unfit({ kind: 'other-cause', cause: finding.code });
    const [namespace = '', name = ''] = finding.params.service.split('/');
    const label = finding.params.nearest?.label;
    if (label === undefined) return unfit({ kind: 'no-single-candidate', candidates: [] });
    const object: ObjectRef = { resource: 'services', namespace, name };
    const [service, pods] = await Promise.all([readWhole(ask, object), listPods(ask, { namespace })]);
    if (!service.ok) return service.unfit;
    if (!pods.ok) return pods.unfit;
    const selector = (valueAt(service.value, ['spec', 'selector']) ?? {}) as Record<string, string>;
    const rest = Object.entries(selector).filter(([key]) => key !== label);
    const fitting = pods.value.filter(
      ({ metadata }) =>
        metadata.deletionTimestamp === undefined &&
        metadata.labels[label] !== undefined &&
        rest.every(([key, value]) => metadata.labels[key] === value),
    );
    const candidates = [...new Set(fitting.map(({ metadata }) => metadata.labels[label] ?? ''))].sort();
    const [to, ...more] = candidates;
    if (to === undefined || more.length > 0) return unfit({ kind: 'no-single-candidate', candidates });
    const path = ['spec', 'selector', label];
    const from = selector[label] ?? null;
    if (from === to) return unfit({ kind: 'already-so', object });
    return {
      status: 'drafted',
      steps: [{ kind: 'set', object, uid: service.value.metadata.uid, path, from, to }],
      durationS: 5,
      hazards: ['traffic-moves', 'manager-may-revert'],
      undoAutomatically: true,
    };
  },
};

// Corrects a Service's targetPort when its pods listen on (or declare) exactly one port that it could mean.

import type { ObjectRef } from '../../cluster/control.ts';
import { valueAt } from '../json-path.ts';
import { readWhole } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { causeOf, unfit } from '../remediation.ts';
import { onServices } from './services.ts';

interface ServicePort {
  port: number;
  protocol?: string;
  targetPort?: number | string;
}

export const correctServiceTargetPort: AutomaticRemediation = {
  kind: 'automatic',
  id: 'correct-service-target-port',
  risk: 'medium',
  fixes: ['service.target-port-mismatch'],
  // A headless Service translates no port, so another targetPort would change nothing.
  suits: (finding) => causeOf(finding) !== 'headless',
  rules: (scope) => onServices(scope),
  async plan({ finding, ask }) {
    if (finding.code !== 'service.target-port-mismatch')
      return unfit({ kind: 'other-cause', cause: finding.code });
    const { service, port, instead } = finding.params;
    const [candidate, ...more] = instead;
    if (candidate === undefined || more.length > 0)
      return unfit({ kind: 'no-single-candidate', candidates: instead });
    const [namespace = '', name = ''] = service.split('/');
    const object: ObjectRef = { resource: 'services', namespace, name };
    const read = await readWhole(ask, object);
    if (!read.ok) return read.unfit;
    const ports = (valueAt(read.value, ['spec', 'ports']) ?? []) as ServicePort[];
    const index = ports.findIndex(
      (each) => `${each.port}/${(each.protocol ?? 'TCP').toLowerCase()}` === port.toLowerCase(),
    );
    if (index < 0) return unfit({ kind: 'object-missing', object });
    const to = /^\d+$/.test(candidate) ? Number(candidate) : candidate;
    const from = ports[index]?.targetPort ?? null;
    if (from === to) return unfit({ kind: 'already-so', object });
    const path = ['spec', 'ports', index, 'targetPort'];
    return {
      status: 'drafted',
      steps: [{ kind: 'set', object, uid: read.value.metadata.uid, path, from, to }],
      durationS: 5,
      hazards: ['traffic-moves', 'manager-may-revert'],
      undoAutomatically: true,
    };
  },
};

// What remediations of applications' Services may do, namespace by namespace.

import type { RbacRule, Scope } from '../remediation.ts';

export const onServices = ({ namespaces }: Scope): RbacRule[] =>
  namespaces.flatMap((namespace): RbacRule[] => [
    { namespace, group: '', resource: 'services', verbs: ['get', 'patch'] },
    { namespace, group: '', resource: 'pods', verbs: ['list'] },
  ]);

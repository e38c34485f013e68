// Deletes kube-proxy's pod on one node; the new one writes that node's Service rules anew. Where kube-proxy is a service of
// the node, a person has to.

import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { isUnfit, replacePods } from './rolling.ts';

const NAMESPACE = 'kube-system';

export const restartKubeProxy: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restart-kube-proxy',
  risk: 'medium',
  fixes: ['node.kube-proxy-down', 'service.not-programmed'],
  rules: () => [{ namespace: NAMESPACE, group: '', resource: 'pods', verbs: ['get', 'list', 'delete'] }],
  async plan({ finding, ask }) {
    const { node } = finding;
    if (node === undefined) return unfit({ kind: 'no-single-candidate', candidates: [] });
    const steps = await replacePods(ask, { namespace: NAMESPACE, labelSelector: 'k8s-app=kube-proxy', node });
    if (isUnfit(steps)) return steps;
    return { status: 'drafted', steps, durationS: 20, hazards: ['node-learns-nothing'] };
  },
};

// Deletes the one CoreDNS replica that fails, while another one is ready; the Deployment makes a new one.

import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { CORE_DNS_PODS, DNS_NAMESPACE } from './coredns.ts';
import { countReady, isUnfit, replacePods } from './rolling.ts';

export const deleteCoreDnsReplica: AutomaticRemediation = {
  kind: 'automatic',
  id: 'delete-coredns-replica',
  risk: 'low',
  fixes: ['dns.replica-bad'],
  rules: () => [{ namespace: DNS_NAMESPACE, group: '', resource: 'pods', verbs: ['get', 'list', 'delete'] }],
  async plan({ finding, ask }) {
    if (finding.code !== 'dns.replica-bad') return unfit({ kind: 'other-cause', cause: finding.code });
    const [bad, ...more] = finding.params.replicas;
    if (bad === undefined || more.length > 0)
      return unfit({ kind: 'no-single-candidate', candidates: finding.params.replicas });
    let others = 0;
    const selection = { namespace: DNS_NAMESPACE, labelSelector: CORE_DNS_PODS };
    const steps = await replacePods(ask, selection, (pods) => {
      others = countReady(pods.filter(({ metadata }) => metadata.name !== bad));
      return pods.filter(({ metadata }) => metadata.name === bad);
    });
    if (isUnfit(steps)) return steps;
    if (others === 0) return unfit({ kind: 'last-one', name: bad });
    return { status: 'drafted', steps, durationS: 20, hazards: ['traces-lost'] };
  },
};

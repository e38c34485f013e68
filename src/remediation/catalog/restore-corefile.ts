// Puts the Corefile back to the last one with which all was well, and has CoreDNS start with it.

import { valueAt } from '../json-path.ts';
import { readWhole } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { unfit } from '../remediation.ts';
import { coreDns, corefile, DNS_NAMESPACE, onCoreDns } from './coredns.ts';
import { isUnfit, restartWorkload } from './rolling.ts';

const path = ['data', 'Corefile'];
const CRASHES = ['corefile-error', 'corefile-rejected', 'loop', 'no-kubernetes-plugin', 'other-domain'];

export const restoreCorefile: AutomaticRemediation = {
  kind: 'automatic',
  id: 'restore-corefile',
  risk: 'medium',
  fixes: ['dns.coredns-crashing', 'dns.corefile-rewrites-name', 'dns.zone-missing', 'dns.upstream-failing'],
  suits: (finding) => finding.code !== 'dns.coredns-crashing' || CRASHES.includes(finding.params.cause),
  rules: () => [
    onCoreDns,
    {
      namespace: DNS_NAMESPACE,
      group: '',
      resource: 'configmaps',
      names: [corefile.name],
      verbs: ['get', 'patch'],
    },
  ],
  async plan({ ask, healthy }) {
    const read = await readWhole(ask, corefile);
    if (!read.ok) return read.unfit;
    const kept = await healthy({ object: corefile, path });
    if (typeof kept?.value !== 'string') return unfit({ kind: 'no-snapshot', object: corefile });
    const from = valueAt(read.value, path);
    if (from === kept.value) return unfit({ kind: 'already-so', object: corefile });
    const rollout = await restartWorkload(ask, coreDns);
    if (isUnfit(rollout)) return rollout;
    const uid = read.value.metadata.uid;
    return {
      status: 'drafted',
      steps: [
        { kind: 'set', object: corefile, uid, path, from: from as string | null, to: kept.value },
        ...rollout.steps,
      ],
      durationS: 30,
      hazards: ['dns-pauses', 'manager-may-revert'],
    };
  },
};

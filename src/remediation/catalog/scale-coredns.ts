// Gives CoreDNS its replicas back after it was scaled to zero: as many as it had while all was well, else two.

import { valueAt } from '../json-path.ts';
import { readWhole } from '../objects.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { causeOf, unfit } from '../remediation.ts';
import { coreDns, onCoreDns } from './coredns.ts';
import { rolledOut } from './rolling.ts';

// kubeadm's and CoreDNS' own manifests.
const USUAL_REPLICAS = 2;
const path = ['spec', 'replicas'];

export const scaleCoreDns: AutomaticRemediation = {
  kind: 'automatic',
  id: 'scale-coredns',
  risk: 'low',
  fixes: ['dns.coredns-down'],
  suits: (finding) => causeOf(finding) === 'scaled-to-zero',
  rules: () => [onCoreDns],
  async plan({ ask, healthy }) {
    const read = await readWhole(ask, coreDns);
    if (!read.ok) return read.unfit;
    const from = valueAt(read.value, path);
    if (from !== 0) return unfit({ kind: 'already-so', object: coreDns });
    const kept = (await healthy({ object: coreDns, path }))?.value;
    const to = typeof kept === 'number' && kept > 0 ? kept : USUAL_REPLICAS;
    return {
      status: 'drafted',
      steps: [
        { kind: 'set', object: coreDns, uid: read.value.metadata.uid, path, from, to },
        rolledOut(coreDns),
      ],
      durationS: 20,
      hazards: ['manager-may-revert'],
    };
  },
};

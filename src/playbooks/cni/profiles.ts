// Which profile goes with the CNI that was recognised. Adding a CNI is a profile beside this file and a line here.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Workload } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { flannel } from './flannel.ts';
import { genericProfile } from './generic.ts';
import type { CniNetwork, CniProfile } from './network.ts';

const profiles: CniProfile[] = [flannel];

export const describeCni = (ask: Ask, facts: Facts): Promise<CniNetwork> =>
  (profiles.find(({ id }) => id === facts.cni) ?? genericProfile(facts.cni)).describe(ask, facts);

/** Why the CNI could not be recognised, when its DaemonSet could not be looked for: its own ways are then not examined. */
export async function unseenCni(ask: Ask): Promise<Unavailable[]> {
  const daemonSets = await ask(listObjects('daemonsets', Workload));
  return daemonSets.status === 'unavailable' ? [daemonSets] : [];
}

// Which profile goes with the CNI that was recognised. Adding a CNI is a profile beside this file and a line here.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { flannel } from './flannel.ts';
import { genericProfile } from './generic.ts';
import type { CniNetwork, CniProfile } from './network.ts';

const profiles: CniProfile[] = [flannel];

export const describeCni = (ask: Ask, facts: Facts): Promise<CniNetwork> =>
  (profiles.find(({ id }) => id === facts.cni) ?? genericProfile(facts.cni)).describe(ask, facts);

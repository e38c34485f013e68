// One look at the cluster for its metrics: the quick part reads the API server only, the thorough part also asks nodes.
// Each thing is measured for itself, so that one that cannot be measured does not take another with it.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { MeasuredThing } from '../ops/cluster-metrics.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import { describeCni } from '../playbooks/cni/profiles.ts';
import { loadFacts } from '../probes/cluster-facts.ts';
import { measureAddresses } from './addresses.ts';
import { measureAgents } from './agents.ts';
import { measureLookups } from './lookups.ts';
import { measureMesh } from './mesh.ts';
import { createPolicyWatch } from './policies.ts';
import { type Reading, unread } from './reading.ts';

export type Depth = 'quick' | 'thorough';

export type Measure = (ask: Ask) => Promise<Reading[]>;

export const measuredThings: Record<Depth, MeasuredThing[]> = {
  quick: ['agents', 'policies'],
  // Not quick: lists every pod of the cluster.
  thorough: ['addresses', 'mesh', 'dns'],
};

/** Remembers between two looks what the API server does not. */
export function createMeasure(): Record<Depth, Measure> {
  const measurePolicies = createPolicyWatch();

  const look =
    (depth: Depth): Measure =>
    async (ask) => {
      const loaded = await loadFacts(ask);
      if (!loaded.ok) return measuredThings[depth].map((what) => unread(what, loaded.problem.kind));
      const { facts } = loaded;
      const cni = await describeCni(ask, facts);
      return Promise.all(measuredThings[depth].map((what) => measureThing(what, ask, facts, cni)));
    };

  function measureThing(what: MeasuredThing, ask: Ask, facts: Facts, cni: CniNetwork): Promise<Reading> {
    switch (what) {
      case 'agents':
        return measureAgents(ask, facts, cni);
      case 'addresses':
        return measureAddresses(ask, facts, cni);
      case 'mesh':
        return measureMesh(ask, facts, cni);
      case 'dns':
        return measureLookups(ask, facts);
      case 'policies':
        return measurePolicies(ask);
    }
  }

  return { quick: look('quick'), thorough: look('thorough') };
}

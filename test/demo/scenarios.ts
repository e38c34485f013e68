// The clusters that the demo can stand in front of: drills recorded on the lab, healthy and broken ones.

import type { RecordedDrill } from '../support/recorded-drills.ts';
import { readRecordedDrills } from '../support/recorded-drills.ts';

export interface Scenario {
  /** `<area>-<fault>`; `--scenario` takes it. */
  name: string;
  /** What to type after `/cni diagnose`. */
  words: readonly string[];
  bundle: RecordedDrill;
}

export const readScenarios = (): Scenario[] =>
  readRecordedDrills().map(({ name, recorded }) => ({
    name,
    words: recorded.drill.injection.words,
    bundle: recorded,
  }));

// All of them would be a long list; these show what there is, the plainest first.
const SHOWN = [
  'dns-coredns-scaled-to-zero',
  'dns-healthy',
  'dns-udp-53-dropped-on-node',
  'dns-upstream-dead',
  'dns-corefile-syntax-error',
  'dns-corefile-template-nxdomain',
  'dns-replica-node-cut-off',
];

export const shownScenarios = (scenarios: Scenario[]): Scenario[] =>
  SHOWN.flatMap((wanted) => scenarios.find(({ name }) => name === wanted) ?? []);

/** `dns-coredns-scaled-to-zero` -> `dns: coredns scaled to zero`. */
export const labelOf = ({ bundle: { drill } }: Scenario): string =>
  `${drill.area}: ${drill.fault.replaceAll('-', ' ')}`;

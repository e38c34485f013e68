// What an examination of some traffic comes to, whichever playbook asked for it: whether it passes, how it compares with
// its controls, why it fails, and what could not be seen.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Leg } from '../../diagnosis/playbook.ts';

export interface Examined {
  /** Of the traffic that was asked about, not of its controls. `unknown`: it could not be tried, or UDP has no answer. */
  traffic: 'passes' | 'fails' | 'lossy' | 'unknown';
  legs: Leg[];
  /** Causes when it fails; when it passes, advice only. Empty with `fails`: seen to fail, and not explained. */
  findings: Finding[];
  unchecked: Unavailable[];
}

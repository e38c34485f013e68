// What a case on a recording is: which drill of the lab it starts from, which answers are changed, and the verdict that
// is right then. For states that the lab cannot stage.

import type { Bundle } from '../../../src/diagnose.ts';
import type { Change } from '../../support/spoiled-drills.ts';
import type { Verdict } from './case.ts';

export interface RecordedCase extends Verdict {
  /** Name of the recording: `<area>-<fault>`. */
  from: string;
  change: Change;
  /** Absent: as recorded. */
  request?: (recorded: Bundle['request']) => Bundle['request'];
}

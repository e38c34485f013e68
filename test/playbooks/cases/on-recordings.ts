// All cases on recordings with changed answers, by what is so in them.

import { badInputCases } from './bad-input.ts';
import type { RecordedCase } from './recorded-case.ts';

export const casesOnRecordings: Record<string, RecordedCase[]> = {
  'not everything can be looked at': badInputCases,
};

// The playbooks on recordings with changed answers: each case names the verdict that a person would have to agree with.

import { describe, expect, test } from 'vitest';
import { diagnoseCase } from '../support/diagnose-case.ts';
import { casesOnRecordings } from './cases/on-recordings.ts';
import { shapeOf, wantedShape } from './cases/shape.ts';

describe.each(Object.entries(casesOnRecordings))('%s', (_group, cases) => {
  test.each(cases)('$title', async (each) => {
    const diagnosis = await diagnoseCase(each);

    expect(shapeOf(diagnosis, each)).toEqual(wantedShape(each));
  });
});

// The dns playbook on spoiled worlds: each case names the verdict that a person would have to agree with.

import { describe, expect, test } from 'vitest';
import { diagnoseWorld } from '../support/world-diagnosis.ts';
import { dnsCases } from './cases/index.ts';
import { shapeOf, wantedShape } from './cases/shape.ts';

describe.each(Object.entries(dnsCases))('%s', (_group, cases) => {
  test.each(cases)('$title', async (each) => {
    const { spoil, target, size } = each;
    const options = { ...(target ? { target } : {}), ...(size ? { size } : {}) };

    const { diagnosis } = await diagnoseWorld(spoil, options);

    expect(shapeOf(diagnosis, each)).toEqual(wantedShape(each));
  });
});

// The same verdicts in a terminal: order, alignment, colour only where it is asked for.

import stringWidth from 'string-width';
import { describe, expect, test } from 'vitest';
import { renderDiagnosis, renderFailure } from '../../src/terminal/render.ts';
import { diagnoses } from '../support/verdict-samples.ts';

const plainStyle = { language: 'en', colour: false, columns: 80 } as const;

describe.each(['en', 'zh'] as const)('in %s', (language) => {
  test.each(Object.entries(diagnoses))('%s', async (name, diagnosis) => {
    const text = renderDiagnosis(diagnosis, { ...plainStyle, language });

    await expect(text).toMatchFileSnapshot(`golden/${name.replaceAll(' ', '-')}.${language}.txt`);
  });
});

test('no line is wider than the terminal, wide characters included', () => {
  const text = renderDiagnosis(diagnoses['root cause'], { language: 'zh', colour: true, columns: 60 });

  const widths = text.split('\n').map((line) => stringWidth(line));
  expect(Math.max(...widths)).toBeLessThanOrEqual(60);
});

test('without colour there is no escape sequence, with colour there is', () => {
  const [plain, coloured] = [false, true].map((colour) =>
    renderDiagnosis(diagnoses.cleared, { ...plainStyle, colour }),
  );

  expect(plain).not.toContain('\u001b');
  expect(coloured).toContain('\u001b[32m');
});

test('escape sequences of a cluster never reach the terminal', () => {
  const failure = { kind: 'cluster-unreachable', detail: '\u001b]0;owned\u0007\u001b[2Jgone' } as const;

  const text = renderFailure(failure, { cluster: 'prod-eu', playbook: 'dns' }, plainStyle);

  expect(text).toContain('gone');
  expect(text).not.toContain('\u001b');
});

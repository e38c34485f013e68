// What has changed, in the documents of a diagnosis: beside the cause, and in full in the evidence file.

import { expect, test } from 'vitest';
import type { Change } from '../../src/diagnosis/recent-changes.ts';
import type { Part } from '../../src/messages/document.ts';
import { evidenceFile } from '../../src/messages/evidence-file.ts';
import { plain } from '../../src/messages/fragment.ts';
import { verdictDocument } from '../../src/messages/verdict.ts';
import { diagnoses } from '../support/verdict-samples.ts';

const since = '2026-03-01T02:40:00.000Z';
const added = (subject: string): Change => ({ kind: 'policy', what: 'added', subjects: [subject] });
const changes = ['a', 'b', 'c', 'd'].map((name) => added(`shop/${name}`));

type Sample = keyof typeof diagnoses;

const documentOf = (sample: Sample, ...given: Change[]) =>
  verdictDocument({ ...diagnoses[sample], changed: { since, changes: given } }, 'en');

const wordsOf = (part: Part): string =>
  part.kind === 'text' || part.kind === 'note'
    ? plain(part.line)
    : part.kind === 'list'
      ? plain(part.title)
      : '';

test('beside a cause stands what changed, before what to do', () => {
  const parts = documentOf('root cause', added('shop/deny')).parts.map(wordsOf);

  const at = parts.findIndex((words) => words.includes('NetworkPolicy shop/deny added'));
  expect(parts[at]).toContain('Changed since the last healthy check (02:40 UTC)');
  expect(at).toBeGreaterThan(0);
  expect(at).toBeLessThan(parts.findIndex((words) => words.includes('What to do')));
});

test('that nothing has changed is said where something is wrong, and not where nothing is', () => {
  const said = (sample: Sample) => documentOf(sample).parts.map(wordsOf).join('\n');

  expect(said('root cause')).toContain('Nothing that was compared has changed');
  expect(said('inconclusive')).toContain('Nothing that was compared has changed');
  expect(said('cleared')).not.toContain('changed');
});

test('more than three are a number there, and all of them in the evidence file', () => {
  const document = documentOf('root cause', ...changes);
  const file = evidenceFile({ ...diagnoses['root cause'], changed: { since, changes } }, 'en');

  expect(document.abridged).toBe(true);
  expect(document.parts.map(wordsOf).join('\n')).toContain('shop/c added; 1 more');
  expect(file).toContain('== CHANGED SINCE THE LAST HEALTHY CHECK');
  expect(file).toContain('NetworkPolicy shop/d added');
});

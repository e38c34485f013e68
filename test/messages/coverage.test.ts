// Large clusters are sampled, and every verdict about one says how much of it was looked at.

import { expect, test } from 'vitest';
import { plain } from '../../src/messages/fragment.ts';
import { verdictDocument } from '../../src/messages/verdict.ts';
import { diagnoses } from '../support/verdict-samples.ts';

const sampled = Object.entries(diagnoses).map(([name, diagnosis]) => {
  const outcomes = diagnosis.outcomes.map((each) => ({ ...each, coverage: { nodes: 10, of: 200 } }));
  return { name, diagnosis: { ...diagnosis, outcomes } };
});

test.each(sampled)('$name: said in both languages', ({ diagnosis }) => {
  const notesIn = (language: 'en' | 'zh'): string =>
    verdictDocument(diagnosis, language)
      .parts.flatMap((part) => (part.kind === 'note' ? [plain(part.line)] : []))
      .join('\n');

  expect(notesIn('en')).toContain('Covered 10 of 200 nodes');
  expect(notesIn('zh')).toContain('200 个节点中的 10 个');
});

test('nothing is said where all was looked at', () => {
  for (const diagnosis of Object.values(diagnoses))
    expect(JSON.stringify(verdictDocument(diagnosis, 'en'))).not.toContain('Covered');
});

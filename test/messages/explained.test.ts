// Symptoms that a cause explains: said in one line, without steps of their own.

import { expect, test } from 'vitest';
import { plain } from '../../src/messages/fragment.ts';
import { verdictDocument } from '../../src/messages/verdict.ts';
import { diagnoses, dropped } from '../support/verdict-samples.ts';

test.each([
  ['en', 'Also explained by this: A firewall rule on n2 drops the traffic; ', ' +1'],
  ['zh', '由此引起的现象：n2 上的防火墙规则丢弃了流量; ', ' +1'],
] as const)('symptoms are one line of two headlines and a count in %s', (language, start, end) => {
  const symptom = { ...dropped, code: 'node.firewall-drop' } as typeof dropped;
  const diagnosis = { ...diagnoses['root cause'], explained: [symptom, symptom, symptom] };

  const { parts, abridged } = verdictDocument(diagnosis, language);

  const notes = parts.flatMap((part) => (part.kind === 'note' ? [plain(part.line)] : []));
  expect(notes.find((text) => text.startsWith(start) && text.endsWith(end))).toBeDefined();
  expect(abridged).toBe(true);
});

// The file that says who may approve what: what is read from it, and the sentence for each mistake.

import { expect, test } from 'vitest';
import { readApprovers } from '../../src/remediation/approvers.ts';

test('rules are read, and what is not said has its default', () => {
  const read = readApprovers(`
rules:
  - risks: [low, medium]
    groups: [S012AB3CD]
  - cluster: prod-eu
    risks: [high]
    users: [U012AB3CD, W045EF6GH]
reasonFrom: high
`);

  expect(read).toEqual({
    ok: true,
    policy: {
      rules: [
        { risks: ['low', 'medium'], users: [], groups: ['S012AB3CD'] },
        { cluster: 'prod-eu', risks: ['high'], users: ['U012AB3CD', 'W045EF6GH'], groups: [] },
      ],
      expiryMinutes: 15,
      reasonFrom: 'high',
    },
  });
});

test.each([
  ['', 'The file is not of the form `rules: [...]`.'],
  ['rules: [', 'The file is not YAML: '],
  ['rules: []', '`rules` has no rule, so nobody could approve anything.'],
  ['rules: [{ risks: [low] }]', 'Rule 1 names nobody in `users` or `groups`.'],
  ['rules: [{ risks: [], users: [U1A] }]', 'Rule 1: `risks` names no risk.'],
  ['rules: [{ risks: [huge], users: [U1A] }]', 'Rule 1: `risks.0` is none of low, medium, high.'],
  ['rules: [{ risks: [low], users: [ann] }]', 'Rule 1: `users.0` is not the id of a user, like U012AB3CD.'],
  ['rules: [{ risks: [low], groups: [S1], who: x }]', 'Rule 1 has fields that are not known: who.'],
  ['{ rules: [{ risks: [low], users: [U1A] }], expiryMinutes: 0 }', '`expiryMinutes` is less than 1.'],
])('%j is refused with a sentence', (text, sentence) => {
  const read = readApprovers(text);

  expect(read.ok || read.problems[0]).toContain(sentence);
});

// The operator's rules as a file: what is read, how labels are matched, and what is said about a mistake.

import { expect, test } from 'vitest';
import { matchesOwnRule, readOwnRules } from '../../src/alertmanager/own-rules.ts';

function ruleOf(match: string) {
  const read = readOwnRules(`- { match: ${match}, ignore: true }`);
  const [rule] = read.ok ? read.rules : [];
  if (!rule) throw new Error('no rule');
  return rule;
}

const problemsOf = (text: string): string[] => {
  const read = readOwnRules(text);
  return read.ok ? [] : read.problems;
};

test.each(['', '# nothing yet', '[]'])('the file %j has no rules', (text) => {
  expect(readOwnRules(text)).toEqual({ ok: true, rules: [] });
});

test.each<[string, Record<string, string>, boolean]>([
  ['{ alertname: Foo }', { alertname: 'Foo' }, true],
  ['{ alertname: Foo }', { alertname: 'FooBar' }, false],
  ['{ alertname: Foo }', { alertname: 'aFoo' }, false],
  ["{ alertname: 'Foo.*' }", { alertname: 'FooBar' }, true],
  ["{ alertname: 'Foo|Bar' }", { alertname: 'FooBar' }, false],
  ["{ alertname: 'Foo|Bar' }", { alertname: 'Bar' }, true],
  ["{ alertname: '.*' }", {}, true],
  ["{ team: '' }", { alertname: 'Foo' }, true],
  ["{ team: '.+' }", { alertname: 'Foo' }, false],
  ['{ alertname: Foo, team: net }', { alertname: 'Foo', team: 'net' }, true],
  ['{ alertname: Foo, team: net }', { alertname: 'Foo', team: 'app' }, false],
])('%s on %j: %s', (match, labels, matches) => {
  expect(matchesOwnRule(ruleOf(match), labels)).toBe(matches);
});

test('an unlucky expression does not take long on a hostile label', () => {
  const rule = ruleOf("{ alertname: '(a+)+b' }");

  // A backtracking matcher would not end within the time of a test.
  expect(matchesOwnRule(rule, { alertname: 'a'.repeat(1000) })).toBe(false);
});

test.each([
  ['a: [', 'The file is not YAML: '],
  ['rules: []', 'The file is not a list of rules.'],
  ['- playbook: dns', 'Rule 1: `match` '],
  ['- { match: {}, playbook: dns }', 'Rule 1: `match` names no label; `alertname` is one.'],
  [
    "- { match: { alertname: 'a(' }, playbook: dns }",
    'Rule 1: `match.alertname` is not a regular expression of RE2',
  ],
  [
    "- { match: { alertname: '(?=a)' }, ignore: true }",
    'Rule 1: `match.alertname` is not a regular expression',
  ],
  ['- { match: { a: b } }', 'Rule 1 has to have either `playbook` or `ignore: true`.'],
  ['- { match: { a: b }, playbook: dns, ignore: true }', 'Rule 1 has to have either'],
  ['- { match: { a: b }, ignore: false }', 'Rule 1: `ignore` can only be true.'],
  ['- { match: { a: b }, playbook: magic }', 'Rule 1: `playbook` is none of dns, pod,'],
  ['- { match: { a: b }, playbook: dns, target: moon }', 'Rule 1: `target` is none of cluster, pod, node.'],
  [
    '- { match: { a: b }, playbook: mtu, target: pod }',
    'Rule 1: `target` can be a pod only for dns and pod.',
  ],
  ['- { match: { a: b }, playbok: dns }', 'Rule 1'],
])('the file %j: %s', (text, sentence) => {
  const [problem] = problemsOf(text);

  expect(problem).toContain(sentence);
});

test('every wrong rule is told by its number', () => {
  const text = `
    - { match: { alertname: a }, playbook: dns }
    - { match: { alertname: 'a(' }, playbook: dns }
    - { match: { alertname: a }, playbook: magic }
  `;

  expect(problemsOf(text)).toEqual([
    expect.stringContaining('Rule 2: `match.alertname`'),
    expect.stringContaining('Rule 3: `playbook`'),
  ]);
});

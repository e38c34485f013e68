// Wording rules that no type can hold: both languages say something, clocks change in steps, foreign words stay inert.

import { expect, test } from 'vitest';
import { durationWords, responseClock } from '../../src/messages/durations.ts';
import { firstSteps } from '../../src/messages/first-steps.ts';
import { inline, plain, quoted } from '../../src/messages/fragment.ts';
import { helpLines } from '../../src/messages/help.ts';
import { visible } from '../../src/messages/visible.ts';

const OPENED = '2026-03-01T03:00:00.000Z';
const RESPOND_BY = '2026-03-01T03:30:00.000Z';

test.each([
  [0, 'respond within 30 min', '30 分钟内响应'],
  [14, 'respond within 30 min', '30 分钟内响应'],
  [15, '15 min left to respond', '响应时限还剩 15 分钟'],
  [24, '6 min left to respond', '响应时限还剩 6 分钟'],
  [30, 'response overdue', '响应已超时'],
])('after %i minutes the clock says so in steps', (minutes, english, chinese) => {
  const nowMs = Date.parse(OPENED) + minutes * 60_000;

  const said = (['en', 'zh'] as const).map((language) => responseClock(OPENED, RESPOND_BY, nowMs, language));

  expect(said).toEqual([english, chinese]);
});

test.each([
  [0, '<1 ms'],
  [0.5, '1 ms'],
  [999, '999 ms'],
  [2140, '2.1 s'],
  [14_400, '14 s'],
  [180_000, '3 min'],
])('%d ms is said as %s', (ms, expected) => {
  expect(durationWords(ms, 'en')).toBe(expected);
});

test('backticks make code, and foreign backticks cannot end it', () => {
  const line = inline(`look at ${quoted('a`b')} now`);

  expect(line).toEqual([
    { kind: 'text', text: 'look at ' },
    { kind: 'code', text: "a'b" },
    { kind: 'text', text: ' now' },
  ]);
});

test('help leaves out what is not built, and knows its topics', () => {
  const all = helpLines('/cni', ['dns'], undefined, 'en').map(plain).join('\n');
  const none = helpLines('/cni', ['dns'], 'mtu', 'zh').map(plain).join('\n');

  expect(all).toContain('/cni diagnose dns');
  expect(all).not.toContain('mtu');
  expect(none).toBe('没有关于 MTU 的更多说明。');
});

test('the guide has three first steps for each fault in both languages', () => {
  const faults = ['cluster', 'pod', 'dns', 'cross-node', 'policy', 'ipam', 'mtu'] as const;

  const counts = faults.flatMap((fault) => [firstSteps(fault, 'en').length, firstSteps(fault, 'zh').length]);

  expect(new Set(counts)).toEqual(new Set([3]));
});

test('only what a reader can see remains of foreign text', () => {
  expect(visible('a\u001b[31mb\u202ec\u0000d\ud800e\tf\n中')).toBe('abcde\tf\n中');
});

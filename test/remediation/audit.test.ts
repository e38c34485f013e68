// The chain of the audit: what was altered, removed, inserted or put in another order shows, and where.

import { expect, test } from 'vitest';
import {
  type AuditEvent,
  type AuditLine,
  CHAIN_START,
  chained,
  toCsv,
  toJsonLines,
  verifyChain,
} from '../../src/remediation/audit.ts';

const event = (changes: Partial<AuditEvent> = {}): AuditEvent => ({
  ...{ at: '2026-03-01T03:12:00.000Z', who: 'U-lead', what: 'approved', cluster: 'prod-eu' },
  ...{ incidentId: 'dns-7k2p', remediation: 'restart-coredns', digest: 'ab', result: '' },
  ...changes,
});

const chain = (count: number): AuditLine[] => {
  const lines: AuditLine[] = [];
  for (let number = 0; number < count; number += 1)
    lines.push(chained(lines.at(-1)?.hash ?? CHAIN_START, number, event({ result: String(number) })));
  return lines;
};

test('an untouched chain is whole, and so is its end by itself', () => {
  const lines = chain(5);

  expect(verifyChain(lines)).toEqual({ ok: true, lines: 5, lastHash: lines[4]?.hash });
  expect(verifyChain(lines.slice(2), { hash: lines[1]?.hash ?? '', number: 2 })).toMatchObject({ ok: true });
  expect(verifyChain([])).toEqual({ ok: true, lines: 0, lastHash: CHAIN_START });
});

test.each<[string, (lines: AuditLine[]) => AuditLine[], number]>([
  ['altered', (lines) => lines.with(2, { ...(lines[2] as AuditLine), who: 'U-other' }), 2],
  ['removed', (lines) => lines.toSpliced(2, 1), 2],
  ['inserted', (lines) => lines.toSpliced(2, 0, chained(lines[0]?.hash ?? '', 2, event())), 2],
  ['put in another order', ([a, b, ...rest]) => [b, a, ...rest] as AuditLine[], 0],
  [
    'altered with its own hash made to fit',
    (lines) => lines.with(2, chained(lines[1]?.hash ?? '', 2, event({ who: 'U-other' }))),
    3,
  ],
])('a line that was %s shows', (_, spoil, brokenAt) => {
  expect(verifyChain(spoil(chain(5)))).toEqual({ ok: false, brokenAt });
});

test('the JSON lines give the chain back', () => {
  const lines = chain(3);

  const read = toJsonLines(lines)
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as AuditLine);

  expect(verifyChain(read)).toMatchObject({ ok: true, lines: 3 });
});

test('a CSV cell holds quotes, commas and lines, and no spreadsheet runs it', () => {
  const [header, row] = toCsv([
    chained(CHAIN_START, 0, event({ who: '=HYPERLINK("x")', result: 'a,b' })),
  ]).split('\r\n');

  expect(header).toBe('number,at,who,what,cluster,incidentId,remediation,digest,result,hash');
  expect(row).toContain(`"'=HYPERLINK(""x"")"`);
  expect(row).toContain('"a,b"');
});

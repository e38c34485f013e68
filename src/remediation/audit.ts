// The audit: everything that was asked, decided and done, as lines of which each holds the hash of the one before. Who alters,
// removes or inserts a line in the middle breaks the chain; cutting off its end shows only against a copy or a later hash.

import { stringify } from 'csv-stringify/sync';
import { z } from 'zod';
import { canonicalJson, sha256 } from './plan.ts';

export interface AuditEvent {
  /** ISO 8601. */
  at: string;
  /** Id of a person on the surface, or `bot`, `remediator`. */
  who: string;
  what: AuditAct;
  cluster: string;
  incidentId: string;
  /** Id in the catalogue. */
  remediation: string;
  /** Of the plan; empty: there was none yet. */
  digest: string;
  /** How it ended: a refusal, a verdict; empty: nothing to be told. */
  result: string;
}

const auditAct = z.enum([
  'planned',
  'requested',
  'approved',
  'rejected',
  /** A decision, or an execution, that did not count. */
  'refused',
  'begun',
  'step-done',
  'ended',
  'enabled-changed',
]);
export type AuditAct = z.infer<typeof auditAct>;

export interface AuditLine extends AuditEvent {
  /** From 0. */
  number: number;
  /** SHA-256 in hex: of the hash before and this line without its own. */
  hash: string;
}

const auditLine: z.ZodType<AuditLine> = z.strictObject({
  number: z.int().nonnegative(),
  at: z.iso.datetime(),
  who: z.string(),
  what: auditAct,
  cluster: z.string(),
  incidentId: z.string(),
  remediation: z.string(),
  digest: z.string(),
  result: z.string(),
  hash: z.string(),
});

/** Undefined: the text is no line. Left out, it is missing in the chain. */
export function readAuditLine(text: string): AuditLine | undefined {
  try {
    return auditLine.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** What the first line follows. */
export const CHAIN_START = '0'.repeat(64);

/** What is hashed after the hash before; the store joins the two where nobody can come between. */
export const chained = (previousHash: string, number: number, event: AuditEvent): AuditLine => ({
  number,
  ...event,
  hash: sha256(previousHash + canonicalJson({ number, ...event })),
});

export type ChainVerdict =
  | { ok: true; lines: number; lastHash: string }
  /** The first line that does not follow from those before it. */
  | { ok: false; brokenAt: number };

/** Lines of a whole chain or, with the hash before them, of its end. */
export function verifyChain(
  lines: readonly AuditLine[],
  before: { hash: string; number: number } = { hash: CHAIN_START, number: 0 },
): ChainVerdict {
  let { hash, number } = before;
  for (const line of lines) {
    const { hash: claimed, number: _, ...event } = line;
    const expected = chained(hash, number, event);
    if (line.number !== number || claimed !== expected.hash) return { ok: false, brokenAt: number };
    hash = claimed;
    number += 1;
  }
  return { ok: true, lines: lines.length, lastHash: hash };
}

const COLUMNS = [
  'number',
  'at',
  'who',
  'what',
  'cluster',
  'incidentId',
  'remediation',
  'digest',
  'result',
  'hash',
] as const satisfies readonly (keyof AuditLine)[];

export const toJsonLines = (lines: readonly AuditLine[]): string =>
  lines.map((line) => `${JSON.stringify(line)}\n`).join('');

/** What starts like a formula is quoted: a spreadsheet would run it. */
export const toCsv = (lines: readonly AuditLine[]): string =>
  stringify([...lines], {
    header: true,
    columns: [...COLUMNS],
    escape_formulas: true,
    record_delimiter: 'windows',
  });

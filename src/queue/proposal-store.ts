// Proposals in Redis. Every change is a compare-and-set on the record's version, done by a script, so that of many clicks at
// once each sees what the one before left. What somebody altered until it is no proposal any more is treated as unknown.
//
//   <prefix>:proposal:<id>   hash version, record

import { z } from 'zod';
import type { Logger } from '../ops/logger.ts';
import { ApprovedPlan } from '../remediation/approval.ts';
import { Plan } from '../remediation/plan.ts';
import type { Proposal, ProposalStore } from '../remediation/ports.ts';
import type { UnfitReason } from '../remediation/remediation.ts';
import { createExecutionStore } from './execution-store.ts';
import { answering, type RedisLink } from './redis.ts';

const KEEP_SECONDS = 90 * 24 * 60 * 60;

// KEYS: proposal. ARGV: version it is based on or 0 where there must be none, record, seconds to keep.
const PUT = `
  if (redis.call('HGET', KEYS[1], 'version') or '0') ~= ARGV[1] then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[1] + 1, 'record', ARGV[2])
  redis.call('EXPIRE', KEYS[1], ARGV[3])
  return 1`;

export const planOrder = z.strictObject({
  id: z.string(),
  cluster: z.string(),
  incidentId: z.string(),
  diagnosisId: z.string(),
  finding: z.int().nonnegative(),
  remediation: z.string(),
  requestedBy: z.string(),
  requestedAt: z.iso.datetime(),
});

/** What a worker says, too: its word is only ever looked at, and approved by people. */
export const planEnd = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('planned'), plan: Plan }),
  z.strictObject({
    kind: z.literal('unfit'),
    reason: z.looseObject({ kind: z.string() }).transform((reason) => reason as UnfitReason),
  }),
  z.strictObject({
    kind: z.literal('failed'),
    why: z.enum(['no-answer', 'cluster-unreachable', 'diagnosis-gone', 'not-enabled', 'internal']),
  }),
]);

const proposalRecord = z.strictObject({
  id: z.string(),
  order: planOrder,
  seal: z.string(),
  end: planEnd.optional(),
  request: ApprovedPlan.extend({
    state: z.enum(['waiting', 'approved', 'rejected']),
    rejected: z.strictObject({ by: z.string(), at: z.string(), reason: z.string() }).optional(),
  }).optional(),
  stoppedBy: z.string().optional(),
  undoneBy: z.string().optional(),
  language: z.enum(['en', 'zh']),
  thread: z.strictObject({ channel: z.string(), rootTs: z.string(), messageTs: z.string().optional() }),
});

export function createProposalStore(link: RedisLink, logger: Logger): ProposalStore {
  const { redis, prefix } = link;
  const key = (id: string): string => `${prefix}:proposal:${id}`;
  const executions = createExecutionStore(link);
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  async function read(id: string): Promise<{ version: string; proposal: Proposal } | undefined> {
    const [version, record] = await redis.hmget(key(id), 'version', 'record');
    if (!version || !record) return undefined;
    const parsed = proposalRecord.safeParse(jsonOf(record));
    if (parsed.success) return { version, proposal: parsed.data as Proposal };
    logger.warn({ proposalId: id, issues: parsed.error.issues.length }, 'a stored proposal is none');
    return undefined;
  }

  const put = async (version: string, proposal: Proposal): Promise<boolean> =>
    (await redis.eval(PUT, 1, key(proposal.id), version, JSON.stringify(proposal), KEEP_SECONDS)) === 1;

  return {
    create: (proposal) => run(async () => ((await put('0', proposal)) ? 'created' : 'repeated')),
    load: (id) =>
      run(async () => {
        const proposal = (await read(id))?.proposal;
        if (!proposal) return undefined;
        const nonce = proposal.request?.terms.nonce;
        return { proposal, journal: nonce === undefined ? [] : await executions.journalOf(nonce) };
      }),
    change: (id, change) =>
      run(async () => {
        // Ends, because each lost race means that somebody else got on.
        for (;;) {
          const current = await read(id);
          const next = current && change(current.proposal);
          if (!current || !next) return undefined;
          if (await put(current.version, next)) return next;
        }
      }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

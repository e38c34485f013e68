// Journals of executions in Redis, and the lease by which one cluster has one execution at a time. A process that lives renews
// its lease; the lease of one that was killed ends by itself, and the execution is taken up.
//
//   <prefix>:execution:<nonce>   list of journal entries      <prefix>:remediating:<cluster>   whose lease it is

import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import type { ExecutionStore, JournalEntry } from '../remediation/execution.ts';
import type { RedisLink } from './redis.ts';

const LEASE_MS = 15_000;
const KEEP_SECONDS = 90 * 24 * 60 * 60;

// KEYS: lease, journal. ARGV: holder, lease in ms, first entry, seconds to keep.
const BEGIN = `
  if not redis.call('SET', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return { 'busy' } end
  if redis.call('EXISTS', KEYS[2]) == 1 then
    local journal = redis.call('LRANGE', KEYS[2], 0, -1)
    return { 'resumed', unpack(journal) }
  end
  redis.call('RPUSH', KEYS[2], ARGV[3])
  redis.call('EXPIRE', KEYS[2], ARGV[4])
  return { 'begun', ARGV[3] }`;

// KEYS: lease. ARGV: holder, and the new length in ms or 0 to give it up.
const RENEW = `
  if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end
  if ARGV[2] == '0' then return redis.call('DEL', KEYS[1]) end
  return redis.call('PEXPIRE', KEYS[1], ARGV[2])`;

/** What is told to people; the executor itself goes by its own entries, and by what it finds in the cluster. */
const entry = z.discriminatedUnion('kind', [
  z.looseObject({ kind: z.literal('begun'), at: z.iso.datetime() }),
  z.looseObject({
    kind: z.enum(['step-intended', 'step-done']),
    phase: z.enum(['do', 'undo']),
    step: z.int().nonnegative(),
    at: z.iso.datetime(),
  }),
  z.looseObject({
    kind: z.literal('ended'),
    at: z.iso.datetime(),
    result: z.looseObject({ status: z.enum(['refused', 'stopped', 'failed', 'applied']) }),
  }),
]);

interface Journals extends ExecutionStore {
  /** Empty: it has not been begun, or nobody knows it any more. */
  journalOf(nonce: string): Promise<JournalEntry[]>;
}

export function createExecutionStore({ redis, prefix }: RedisLink, leaseMs = LEASE_MS): Journals {
  const journalKey = (nonce: string): string => `${prefix}:execution:${nonce}`;

  return {
    async begin({ nonce, cluster, at }) {
      const holder = randomUUID();
      const lease = `${prefix}:remediating:${cluster}`;
      const first: JournalEntry = { kind: 'begun', at };
      const args = [holder, leaseMs, JSON.stringify(first), KEEP_SECONDS];
      const reply = (await redis.eval(BEGIN, 2, lease, journalKey(nonce), ...args)) as string[];
      const [status, ...journal] = reply as ['begun' | 'resumed' | 'busy', ...string[]];
      if (status === 'busy') return { status };
      const renewing = setInterval(() => {
        // A renewal that fails is tried again in time; without Redis nothing can be written down either, and nothing goes on.
        redis.eval(RENEW, 1, lease, holder, leaseMs).catch(() => undefined);
      }, leaseMs / 3);
      return {
        status,
        journal: journal.map((entry) => JSON.parse(entry) as JournalEntry),
        async release() {
          clearInterval(renewing);
          await redis.eval(RENEW, 1, lease, holder, 0);
        },
      };
    },
    async append(nonce, entry) {
      await redis.rpush(journalKey(nonce), JSON.stringify(entry));
    },
    journalOf: async (nonce) => (await redis.lrange(journalKey(nonce), 0, -1)).flatMap(readEntry),
  };
}

/** Nothing where somebody has written what is no entry. */
function readEntry(text: string): JournalEntry[] {
  try {
    return [entry.parse(JSON.parse(text)) as JournalEntry];
  } catch {
    return [];
  }
}

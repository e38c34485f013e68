// The audit in Redis: one stream, only ever appended to. The hash of a line needs the one before it, so a line is computed here
// and taken by a script only if nobody else was quicker.
//
//   <prefix>:audit        stream, field `line`        <prefix>:audit-head   hash of the last line and the number of the next

import {
  type AuditEvent,
  type AuditLine,
  CHAIN_START,
  chained,
  readAuditLine,
} from '../remediation/audit.ts';
import { answering, type RedisLink } from './redis.ts';

// KEYS: stream, head. ARGV: hash before, line, its hash, number of the next.
const APPEND = `
  local hash = redis.call('HGET', KEYS[2], 'hash') or ARGV[5]
  if hash ~= ARGV[1] then return 0 end
  redis.call('XADD', KEYS[1], '*', 'line', ARGV[2])
  redis.call('HSET', KEYS[2], 'hash', ARGV[3], 'next', ARGV[4])
  return 1`;

export interface AuditLog {
  append(event: AuditEvent): Promise<AuditLine>;
  /**
   * Lines from one instant up to another, without a gap, so that they can be verified by themselves; absent: from the first,
   * to the last.
   */
  read(period?: { from?: string; to?: string }): Promise<AuditLine[]>;
}

const PAGE = 500;
const CLOCKS_DIFFER_MS = 60_000;

export function createAuditLog(link: RedisLink): AuditLog {
  const { redis, prefix } = link;
  const stream = `${prefix}:audit`;
  const head = `${prefix}:audit-head`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  async function take(event: AuditEvent): Promise<AuditLine> {
    // Ends, because each lost race means that somebody else's line was taken.
    for (;;) {
      const [hash, next] = await redis.hmget(head, 'hash', 'next');
      const before = hash ?? CHAIN_START;
      const line = chained(before, Number(next ?? 0), event);
      const args = [before, JSON.stringify(line), line.hash, line.number + 1, CHAIN_START];
      if ((await redis.eval(APPEND, 2, stream, head, ...args)) === 1) return line;
    }
  }

  // Ours take turns: racing each other, two hundred at once would need longer than a person waits.
  let last: Promise<unknown> = Promise.resolve();
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = last.then(work, work);
    last = mine;
    return mine;
  }

  return {
    append: (event) => run(() => inTurn(() => take(event))),
    read: ({ from, to } = {}) =>
      run(async () => {
        const lines: AuditLine[] = [];
        // Ids are instants of Redis' clock, by which ours goes.
        let start = from === undefined ? '-' : String(Math.max(0, Date.parse(from) - CLOCKS_DIFFER_MS));
        for (;;) {
          const page = await redis.xrange(stream, start, '+', 'COUNT', PAGE);
          lines.push(...page.flatMap(([, fields]) => readAuditLine(fields[1] ?? '') ?? []));
          const last = page.at(-1);
          if (page.length < PAGE || !last) break;
          start = `(${last[0]}`;
        }
        // By place and not by instant: two processes write a little out of order.
        const first = lines.findIndex(({ at }) => from === undefined || at >= from);
        const last = lines.findLastIndex(({ at }) => to === undefined || at < to);
        return first < 0 ? [] : lines.slice(first, last + 1);
      }),
  };
}

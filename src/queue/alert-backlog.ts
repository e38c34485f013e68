// The backlog of alerts in Redis: a webhook puts them at its end, the intake works at its head. An alert leaves it in the
// same step in which its fate is counted, so that none can be lost between the two.
//
//   <prefix>:alert-backlog   list of alerts, oldest first     <prefix>:alert-counts   received, and one count a fate
//   <prefix>:delivery:<key>  a delivery that was stored; for a day

import type { AlertInbox, ReceivedAlert } from '../incidents/alert.ts';
import type { AlertBacklog, AlertCounts, AlertFate } from '../incidents/ports.ts';
import { answering, type RedisLink } from './redis.ts';

const KEEP_DELIVERY_SECONDS = 24 * 60 * 60;
// unpack() of Lua takes about 8,000 values.
const PUSH_AT_ONCE = 1000;

// KEYS: delivery, backlog, counts. ARGV: seconds to keep the delivery, alerts.
const PUT = `
  if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) then return 'repeated' end
  for at = 2, #ARGV, ${PUSH_AT_ONCE} do
    redis.call('RPUSH', KEYS[2], unpack(ARGV, at, math.min(at + ${PUSH_AT_ONCE - 1}, #ARGV)))
  end
  redis.call('HINCRBY', KEYS[3], 'received', #ARGV - 1)
  return 'stored'`;

// KEYS: backlog, counts. ARGV: how many, then pairs of fate and how many had it.
const SETTLE = `
  redis.call('LTRIM', KEYS[1], ARGV[1], -1)
  for at = 2, #ARGV, 2 do redis.call('HINCRBY', KEYS[2], ARGV[at], ARGV[at + 1]) end`;

const fates: AlertFate[] = ['opened', 'joined', 'repeated', 'ended', 'ignored'];

export function createAlertBacklog(link: RedisLink): AlertInbox & AlertBacklog {
  const { redis, prefix } = link;
  const backlogKey = `${prefix}:alert-backlog`;
  const countsKey = `${prefix}:alert-counts`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  return {
    put: (deliveryKey, alerts) =>
      run(async () => {
        const keys = [`${prefix}:delivery:${deliveryKey}`, backlogKey, countsKey];
        const texts = alerts.map((alert) => JSON.stringify(alert));
        return (await redis.eval(PUT, 3, ...keys, KEEP_DELIVERY_SECONDS, ...texts)) as 'stored' | 'repeated';
      }),
    peek: (limit) =>
      run(async () =>
        (await redis.lrange(backlogKey, 0, limit - 1)).map((text) => JSON.parse(text) as ReceivedAlert),
      ),
    settle: (settled) =>
      run(async () => {
        const counts = Map.groupBy(settled, (fate) => fate);
        const pairs = Array.from(counts, ([fate, each]) => [fate, each.length]).flat();
        await redis.eval(SETTLE, 2, backlogKey, countsKey, settled.length, ...pairs);
      }),
    counts: () =>
      run(async () => {
        const [stored, waiting] = await Promise.all([redis.hgetall(countsKey), redis.llen(backlogKey)]);
        const count = (field: string): number => Number(stored[field] ?? 0);
        const ofFates = Object.fromEntries(fates.map((fate) => [fate, count(fate)]));
        return { received: count('received'), waiting, ...ofFates } as AlertCounts;
      }),
  };
}

// Which alert belongs to which incident, in Redis. Members are counted by a script at the moment in which they change, so
// that entering an alert again changes nothing.
//
//   <prefix>:alert:<cluster>:<fingerprint>   its incident, episode and status   <prefix>:members:<id>    its alerts
//   <prefix>:home:<key>   incident that may be joined, for the window           <prefix>:tally:<id>      its counts
//   <prefix>:openings:<cluster>   alerts that opened incidents, by instant

import type { ReceivedAlert } from '../incidents/alert.ts';
import type { AlertTally } from '../incidents/incident.ts';
import type { AlertLedger, ClusterAlert, Membership } from '../incidents/ports.ts';
import { answering, type RedisLink } from './redis.ts';

const DAY_SECONDS = 24 * 60 * 60;
// Alerts repeat every few hours (repeat_interval); one that is silent for so long is another one when it comes back.
const KEEP_MEMBER_SECONDS = 7 * DAY_SECONDS;
const AT_ONCE = 500;

export interface LedgerTiming {
  /** How long a problem takes in new alerts after the last one that joined, and how long openings count for a storm. */
  windowMs: number;
}

export const ledgerTiming: LedgerTiming = { windowMs: 10 * 60_000 };

// KEYS: members, tally, then one key an alert. ARGV: seconds to keep, now, incident, then for each alert: fingerprint,
// status, name, membership, alert.
const ENTER = `
  for at = 3, #KEYS do
    local base = 4 + (at - 3) * 5
    local fingerprint, status, name = ARGV[base], ARGV[base + 1], ARGV[base + 2]
    local before = redis.call('HGET', KEYS[1], fingerprint)
    local fired = before and cjson.decode(before).status == 'firing'
    if not before then
      redis.call('HINCRBY', KEYS[2], 'joined', 1)
      redis.call('HINCRBY', KEYS[2], 'name:' .. name, 1)
    end
    if status == 'firing' and not fired then redis.call('HINCRBY', KEYS[2], 'firing', 1) end
    if status == 'resolved' and fired then redis.call('HINCRBY', KEYS[2], 'firing', -1) end
    redis.call('HSET', KEYS[1], fingerprint, ARGV[base + 4])
    redis.call('SET', KEYS[at], ARGV[base + 3], 'EX', ARGV[1])
  end
  local firing = tonumber(redis.call('HGET', KEYS[2], 'firing') or '0')
  if firing > 0 then redis.call('HDEL', KEYS[2], 'endedAt')
  else redis.call('HSETNX', KEYS[2], 'endedAt', ARGV[2]) end
  redis.call('EXPIRE', KEYS[1], ARGV[1])
  redis.call('EXPIRE', KEYS[2], ARGV[1])
  return redis.call('HGETALL', KEYS[2])`;

export function createAlertLedger(link: RedisLink, { windowMs }: LedgerTiming): AlertLedger {
  const { redis, prefix } = link;
  const alertKey = (cluster: string, fingerprint: string) => `${prefix}:alert:${cluster}:${fingerprint}`;
  const keyOf = ({ cluster, alert }: ClusterAlert) => alertKey(cluster, alert.fingerprint);
  const homeKey = (key: string) => `${prefix}:home:${key}`;
  const membersKey = (id: string) => `${prefix}:members:${id}`;
  const tallyKey = (id: string) => `${prefix}:tally:${id}`;
  const openingsKey = (cluster: string) => `${prefix}:openings:${cluster}`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  async function enterSome(incidentId: string, alerts: ClusterAlert[], at: string): Promise<AlertTally> {
    const keys = [membersKey(incidentId), tallyKey(incidentId), ...alerts.map(keyOf)];
    const values = alerts.flatMap(({ cluster, alert }) => {
      const { status, startsAt } = alert;
      const membership = JSON.stringify({ incidentId, startsAt, status } satisfies Membership);
      return [alert.fingerprint, status, alert.name, membership, JSON.stringify({ ...alert, cluster })];
    });
    const reply = await redis.eval(
      ENTER,
      keys.length,
      ...keys,
      KEEP_MEMBER_SECONDS,
      at,
      incidentId,
      ...values,
    );
    return tallyFrom(pairsOf(reply as string[]));
  }

  async function enter(incidentId: string, alerts: ClusterAlert[], at: string): Promise<AlertTally> {
    let tally: AlertTally = { firing: 0, joined: 0, names: {} };
    for (let from = 0; from < alerts.length; from += AT_ONCE)
      tally = await enterSome(incidentId, alerts.slice(from, from + AT_ONCE), at);
    return tally;
  }

  async function keepHomes(keys: string[], incidentId: string): Promise<void> {
    const writing = redis.pipeline();
    for (const key of keys) writing.set(homeKey(key), incidentId, 'PX', windowMs);
    await writing.exec();
  }

  const membersOf = async (id: string): Promise<ReceivedAlert[]> =>
    (await redis.hvals(membersKey(id))).map((text) => JSON.parse(text) as ReceivedAlert);

  return {
    membershipsOf: (alerts) =>
      run(async () => {
        if (alerts.length === 0) return [];
        const stored = await redis.mget(alerts.map(keyOf));
        return stored.map((text) => (text === null ? undefined : (JSON.parse(text) as Membership)));
      }),
    homesOf: (keys) =>
      run(async () => {
        if (keys.length === 0) return [];
        return (await redis.mget(keys.map(homeKey))).map((id) => id ?? undefined);
      }),
    enter: (incidentId, alerts, keys, at) =>
      run(async () => {
        const tally = await enter(incidentId, alerts, at);
        if (keys.length > 0) await keepHomes(keys, incidentId);
        return tally;
      }),
    rememberEnded: (alerts) =>
      run(async () => {
        const writing = redis.pipeline();
        for (const each of alerts) {
          const { startsAt, status } = each.alert;
          const membership = JSON.stringify({ startsAt, status } satisfies Membership);
          writing.set(keyOf(each), membership, 'EX', DAY_SECONDS);
        }
        await writing.exec();
      }),
    firingIn: (incidentId, limit) =>
      run(async () =>
        (await membersOf(incidentId)).filter(({ status }) => status === 'firing').slice(0, limit),
      ),
    move: (from, into, at) =>
      run(async () => {
        const alerts = (await membersOf(from)).map((alert) => ({ cluster: alert.cluster ?? '', alert }));
        return alerts.length === 0 ? undefined : enter(into, alerts, at);
      }),
    openingsOf: (cluster, at) =>
      run(() => redis.zcount(openingsKey(cluster), Date.parse(at) - windowMs, '+inf')),
    countOpening: (cluster, fingerprint, at) =>
      run(async () => {
        const key = openingsKey(cluster);
        await redis
          .pipeline()
          .zadd(key, Date.parse(at), fingerprint)
          .zremrangebyscore(key, '-inf', Date.parse(at) - windowMs)
          .pexpire(key, windowMs)
          .exec();
      }),
    tallyOf: (incidentId) =>
      run(async () => {
        const stored = await redis.hgetall(tallyKey(incidentId));
        return Object.keys(stored).length === 0 ? undefined : tallyFrom(stored);
      }),
  };
}

// ioredis turns only its own commands' replies into objects, not those of scripts.
const pairsOf = (flat: string[]): Record<string, string> =>
  Object.fromEntries(
    flat.flatMap((field, at) => (at % 2 === 0 ? [[field, flat[at + 1] ?? ''] as const] : [])),
  );

const NAME = 'name:';

function tallyFrom(stored: Record<string, string>): AlertTally {
  const names = Object.entries(stored)
    .filter(([field]) => field.startsWith(NAME))
    .map(([field, count]) => [field.slice(NAME.length), Number(count)]);
  return {
    firing: Number(stored.firing ?? 0),
    joined: Number(stored.joined ?? 0),
    names: Object.fromEntries(names),
    ...(stored.endedAt !== undefined && { endedAt: stored.endedAt }),
  };
}

// Signs of life of the workers: each announces itself every few seconds, the bot reads who is there. Instants are those
// of Redis, so that clocks of bot and clusters may differ.
//
//   <prefix>:heartbeats   worker -> instant of its last sign of life     <prefix>:workers   worker -> its announcement

import type { PlaybookName } from '../incidents/intent.ts';
import type { ClusterDirectory, ClusterPresence } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { answering, type RedisLink } from './redis.ts';

export interface Announcement {
  cluster: string;
  /** Unique among all workers of all clusters. */
  worker: string;
  version: string;
  playbooks: PlaybookName[];
}

export interface HeartbeatTiming {
  intervalMs: number;
  /** A worker that was silent for longer is not alive. */
  aliveMs: number;
}

export const heartbeatTiming: HeartbeatTiming = { intervalMs: 5000, aliveMs: 15_000 };

const FORGET_AFTER_MS = 24 * 60 * 60 * 1000;

// KEYS: heartbeats, workers. ARGV: worker, announcement, milliseconds that the sign of life is backdated, forget after.
const ANNOUNCE = `
  local time = redis.call('TIME')
  local now = time[1] * 1000 + math.floor(time[2] / 1000)
  redis.call('ZADD', KEYS[1], now - ARGV[3], ARGV[1])
  redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
  for _, gone in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[4])) do
    redis.call('ZREM', KEYS[1], gone)
    redis.call('HDEL', KEYS[2], gone)
  end`;

export interface Heartbeat {
  /** Ends the signs of life at once; the cluster stays known, as one without a worker. */
  stop(): Promise<void>;
}

export async function startHeartbeat(
  { redis, prefix }: RedisLink,
  announcement: Announcement,
  timing: HeartbeatTiming,
  logger: Logger,
): Promise<Heartbeat> {
  const announce = (backdatedMs: number): Promise<unknown> =>
    redis.eval(
      ANNOUNCE,
      2,
      `${prefix}:heartbeats`,
      `${prefix}:workers`,
      announcement.worker,
      JSON.stringify(announcement),
      backdatedMs,
      FORGET_AFTER_MS,
    );

  // While Redis is away one announcement waits for it; more would only pile up.
  let waiting = false;
  const timer = setInterval(() => {
    if (waiting) return;
    waiting = true;
    announce(0)
      .catch((error: unknown) => logger.warn({ err: error }, 'heartbeat failed'))
      .finally(() => {
        waiting = false;
      });
  }, timing.intervalMs);
  await announce(0);

  return {
    async stop() {
      clearInterval(timer);
      if (redis.status === 'ready') await announce(timing.aliveMs);
    },
  };
}

export function createClusterDirectory(link: RedisLink, timing: HeartbeatTiming): ClusterDirectory {
  const { redis, prefix } = link;

  async function list(): Promise<ClusterPresence[]> {
    const [time, seen, announced] = await Promise.all([
      redis.time(),
      redis.zrange(`${prefix}:heartbeats`, '0', '-1', 'WITHSCORES'),
      redis.hgetall(`${prefix}:workers`),
    ]);
    const nowMs = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
    const silence = new Map<string, number>();
    for (let at = 0; at < seen.length; at += 2) silence.set(seen[at] ?? '', nowMs - Number(seen[at + 1]));

    const workers = Object.values(announced).map((text) => {
      const announcement = JSON.parse(text) as Announcement;
      return { ...announcement, silentMs: Math.max(0, silence.get(announcement.worker) ?? FORGET_AFTER_MS) };
    });
    const byCluster = Object.groupBy(workers, ({ cluster }) => cluster);
    return Object.entries(byCluster)
      .map(([cluster, ofCluster = []]) => presenceOf(cluster, ofCluster, timing.aliveMs))
      .toSorted((a, b) => a.cluster.localeCompare(b.cluster));
  }

  return { list: () => (link.kind === 'answering' ? answering(list) : list()) };
}

function presenceOf(
  cluster: string,
  workers: (Announcement & { silentMs: number })[],
  aliveMs: number,
): ClusterPresence {
  const alive = workers.filter(({ silentMs }) => silentMs < aliveMs);
  return {
    cluster,
    alive: alive.length > 0,
    workers: alive.length,
    silentMs: Math.min(...workers.map(({ silentMs }) => silentMs)),
    playbooks: [...new Set(alive.flatMap(({ playbooks }) => playbooks))],
    versions: [...new Set(alive.map(({ version }) => version))],
  };
}

// Signs of life of workers and remediators: each announces itself every few seconds, the bot reads who is there and what they say
// of themselves. Instants are those of Redis, so that clocks of bot and clusters may differ.
//
//   <prefix>:heartbeats              worker -> instant of its last sign of life   <prefix>:workers       worker -> its announcement
//   <prefix>:remediator-heartbeats   the same of remediators                      <prefix>:remediators

import { AnnouncedRights } from '../doctor/announced.ts';
import type { AnnouncedProcess, Fixes, ProcessDirectory, RightsReport, Role } from '../doctor/examination.ts';
import type { PlaybookName } from '../incidents/intent.ts';
import type { ClusterDirectory, ClusterPresence } from '../incidents/ports.ts';
import type { Logger } from '../ops/logger.ts';
import { answering, type RedisLink } from './redis.ts';

export interface Announcement {
  cluster: string;
  version: string;
  /** What it can diagnose; empty for a remediator. */
  playbooks: PlaybookName[];
  /** The fixes that it was told to plan or to carry out; absent: none. */
  fixes?: Fixes;
  /** What its account may do; absent: it does not know yet. */
  rights?: RightsReport;
}

export interface HeartbeatTiming {
  intervalMs: number;
  /** Whoever was silent for longer is not alive. */
  aliveMs: number;
}

export const heartbeatTiming: HeartbeatTiming = { intervalMs: 5000, aliveMs: 15_000 };

const FORGET_AFTER_MS = 24 * 60 * 60 * 1000;

const keysOf = (prefix: string, role: Role): [heartbeats: string, announcements: string] =>
  role === 'worker'
    ? [`${prefix}:heartbeats`, `${prefix}:workers`]
    : [`${prefix}:remediator-heartbeats`, `${prefix}:remediators`];

// KEYS: heartbeats, announcements. ARGV: process, announcement, milliseconds that the sign of life is backdated, forget after.
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

export interface HeartbeatParts {
  link: RedisLink;
  role: Role;
  /** Unique among all processes of all clusters. */
  process: string;
  /** What is said at the next sign of life. */
  announcement(): Announcement;
  timing: HeartbeatTiming;
  logger: Logger;
}

export async function startHeartbeat({
  link: { redis, prefix },
  role,
  process,
  announcement,
  timing,
  logger,
}: HeartbeatParts): Promise<Heartbeat> {
  const announce = (backdatedMs: number): Promise<unknown> =>
    redis.eval(
      ANNOUNCE,
      2,
      ...keysOf(prefix, role),
      process,
      JSON.stringify(announcement()),
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
  async function list(): Promise<ClusterPresence[]> {
    const byCluster = Object.groupBy(await readAnnounced(link, 'worker'), ({ cluster }) => cluster);
    return Object.entries(byCluster)
      .map(([cluster, ofCluster = []]) => presenceOf(cluster, ofCluster, timing.aliveMs))
      .toSorted((a, b) => a.cluster.localeCompare(b.cluster));
  }

  return { list: () => (link.kind === 'answering' ? answering(list) : list()) };
}

export function createProcessDirectory(link: RedisLink, timing: HeartbeatTiming): ProcessDirectory {
  async function processes(): Promise<AnnouncedProcess[]> {
    const roles: Role[] = ['worker', 'remediator'];
    const announced = await Promise.all(
      roles.map(async (role) => (await readAnnounced(link, role)).map((each) => ({ role, ...each }))),
    );
    return announced.flat().map(({ role, cluster, silentMs, fixes, rights }) => ({
      ...{ role, cluster, silentMs, alive: silentMs < timing.aliveMs },
      // Of another version, or made up: the same as having said nothing.
      ...AnnouncedRights.safeParse({ ...(fixes && { fixes }), ...(rights && { rights }) }).data,
    }));
  }

  return { processes: () => (link.kind === 'answering' ? answering(processes) : processes()) };
}

async function readAnnounced(
  { redis, prefix }: RedisLink,
  role: Role,
): Promise<(Announcement & { silentMs: number })[]> {
  const [heartbeats, announcements] = keysOf(prefix, role);
  const [time, seen, announced] = await Promise.all([
    redis.time(),
    redis.zrange(heartbeats, '0', '-1', 'WITHSCORES'),
    redis.hgetall(announcements),
  ]);
  const nowMs = Number(time[0]) * 1000 + Math.floor(Number(time[1]) / 1000);
  const silence = new Map<string, number>();
  for (let at = 0; at < seen.length; at += 2) silence.set(seen[at] ?? '', nowMs - Number(seen[at + 1]));
  return Object.entries(announced).map(([process, text]) => ({
    ...(JSON.parse(text) as Announcement),
    silentMs: Math.max(0, silence.get(process) ?? FORGET_AFTER_MS),
  }));
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

// Incidents and diagnoses in Redis. Every change is a compare-and-set on the record's version, done by a script, so that
// bot and workers may apply events at the same time; the rules themselves are `incidents/incident.ts`.
//
//   <prefix>:incident:<id>     hash version, record     <prefix>:problem:<key>   id of its unresolved incident
//   <prefix>:open              ids by opening instant   <prefix>:request:<id>    incident that a request became
//   <prefix>:diagnosis:<id>    the diagnosis, for replay   <prefix>:opened          all ids by opening instant

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import { apply, type Incident, isSettled, problemKey } from '../incidents/incident.ts';
import type { IncidentStore, Opened } from '../incidents/ports.ts';
import type { ResponseMinutes } from '../incidents/priority.ts';
import { answering, type RedisLink } from './redis.ts';

const DAY_SECONDS = 24 * 60 * 60;
const KEEP_RESOLVED_SECONDS = 30 * DAY_SECONDS;
const KEEP_DIAGNOSIS_SECONDS = 30 * DAY_SECONDS;
const KEEP_REQUEST_SECONDS = DAY_SECONDS;

// KEYS: incident, problem, request, open, opened. ARGV: prefix, id, record, opened at, seconds to keep the request, and
// those to keep what is settled.
const OPEN = `
  local function living(key)
    local id = redis.call('GET', key)
    return id and redis.call('EXISTS', ARGV[1] .. ':incident:' .. id) == 1 and id
  end
  local repeated = living(KEYS[3])
  if repeated then return { 'repeated', repeated } end
  local same = living(KEYS[2])
  if same and redis.call('ZSCORE', KEYS[4], same) then return { 'same-problem', same } end
  if redis.call('EXISTS', KEYS[1]) == 1 then return { 'id-taken', ARGV[2] } end
  redis.call('HSET', KEYS[1], 'version', 1, 'record', ARGV[3])
  redis.call('SET', KEYS[2], ARGV[2])
  redis.call('SET', KEYS[3], ARGV[2], 'EX', ARGV[5])
  redis.call('ZADD', KEYS[4], ARGV[4], ARGV[2])
  redis.call('ZADD', KEYS[5], ARGV[4], ARGV[2])
  redis.call('ZREMRANGEBYSCORE', KEYS[5], '-inf', ARGV[4] - ARGV[6] * 1000)
  return { 'created', ARGV[2] }`;

// KEYS as above. ARGV: id, version it is based on, record, opened at, seconds to keep the request, `open` or `settled`,
// seconds to keep it when settled.
const REPLACE = `
  if redis.call('HGET', KEYS[1], 'version') ~= ARGV[2] then return 0 end
  redis.call('HSET', KEYS[1], 'version', ARGV[2] + 1, 'record', ARGV[3])
  redis.call('SET', KEYS[3], ARGV[1], 'EX', ARGV[5])
  if ARGV[6] == 'open' then
    redis.call('PERSIST', KEYS[1])
    redis.call('SET', KEYS[2], ARGV[1], 'NX')
    redis.call('ZADD', KEYS[4], ARGV[4], ARGV[1])
  else
    redis.call('EXPIRE', KEYS[1], ARGV[7])
    if redis.call('GET', KEYS[2]) == ARGV[1] then redis.call('DEL', KEYS[2]) end
    redis.call('ZREM', KEYS[4], ARGV[1])
  end
  return 1`;

interface Versioned {
  version: string;
  incident: Incident;
}

export function createIncidentStore(link: RedisLink, minutes: ResponseMinutes): IncidentStore {
  const { redis, prefix } = link;
  const key = (kind: string, id: string) => `${prefix}:${kind}:${id}`;
  const openKey = `${prefix}:open`;
  const openedKey = `${prefix}:opened`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  const keysOf = ({ id, request }: Incident): string[] => [
    key('incident', id),
    key('problem', problemKey(request)),
    key('request', request.id),
    openKey,
  ];

  async function read(id: string): Promise<Versioned | undefined> {
    const [version, record] = await redis.hmget(key('incident', id), 'version', 'record');
    return version && record ? { version, incident: JSON.parse(record) as Incident } : undefined;
  }

  async function readAll(ids: string[]): Promise<Incident[]> {
    const found = await Promise.all(ids.map((id) => read(id)));
    return found.flatMap((versioned) => versioned?.incident ?? []);
  }

  async function open(incident: Incident): Promise<Opened> {
    const record = JSON.stringify(incident);
    const args = [prefix, incident.id, record, Date.parse(incident.openedAt)];
    const retention = [KEEP_REQUEST_SECONDS, KEEP_RESOLVED_SECONDS];
    const reply = await redis.eval(OPEN, 5, ...keysOf(incident), openedKey, ...args, ...retention);
    const [outcome, id] = reply as [Opened['outcome'], string];
    if (outcome === 'created') return { outcome, incident };
    if (outcome === 'id-taken') return { outcome };
    const other = await read(id);
    // It can only be gone when its retention ended this very moment; then there is room for a new one.
    return other ? { outcome, incident: other.incident } : open(incident);
  }

  async function replace(version: string, next: Incident): Promise<boolean> {
    const state = isSettled(next) ? 'settled' : 'open';
    const args = [next.id, version, JSON.stringify(next), Date.parse(next.openedAt)];
    const retention = [KEEP_REQUEST_SECONDS, state, KEEP_RESOLVED_SECONDS];
    return (await redis.eval(REPLACE, 4, ...keysOf(next), ...args, ...retention)) === 1;
  }

  return {
    open: (incident) => run(() => open(incident)),
    load: (id) => run(async () => (await read(id))?.incident),
    apply: (id, event) =>
      run(async () => {
        // Ends, because each lost race means that somebody else got on.
        for (;;) {
          const current = await read(id);
          if (!current) return undefined;
          const applied = apply(current.incident, event, minutes);
          if (!applied.ok) return undefined;
          if (await replace(current.version, applied.incident)) return applied.incident;
        }
      }),
    listOpen: () => run(async () => readAll(await redis.zrange(openKey, '0', '-1'))),
    listOpenedSince: (at) =>
      run(async () => readAll(await redis.zrangebyscore(openedKey, Date.parse(at), '+inf'))),
    keepDiagnosis: (diagnosis) =>
      run(async () => {
        const stored = key('diagnosis', diagnosis.id);
        await redis.set(stored, JSON.stringify(diagnosis), 'EX', KEEP_DIAGNOSIS_SECONDS);
      }),
    loadDiagnosis: (id) =>
      run(async () => {
        const stored = await redis.get(key('diagnosis', id));
        return stored ? (JSON.parse(stored) as Diagnosis) : undefined;
      }),
  };
}

// Silences through Alertmanager's API v2. Which labels a silence names is worked out apart from asking for it.

import { z } from 'zod';
import { type ReceivedAlert, SilenceFailed, type Silencer } from '../incidents/alert.ts';
import type { Secret } from '../ops/secret.ts';
import { type Labels, mayBeCut, placeLabels } from './labels.ts';

export interface SilencerSettings {
  /** Of Alertmanager, as a person opens it; user and password in it are sent as basic authentication. */
  url: string;
  /** Sent as bearer token. */
  token?: Secret;
  /** Label that names the cluster. */
  clusterLabel: string;
}

const PATIENCE_MS = 10_000;
const MAX_REASON_CHARS = 200;

const Created = z.object({ silenceID: z.string().min(1) });

export function createSilencer({ url, token, clusterLabel }: SilencerSettings): Silencer {
  const ask = createClient(url, token);

  async function create(labels: Labels, request: Parameters<Silencer['silence']>[1], signal: AbortSignal) {
    const matchers = Object.entries(labels).map(([name, value]) => ({
      name,
      value,
      isRegex: false,
      isEqual: true,
    }));
    const body = {
      matchers,
      // "Now" by the clock of Alertmanager, which takes what is past for now.
      startsAt: new Date(0).toISOString(),
      endsAt: request.untilAt,
      createdBy: request.by,
      comment: request.comment,
    };
    const created = Created.safeParse(await ask('POST', 'silences', signal, body));
    if (!created.success) throw new SilenceFailed('the answer is not that of Alertmanager');
    return created.data.silenceID;
  }

  return {
    async silence(alerts, request) {
      const silences = silenceMatchers(alerts, clusterLabel);
      if (silences.length === 0) throw new SilenceFailed('the labels are too long to be named');
      const signal = AbortSignal.timeout(PATIENCE_MS);
      const ids: string[] = [];
      try {
        for (const labels of silences) ids.push(await create(labels, request, signal));
        return ids.length;
      } catch (error) {
        // Half of a silence would hide alerts that people believe to see.
        const ends = AbortSignal.timeout(PATIENCE_MS);
        await Promise.allSettled(ids.map((id) => ask('DELETE', `silence/${id}`, ends)));
        throw error;
      }
    },
  };
}

/**
 * The labels of each silence, all to be equal: for each name of an alert what its alerts share; several where they share
 * no place, because the name alone would hide other places as well.
 */
export function silenceMatchers(alerts: readonly ReceivedAlert[], clusterLabel: string): Labels[] {
  const ofName = Map.groupBy(alerts.filter(isWhole), ({ name }) => name);
  return Array.from(ofName, ([alertname, group]) =>
    narrow(group.map(({ labels }) => labels)).map((shared) => ({ alertname, ...shared })),
  ).flat();

  function narrow(group: Labels[]): Labels[] {
    const places = group.map(placeLabels);
    const place = sharedBy(places);
    const [differing] = places.flatMap((each) => Object.keys(each));
    if (Object.keys(place).length > 0 || differing === undefined)
      return [{ ...sharedBy(group.map(surroundings)), ...place }];
    const parts = Map.groupBy(group, (labels) => placeLabels(labels)[differing]);
    return [...parts.values()].flatMap(narrow);
  }

  function surroundings(labels: Labels): Labels {
    const { job, [clusterLabel]: cluster } = labels;
    return { ...(cluster && { [clusterLabel]: cluster }), ...(job && { job }) };
  }
}

// What was cut would match nothing, and a silence without it would hide what it is not about.
const isWhole = ({ name, labels }: ReceivedAlert): boolean =>
  ![name, ...Object.values(placeLabels(labels))].some(mayBeCut);

const sharedBy = ([first = {}, ...others]: Labels[]): Labels =>
  Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );

type Ask = (method: 'POST' | 'DELETE', path: string, signal: AbortSignal, body?: object) => Promise<unknown>;

/** Resolves to the JSON of the answer, undefined when there is none. Throws SilenceFailed. */
function createClient(url: string, token: Secret | undefined): Ask {
  const base = new URL(url);
  const authorization = token ? `Bearer ${token.reveal()}` : basicOf(base);
  base.username = '';
  base.password = '';
  const root = base.href.replace(/\/*$/, '/');
  const headers = { 'content-type': 'application/json', ...(authorization && { authorization }) };

  return async (method, path, signal, body) => {
    let status: number;
    let text: string;
    try {
      const sent = body && { body: JSON.stringify(body) };
      const response = await fetch(`${root}api/v2/${path}`, { method, headers, signal, ...sent });
      status = response.status;
      text = await response.text();
    } catch (error) {
      throw new SilenceFailed(whyUnreached(error), { cause: error });
    }
    const answer = parseJson(text);
    if (status === 200) return answer;
    const said = typeof answer === 'string' ? answer : text;
    throw new SilenceFailed(`${status} ${said}`.trim().slice(0, MAX_REASON_CHARS));
  };
}

function basicOf({ username, password }: URL): string | undefined {
  if (!username) return undefined;
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return `Basic ${Buffer.from(pair).toString('base64')}`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What kept fetch from it: a code such as ECONNREFUSED, or that it took too long. */
function whyUnreached(error: unknown): string {
  if (!(error instanceof Error)) return 'unreachable';
  if (error.name === 'TimeoutError') return `no answer within ${PATIENCE_MS / 1000} s`;
  const { code } = (error.cause ?? {}) as { code?: string };
  return code ?? 'unreachable';
}

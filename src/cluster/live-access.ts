// ClusterAccess to a live cluster: object reads go to the API server, node commands to the agent on that node, over
// one exec stream a node that lives as long as the diagnosis. Every failure is an answer.

import { performance } from 'node:perf_hooks';
import {
  AGENT_NAMESPACE,
  AGENT_SELECTOR,
  type Answer,
  type ApiRead,
  type ClusterAccess,
  type Question,
  type RawAnswer,
  type UnavailableReason,
} from './access.ts';
import type { ApiConnection, ApiReply } from './connection.ts';
import { createNodeSession, type NodeSession } from './node-session.ts';
import { redactObject, redactText } from './redact.ts';
import { toApiRequest } from './resources.ts';

type Ending =
  | { status: 'answered'; raw: RawAnswer; ms?: number }
  | { status: 'unavailable'; reason: UnavailableReason; detail: string };

const unavailable = (reason: UnavailableReason, detail: string): Ending => ({
  status: 'unavailable',
  reason,
  detail,
});

/** Dispose it when the diagnosis ends: that closes the streams, and with them whatever still runs on the nodes. */
export function createLiveAccess(connection: ApiConnection): ClusterAccess & AsyncDisposable {
  const sessions = new Map<string, NodeSession>();
  let agentPods: Promise<Map<string, string> | Ending> | undefined;

  async function answer(question: Question, signal: AbortSignal): Promise<Answer> {
    const at = new Date().toISOString();
    const startMs = performance.now();
    const ending =
      question.via === 'api'
        ? await readApi(connection, question.read, question.timeoutMs, signal)
        : await askNode(question, signal);
    const elapsedMs = Math.round(performance.now() - startMs);
    if (ending.status === 'unavailable') return { at, ms: elapsedMs, ...ending };
    return {
      at,
      ms: ending.ms ?? elapsedMs,
      status: 'answered',
      raw: redact(ending.raw, wantsWriters(question)),
    };
  }

  async function askNode(question: Question & { via: 'node' }, signal: AbortSignal): Promise<Ending> {
    agentPods ??= listAgentPods(connection, question.timeoutMs, signal);
    const pods = await agentPods;
    if (!(pods instanceof Map)) return pods;
    const pod = pods.get(question.node);
    if (pod === undefined) return unavailable('no-vantage', `no running cni-agent pod on ${question.node}`);
    let session = sessions.get(question.node);
    if (!session) {
      session = createNodeSession(connection.kubeConfig, pod);
      sessions.set(question.node, session);
    }
    return session.run(question, signal);
  }

  return {
    answer,
    async [Symbol.asyncDispose]() {
      for (const session of sessions.values()) session.close();
    },
  };
}

async function readApi(
  connection: ApiConnection,
  read: ApiRead,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Ending> {
  if (read.verb === 'list') return readList(connection, read, timeoutMs, signal);
  const reply = await connection.send(toApiRequest(read), timeoutMs, signal);
  if (reply.kind === 'not-found') return { status: 'answered', raw: { kind: 'not-found' } };
  if (reply.kind !== 'ok') return refused(reply);
  if (read.verb === 'log')
    return { status: 'answered', raw: { kind: 'text', text: reply.body, truncated: false } };
  const object = parseJson(reply.body);
  return object.ok ? { status: 'answered', raw: { kind: 'object', object: object.value } } : object.ending;
}

async function readList(
  connection: ApiConnection,
  read: ApiRead & { verb: 'list' },
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Ending> {
  const items: unknown[] = [];
  let continueToken: string | undefined;
  for (;;) {
    const reply = await connection.send(toApiRequest(read, continueToken), timeoutMs, signal);
    // A page token may expire in the middle of a long list; what was read so far may then be old, so start again.
    if (reply.kind === 'expired' && continueToken !== undefined) {
      items.length = 0;
      continueToken = undefined;
      continue;
    }
    // A group that the server does not know (404) means that there is no such object.
    if (reply.kind === 'not-found')
      return { status: 'answered', raw: { kind: 'objects', items: [], truncated: false } };
    if (reply.kind !== 'ok') return refused(reply);
    const page = parseJson(reply.body);
    if (!page.ok) return page.ending;
    if (!isList(page.value))
      return unavailable('unparsable', 'the API server answered with something other than a list');
    items.push(...(page.value.items ?? []));
    continueToken = page.value.metadata?.continue || undefined;
    const enough = read.limit !== undefined && items.length >= read.limit;
    if (continueToken === undefined || enough)
      return { status: 'answered', raw: { kind: 'objects', items, truncated: continueToken !== undefined } };
  }
}

/** An empty list may come with `items: null`. */
function isList(value: unknown): value is { items?: unknown[] | null; metadata?: { continue?: string } } {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { items } = value as { items?: unknown };
  return items === undefined || items === null || Array.isArray(items);
}

function parseJson(body: string): { ok: true; value: unknown } | { ok: false; ending: Ending } {
  try {
    return { ok: true, value: JSON.parse(body) };
  } catch {
    return {
      ok: false,
      ending: unavailable('unparsable', 'the API server answered with something other than JSON'),
    };
  }
}

function refused(reply: Exclude<ApiReply, { kind: 'ok' | 'not-found' }>): Ending {
  switch (reply.kind) {
    case 'forbidden':
      return unavailable('forbidden', reply.detail);
    case 'timeout':
      return unavailable('timeout', 'the API server did not answer in time');
    case 'cancelled':
      return unavailable('cancelled', 'the diagnosis was stopped');
    case 'unreachable':
      return unavailable('timeout', `the API server cannot be reached: ${reply.detail}`);
    case 'expired':
      return unavailable('timeout', 'the list expired while it was read');
    case 'failed':
      return unavailable('unparsable', `the API server answered: ${reply.detail}`);
  }
}

/** Node -> name of the running agent pod there. */
async function listAgentPods(
  connection: ApiConnection,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Map<string, string> | Ending> {
  const ending = await readList(
    connection,
    { verb: 'list', resource: 'pods', namespace: AGENT_NAMESPACE, labelSelector: AGENT_SELECTOR },
    timeoutMs,
    signal,
  );
  if (ending.status === 'unavailable') return ending;
  if (ending.raw.kind !== 'objects') return unavailable('unparsable', 'the list of agent pods is no list');
  const pods = ending.raw.items as {
    metadata: { name: string; deletionTimestamp?: string };
    spec: { nodeName?: string };
    status: { phase?: string };
  }[];
  return new Map(
    pods
      .filter((pod) => pod.status.phase === 'Running' && pod.metadata.deletionTimestamp === undefined)
      .map((pod) => [pod.spec.nodeName ?? '', pod.metadata.name]),
  );
}

const wantsWriters = (question: Question): boolean =>
  question.via === 'api' && 'writers' in question.read && question.read.writers === true;

function redact(raw: RawAnswer, withWriters: boolean): RawAnswer {
  switch (raw.kind) {
    case 'object':
      return { ...raw, object: redactObject(raw.object, withWriters) };
    case 'objects':
      return { ...raw, items: raw.items.map((item) => redactObject(item, withWriters)) };
    case 'text':
      return { ...raw, text: redactText(raw.text) };
    case 'exited':
      return { ...raw, stdout: redactText(raw.stdout), stderr: redactText(raw.stderr) };
    case 'not-found':
      return raw;
  }
}

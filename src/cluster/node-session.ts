// One exec stream into the agent on one node: orders go in, reports come out, in any order. Opened at the first
// order and again once if it breaks. When it closes, the agent sees the end of its input and kills what it started.

import { createInterface } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { Exec, type KubeConfig } from '@kubernetes/client-node';
import {
  AGENT_CONTAINER,
  AGENT_NAMESPACE,
  type Question,
  type RawAnswer,
  type UnavailableReason,
} from './access.ts';
import type { AgentHello, AgentOrder, AgentReport } from './agent-protocol.ts';

export type NodeEnding =
  | { status: 'answered'; raw: RawAnswer; ms: number }
  | { status: 'unavailable'; reason: UnavailableReason; detail: string };

export interface NodeSession {
  run(question: Question & { via: 'node' }, signal: AbortSignal): Promise<NodeEnding>;
  close(): void;
}

interface Stream {
  write(order: AgentOrder): void;
  close(): void;
}

type StreamEnd = { kind: 'broken' | 'refused'; detail: string };

// What the stream itself may cost on top of the command's own deadline: API server, kubelet, runtime, Node's start.
const OVERHEAD_MS = 3000;
// A node that has not greeted by then is out of reach: the API server itself may try for half a minute.
const GREETING_TIMEOUT_MS = 5000;
// Without this the stream of a chatty tool could fill our memory: the library knows no backpressure.
const LINE_LIMIT_CHARS = 16 * 1024 * 1024;

export function createNodeSession(kubeConfig: KubeConfig, pod: string): NodeSession {
  const pending = new Map<number, { order: AgentOrder; settle(ending: NodeEnding): void }>();
  let stream: Promise<Stream | StreamEnd> | undefined;
  let reopened = false;
  let closed = false;
  /** Why nothing more can be asked here; the next question need not wait to learn it again. */
  let over: StreamEnd | undefined;
  let nextId = 1;

  function onReport(report: AgentReport): void {
    const waiting = pending.get(report.id);
    pending.delete(report.id);
    waiting?.settle(toEnding(report));
  }

  function onEnd(end: StreamEnd): void {
    stream = undefined;
    if (!closed && end.kind === 'broken' && !reopened && pending.size > 0) {
      // A read-only question may be asked again; a broken stream says nothing about the node's network.
      reopened = true;
      for (const { order } of pending.values()) void deliver(order);
      return;
    }
    over = end;
    const orders = [...pending.values()];
    pending.clear();
    for (const { settle } of orders) settle(lost(end));
  }

  async function deliver(order: AgentOrder): Promise<void> {
    stream ??= openStream(kubeConfig, pod, onReport, onEnd);
    const opened = await stream;
    if ('write' in opened) opened.write(order);
    else onEnd(opened);
  }

  async function run(question: Question & { via: 'node' }, signal: AbortSignal): Promise<NodeEnding> {
    if (signal.aborted)
      return { status: 'unavailable', reason: 'cancelled', detail: 'the diagnosis was stopped' };
    if (over) return lost(over);
    const { netns, command, timeoutMs } = question;
    const order: AgentOrder = { id: nextId++, netns, command, timeoutMs };
    return new Promise((resolve) => {
      const deadline = setTimeout(
        () =>
          settle({
            status: 'unavailable',
            reason: 'timeout',
            detail: `no report from ${question.node} in time`,
          }),
        timeoutMs + OVERHEAD_MS,
      );
      const onAbort = (): void =>
        settle({ status: 'unavailable', reason: 'cancelled', detail: 'the diagnosis was stopped' });
      const settle = (ending: NodeEnding): void => {
        clearTimeout(deadline);
        signal.removeEventListener('abort', onAbort);
        pending.delete(order.id);
        resolve(ending);
      };
      signal.addEventListener('abort', onAbort, { once: true });
      pending.set(order.id, { order, settle });
      void deliver(order);
    });
  }

  return {
    run,
    close() {
      closed = true;
      void stream?.then((opened) => 'close' in opened && opened.close());
    },
  };
}

/** Resolves when the agent has greeted, or with the reason why it has not. */
async function openStream(
  kubeConfig: KubeConfig,
  pod: string,
  onReport: (report: AgentReport) => void,
  onEnd: (end: StreamEnd) => void,
): Promise<Stream | StreamEnd> {
  const input = new PassThrough();
  const output = new PassThrough();
  const problems: string[] = [];
  const errors = new Writable({
    write(chunk: Buffer, _encoding, done) {
      if (problems.join('').length < 2000) problems.push(chunk.toString('utf8'));
      done();
    },
  });
  const greeting = Promise.withResolvers<Stream | StreamEnd>();
  let greeted = false;
  const giveUp = (detail: string): void => greeting.resolve({ kind: 'refused', detail });
  const patience = setTimeout(() => giveUp('the node does not answer'), GREETING_TIMEOUT_MS);

  const connecting = new Exec(kubeConfig).exec(
    AGENT_NAMESPACE,
    pod,
    AGENT_CONTAINER,
    ['cni-agent'],
    output,
    errors,
    input,
    false,
  );
  connecting.then(
    (socket) => {
      const stream: Stream = {
        write: (order) => input.write(`${JSON.stringify(order)}\n`),
        close: () => socket.close(),
      };
      createInterface({ input: output }).on('line', (line) => {
        const message = parseLine(line);
        if (message === undefined) problems.push(line.slice(0, 200));
        else if ('hello' in message) {
          greeted = true;
          greeting.resolve(stream);
        } else onReport(message);
      });
      socket.onclose = () => {
        input.destroy();
        const said = problems.join(' ').trim().slice(0, 300) || 'the exec stream closed';
        // Without its greeting the agent never ran: asking again would end the same way.
        if (greeted) onEnd({ kind: 'broken', detail: said });
        else giveUp(said);
      };
      // Errors after the opening are followed by a close, which says all that is needed.
      socket.onerror = () => undefined;
    },
    // A refused upgrade rejects with a WebSocket ErrorEvent, which is no Error but has a message.
    (error: unknown) => giveUp(String((error as { message?: unknown }).message ?? error)),
  );

  const opened = await greeting.promise;
  clearTimeout(patience);
  // Nobody will use a stream that greets too late; why one was never opened is told by `giveUp`.
  if (!('write' in opened)) void connecting.then((socket) => socket.close()).catch(() => undefined);
  return opened;
}

function parseLine(line: string): AgentReport | AgentHello | undefined {
  if (line.length > LINE_LIMIT_CHARS) return undefined;
  try {
    const message: unknown = JSON.parse(line);
    return isMessage(message) ? message : undefined;
  } catch {
    return undefined;
  }
}

const KINDS = new Set(['exited', 'text', 'object', 'failed']);

/** Whatever else talks on that stream, a shell's banner for one, is no agent. */
function isMessage(message: unknown): message is AgentReport | AgentHello {
  if (typeof message !== 'object' || message === null) return false;
  const { hello, id, kind } = message as { hello?: unknown; id?: unknown; kind?: unknown };
  return hello === 'cni-agent' || (typeof id === 'number' && KINDS.has(String(kind)));
}

function toEnding({ id: _id, ms, ...result }: AgentReport): NodeEnding {
  return result.kind === 'failed'
    ? { status: 'unavailable', reason: reasonOf(result.reason), detail: result.detail }
    : { status: 'answered', ms, raw: result };
}

function reasonOf(reason: (AgentReport & { kind: 'failed' })['reason']): UnavailableReason {
  switch (reason) {
    case 'no-such-pod':
      return 'no-vantage';
    case 'not-allowed':
    case 'not-readable':
      return 'forbidden';
    case 'tool-missing':
      return 'tool-missing';
  }
}

/** 403 is our missing permission; anything else means that the node cannot be looked at. */
function lost(end: StreamEnd): NodeEnding {
  const forbidden = end.detail.includes('403');
  return { status: 'unavailable', reason: forbidden ? 'forbidden' : 'no-vantage', detail: end.detail };
}

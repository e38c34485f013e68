#!/usr/bin/env node
// cni-agent: runs on a node for the length of one diagnosis. Reads orders from its standard input, a JSON line each,
// runs them side by side and writes a report for each. It never changes the node. When its input ends, so does it.

import { createInterface } from 'node:readline';
import { AGENT_HELLO, type AgentOrder, type AgentReport } from '../cluster/agent-protocol.ts';
import { execute } from './execute.ts';
import { killRunning } from './run-program.ts';

interface Lane {
  readonly limit: number;
  readonly queue: AgentOrder[];
  running: number;
}

// Two cores answer a wave soonest when it is not sliced too thin, and a busy node must not notice us.
const working: Lane = { limit: 16, queue: [], running: 0 };
// These sleep until an answer comes or does not: where nothing answers, a short queue would cost seconds for nothing.
const waiting: Lane = { limit: 64, queue: [], running: 0 };
const WAITING_PROGRAMS = new Set(['ping', 'arping', 'nc', 'curl', 'dig', 'tracepath']);

function say(message: AgentReport | typeof AGENT_HELLO): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function work(order: AgentOrder): Promise<void> {
  const startMs = performance.now();
  const report = await execute(order).catch(unexpected);
  say({ ...report, id: order.id, ms: Math.round(performance.now() - startMs) });
}

/** Our bug, or a file in a form that nobody foresaw: one order's trouble must not end the others. */
const unexpected = (error: unknown) =>
  ({ kind: 'failed', reason: 'not-readable', detail: String(error).slice(0, 300) }) as const;

/** A line that is no order has no id to answer to; the worker's own deadline will tell. */
function parseOrder(line: string): AgentOrder | undefined {
  try {
    return JSON.parse(line) as AgentOrder;
  } catch {
    process.stderr.write(`not an order: ${line.slice(0, 100)}\n`);
    return undefined;
  }
}

function startQueued(lane: Lane): void {
  while (lane.running < lane.limit) {
    const order = lane.queue.shift();
    if (!order) return;
    lane.running += 1;
    void work(order).finally(() => {
      lane.running -= 1;
      startQueued(lane);
    });
  }
}

function leave(): void {
  killRunning();
  process.exit(0);
}

process.on('SIGTERM', leave);
process.on('SIGHUP', leave);
// The reader is gone: nobody wants the rest.
process.stdout.on('error', leave);

say(AGENT_HELLO);
createInterface({ input: process.stdin })
  .on('line', (line) => {
    const order = parseOrder(line);
    if (!order) return;
    const { command } = order;
    // Reading a file starts no program, and others often wait for what it says.
    if (command.kind !== 'run') void work(order);
    else {
      const lane = WAITING_PROGRAMS.has(command.argv[0]) ? waiting : working;
      lane.queue.push(order);
      startQueued(lane);
    }
  })
  .on('close', leave);

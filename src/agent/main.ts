#!/usr/bin/env node
// cni-agent: runs on a node for the length of one diagnosis. Reads orders from its standard input, a JSON line each,
// runs them side by side and writes a report for each. It never changes the node. When its input ends, so does it.

import { createInterface } from 'node:readline';
import { AGENT_HELLO, type AgentOrder, type AgentReport } from '../cluster/agent-protocol.ts';
import { execute } from './execute.ts';
import { killRunning } from './run-program.ts';

// Two cores answer a wave soonest when it is not sliced too thin, and a busy node must not notice us.
const MAX_PARALLEL = 16;

const queue: AgentOrder[] = [];
let running = 0;

function say(message: AgentReport | typeof AGENT_HELLO): void {
  process.stdout.write(`${JSON.stringify(message)}\n`);
}

async function work(order: AgentOrder): Promise<void> {
  const startMs = performance.now();
  const report = await execute(order);
  say({ ...report, id: order.id, ms: Math.round(performance.now() - startMs) });
}

function startQueued(): void {
  while (running < MAX_PARALLEL) {
    const order = queue.shift();
    if (!order) return;
    running += 1;
    void work(order).finally(() => {
      running -= 1;
      startQueued();
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
    const order = JSON.parse(line) as AgentOrder;
    // Reading a file starts no program, and others often wait for what it says.
    if (order.command.kind !== 'run') void work(order);
    else {
      queue.push(order);
      startQueued();
    }
  })
  .on('close', leave);

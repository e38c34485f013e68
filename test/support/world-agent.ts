// The real cni-agent as a child process, spoken to over its standard streams as an exec stream would.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { AgentHello, AgentOrder, AgentReport } from '../../src/cluster/agent-protocol.ts';

export const AGENT_MAIN = fileURLToPath(new URL('../../src/agent/main.ts', import.meta.url));

type Message = AgentReport | AgentHello;

export interface AgentProcess {
  child: ChildProcessWithoutNullStreams;
  order(order: AgentOrder): void;
  /** The first message that fits, among those that came and those to come. */
  heard<T extends Message>(fits: (message: Message) => message is T): Promise<T>;
  report(id: number): Promise<AgentReport>;
  /** Ends its input and waits for it. */
  leave(): Promise<number | null>;
}

export function startAgent(): AgentProcess {
  const child = spawn(process.execPath, [AGENT_MAIN], { stdio: ['pipe', 'pipe', 'pipe'] });
  const messages: Message[] = [];
  const listeners = new Set<() => void>();
  createInterface({ input: child.stdout }).on('line', (line) => {
    messages.push(JSON.parse(line) as Message);
    for (const listener of listeners) listener();
  });

  function heard<T extends Message>(fits: (message: Message) => message is T): Promise<T> {
    return new Promise((resolve) => {
      const look = (): void => {
        const found = messages.find(fits);
        if (!found) return;
        listeners.delete(look);
        resolve(found);
      };
      listeners.add(look);
      look();
    });
  }

  return {
    child,
    order: (order) => child.stdin.write(`${JSON.stringify(order)}\n`),
    heard,
    report: (id) => heard((message): message is AgentReport => 'id' in message && message.id === id),
    async leave() {
      child.stdin.end();
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
      return child.exitCode;
    },
  };
}

/** A zombie counts as gone: it runs nothing any more. */
export async function isGone(pid: number): Promise<boolean> {
  const { readFile } = await import('node:fs/promises');
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
    return / Z /.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return true;
  }
}

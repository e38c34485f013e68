// Runs one program with a deadline and an output cap, in a process group of its own, so that all of it can be killed.

import { spawn } from 'node:child_process';
import type { ProgramEnd } from '../cluster/agent-protocol.ts';

// iptables-save of a node with thousands of Services is a few megabytes.
const OUTPUT_LIMIT_BYTES = 8 * 1024 * 1024;

// Fixed, so that nobody's environment decides which `ip` is run.
const PROGRAM_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const runningGroups = new Set<number>();

export function killRunning(): void {
  for (const group of runningGroups) killGroup(group);
}

export function runProgram(
  argv: readonly [string, ...string[]],
  timeoutMs: number,
  stdin?: string,
): Promise<ProgramEnd | { kind: 'failed'; reason: 'tool-missing'; detail: string }> {
  const [program, ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
      // The tools' messages are parsed: they must not depend on the node's language.
      env: { PATH: PROGRAM_PATH, LC_ALL: 'C' },
    });
    const group = child.pid;
    if (group !== undefined) runningGroups.add(group);
    let timedOut = false;
    let truncated = false;
    const stop = (): void => {
      if (group !== undefined) killGroup(group);
    };
    const deadline = setTimeout(() => {
      timedOut = true;
      stop();
    }, timeoutMs);

    const collect = (stream: NodeJS.ReadableStream): (() => string) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      stream.on('data', (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes <= OUTPUT_LIMIT_BYTES) chunks.push(chunk);
        else {
          truncated = true;
          stop();
        }
      });
      return () => Buffer.concat(chunks).toString('utf8');
    };
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    const settle = (): void => {
      clearTimeout(deadline);
      if (group !== undefined) runningGroups.delete(group);
    };

    child.on('error', (error: NodeJS.ErrnoException) => {
      settle();
      resolve({
        kind: 'failed',
        reason: 'tool-missing',
        detail: `${program}: ${error.code ?? error.message}`,
      });
    });
    child.on('close', (code) => {
      settle();
      resolve({ kind: 'exited', code, stdout: stdout(), stderr: stderr(), timedOut, truncated });
    });
    // A program that ends before it has read its input closes the pipe; its exit code tells the story.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin ?? '');
  });
}

function killGroup(group: number): void {
  try {
    process.kill(-group, 'SIGKILL');
  } catch (error) {
    // Already gone is what we want; anything else is a bug.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

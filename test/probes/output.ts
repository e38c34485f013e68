// Captured output of real tools, as the agent would have brought it.

import { readFileSync } from 'node:fs';
import type { RawAnswer } from '../../src/cluster/access.ts';

const captured = (file: string): string => readFileSync(new URL(`./output/${file}`, import.meta.url), 'utf8');

export const exited = (
  stdout: string,
  more: Partial<RawAnswer & { kind: 'exited' }> = {},
): RawAnswer & { kind: 'exited' } => ({
  kind: 'exited',
  code: 0,
  stdout,
  stderr: '',
  timedOut: false,
  truncated: false,
  ...more,
});

export const outputOf = (file: string): RawAnswer & { kind: 'exited' } => exited(captured(file));

/** A whole transcript: the command, its exit code, and what it wrote to either stream. */
export function transcriptOf(file: string): RawAnswer & { kind: 'exited' } {
  const [, code, stdout, stderr] =
    /^\$ .*\n\[exit (\d+)\]\n\[stdout\]\n([\s\S]*?)\[stderr\]\n([\s\S]*)$/.exec(captured(file)) ?? [];
  if (code === undefined) throw new Error(`${file} is no transcript`);
  return exited(stdout ?? '', { code: Number(code), stderr: stderr ?? '' });
}

/** A report of the agent that is no program's output. */
export const reportOf = (file: string): RawAnswer => JSON.parse(captured(file)) as RawAnswer;

// A probe that runs one program on a node, in the node's own network or a pod's: everything that such probes share,
// so that a file per tool holds its arguments and its parser only.

import type { NodeCommand, RawAnswer } from '../cluster/access.ts';
import { describeVantage, type Probe, type ProbeLabel, Unparsable } from '../diagnosis/probe.ts';
import { type NetworkVantage, networkOf, vantageOf } from './network-vantage.ts';

export interface ProgramQuestion<T> {
  vantage: NetworkVantage;
  argv: readonly [string, ...string[]];
  label: ProbeLabel;
  /** How long the program may run, its start on a busy node included. */
  timeoutMs: number;
  /** Tells apart two runs of the same program in one diagnosis, such as counters before and after. */
  run?: string;
  parse(output: ProgramOutput): T;
}

export type ProgramOutput = Extract<RawAnswer, { kind: 'exited' }>;

export function programProbe<T>(question: ProgramQuestion<T>): Probe<T> {
  const { vantage, argv, label, timeoutMs, run } = question;
  return {
    id: `${argv.join(' ')}${run === undefined ? '' : ` (${run})`}@${describeVantage(vantage)}`,
    label,
    vantage: vantageOf(vantage),
    question: {
      via: 'node',
      node: vantage.node,
      netns: networkOf(vantage),
      command: { kind: 'run', argv },
      timeoutMs,
      ...(run === undefined ? {} : { run }),
    },
    parse: (raw) => question.parse(programOutput(raw)),
  };
}

/** A file or folder of the node itself, read by the agent. */
export function nodeFileProbe<T>(
  node: string,
  command: Extract<NodeCommand, { kind: 'read-node-file' | 'list-node-folder' }>,
  label: ProbeLabel,
  parse: (raw: RawAnswer) => T,
): Probe<T> {
  return {
    id: `${command.kind}(${command.path})@${node}`,
    label,
    vantage: { kind: 'node', node },
    question: { via: 'node', node, netns: 'host', command, timeoutMs: 3000 },
    parse,
  };
}

export function programOutput(raw: RawAnswer): ProgramOutput {
  if (raw.kind !== 'exited') throw new Unparsable(`expected a program's output, got ${raw.kind}`);
  if (raw.truncated) throw new Unparsable('the output is larger than the limit');
  return raw;
}

/** The JSON that iproute2 and its like print; an empty output is an empty list (iproute2 prints nothing for none). */
export function jsonOutput(output: ProgramOutput): unknown {
  if (output.code !== 0)
    throw new Unparsable(output.stderr.trim().slice(0, 200) || `exit code ${output.code}`);
  const text = output.stdout.trim();
  if (text === '') return [];
  try {
    return JSON.parse(text);
  } catch {
    throw new Unparsable(`not JSON: ${text.slice(0, 100)}`);
  }
}

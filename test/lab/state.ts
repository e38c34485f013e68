// What is known of a lab that runs: its folder, its specification, the process that is its root.
// A lab is up as long as that very process lives; everything else follows from it.

import { existsSync, readFileSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir, labDir } from './paths.ts';
import type { LabSpec } from './topology.ts';

export interface LabParts {
  readonly kubernetesDir: string;
  readonly etcdDir: string;
  readonly certificatesDir: string;
  readonly imageTemplate: string;
}

export interface LabRecord {
  readonly spec: LabSpec;
  readonly parts: LabParts;
}

export interface LabProcess {
  readonly pid: number;
  /** Start time in clock ticks: tells this process from a later one with the same pid. */
  readonly startedAt: string;
}

export const logDir = (stateDir: string) => join(stateDir, 'log');
export const bootLog = (stateDir: string) => join(logDir(stateDir), 'boot.log');
export const readyMark = (stateDir: string) => join(stateDir, 'ready');
export const nodeStateDir = (stateDir: string, node: string) => join(stateDir, node);
export const nodePidFile = (stateDir: string, node: string) => join(stateDir, node, 'pid');
const recordFile = (stateDir: string) => join(stateDir, 'lab.json');
const processFile = (stateDir: string) => join(stateDir, 'process.json');

export const writeRecord = (stateDir: string, record: LabRecord) =>
  writeFile(recordFile(stateDir), JSON.stringify(record));
export const readRecord = async (stateDir: string): Promise<LabRecord> =>
  JSON.parse(await readFile(recordFile(stateDir), 'utf8'));

export const writeProcess = async (stateDir: string, pid: number) =>
  writeFile(processFile(stateDir), JSON.stringify({ pid, startedAt: startTime(pid) }));

/** The root process of the lab, or undefined when it does not run (any more). */
export const runningProcess = (name: string): LabProcess | undefined => {
  const file = processFile(labDir(name));
  if (!existsSync(file)) return undefined;
  const recorded: LabProcess = JSON.parse(readFileSync(file, 'utf8'));
  return startTime(recorded.pid) === recorded.startedAt ? recorded : undefined;
};

export const knownLabs = async () => await readdir(join(cacheDir, 'labs')).catch(() => []);

/** The first child: `unshare --fork` has exactly one, process 1 of the namespaces that it made. */
export const childOf = (pid: number): number => {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ');
  return Number(children[0]);
};

/** Undefined when there is no such process or it is only waiting to be reaped. */
export const startTime = (pid: number): string | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? undefined : fields[19];
  } catch {
    return undefined;
  }
};

// Runs a program given as an argv array and returns its exit code and output.
// Knows nothing of labs, nodes or namespaces.

import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';

export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface CommandOptions {
  readonly stdin?: string;
  readonly cwd?: string;
  readonly env?: NodeJS.ProcessEnv;
}

class CommandFailed extends Error {
  readonly result: CommandResult;
  constructor(argv: readonly string[], result: CommandResult) {
    const lastLines = `${result.stdout}\n${result.stderr}`.trim().split('\n').slice(-20).join('\n');
    super(`${argv.join(' ')} failed with exit code ${result.code}:\n${lastLines}`);
    this.result = result;
  }
}

/** Runs to the end; a non-zero exit code is a value. */
export const run = async (argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> => {
  const child = start(argv, { cwd: options.cwd, env: options.env, stdio: 'pipe' });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // A program that does not read its input closes the pipe early; its exit code tells the story.
  child.stdin?.on('error', () => {});
  child.stdin?.end(options.stdin ?? '');
  const [code] = (await once(child, 'close')) as [number | null];
  return {
    code: code ?? 128,
    stdout: Buffer.concat(stdout).toString(),
    stderr: Buffer.concat(stderr).toString(),
  };
};

/** Runs to the end; a non-zero exit code throws with the last lines of the output. */
export const mustRun = async (argv: readonly string[], options: CommandOptions = {}): Promise<string> => {
  const result = await run(argv, options);
  if (result.code !== 0) throw new CommandFailed(argv, result);
  return result.stdout;
};

/** Runs with the terminal of the caller, forwards the signals that end it, returns the exit code. */
export const runInForeground = async (argv: readonly string[]): Promise<number> => {
  const child = start(argv, { stdio: 'inherit' });
  const forward = (signal: NodeJS.Signals) => child.kill(signal);
  process.on('SIGINT', forward).on('SIGTERM', forward).on('SIGHUP', forward);
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 128;
};

export const start = (argv: readonly string[], options: SpawnOptions) => {
  const [program, ...args] = argv;
  if (program === undefined) throw new Error('An empty command cannot be run.');
  return spawn(program, args, options);
};

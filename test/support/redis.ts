// A private Redis for tests and the demo: found on PATH or installed with the system's package manager, started on a free
// port of the loopback interface with an empty data folder, gone when the process that started it is gone.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';

export interface PrivateRedis {
  url: string;
  /** Of the server that runs now; another one after a restart. */
  readonly pid: number;
  /** Ends it and removes its data. */
  stop(): Promise<void>;
  /** Ends it and keeps its data, as an outage does; restart() brings it back. */
  interrupt(): Promise<void>;
  /** Ends it if it runs, and starts it again on the same port with the same data. */
  restart(): Promise<void>;
}

/** There is no Redis and none can be installed; the message says in one sentence what to do. */
export class NoRedis extends Error {
  override name = 'NoRedis';
}

export async function startPrivateRedis({ appendOnly = false } = {}): Promise<PrivateRedis> {
  const program = findServer() ?? installServer();
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-redis-'));
  const removeData = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeData);
  let server = await startOnFreePort(program, folder, appendOnly);

  async function interrupt(): Promise<void> {
    const { child } = server;
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGTERM');
    await once(child, 'exit');
  }

  return {
    url: `redis://127.0.0.1:${server.port}`,
    get pid() {
      return server.child.pid ?? 0;
    },
    interrupt,
    async stop() {
      await interrupt();
      removeData();
      process.removeListener('exit', removeData);
    },
    async restart() {
      await interrupt();
      const child = await start(program, folder, appendOnly, server.port);
      if (!child) throw new Error(`Redis did not start again on port ${server.port}`);
      server = { child, port: server.port };
    },
  };
}

interface RunningServer {
  child: ChildProcess;
  port: number;
}

// Between finding a free port and using it somebody else may take it.
async function startOnFreePort(program: string, folder: string, appendOnly: boolean): Promise<RunningServer> {
  for (let attempt = 0; attempt < 5; attempt += 1) {
    const port = await freePort();
    const child = await start(program, folder, appendOnly, port);
    if (child) return { child, port };
  }
  throw new Error(`${program} does not start`);
}

/** The running server, or nothing when it ended before it took connections. */
async function start(
  program: string,
  folder: string,
  appendOnly: boolean,
  port: number,
): Promise<ChildProcess | undefined> {
  const settings = {
    port: String(port),
    bind: '127.0.0.1',
    dir: folder,
    save: '',
    appendonly: appendOnly ? 'yes' : 'no',
    'maxmemory-policy': 'noeviction',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, value]);
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'ignore'] });
  const kill = () => child.kill('SIGKILL');
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));

  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.includes('eady to accept connections')) continue;
    child.stdout.resume();
    return child;
  }
  return undefined;
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}

function findServer(): string | undefined {
  return ['redis-server', 'valkey-server'].map(onPath).find((path) => path !== undefined);
}

function onPath(program: string): string | undefined {
  return (process.env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, program))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

const INSTALLERS: readonly { program: string; needsRoot: boolean; commands: string[][] }[] = [
  {
    program: 'apt-get',
    needsRoot: true,
    commands: [
      ['apt-get', 'update', '-qq'],
      ['apt-get', 'install', '-y', '-qq', 'redis-server'],
    ],
  },
  { program: 'dnf', needsRoot: true, commands: [['dnf', 'install', '-y', '-q', 'valkey']] },
  { program: 'apk', needsRoot: true, commands: [['apk', 'add', '-q', 'redis']] },
  { program: 'brew', needsRoot: false, commands: [['brew', 'install', '-q', 'redis']] },
];

function installServer(): string {
  const installer = INSTALLERS.find(({ program }) => onPath(program) !== undefined);
  if (installer) {
    const rights = installer.needsRoot && process.getuid?.() !== 0 ? ['sudo', '-n'] : [];
    for (const command of installer.commands) {
      const [program = '', ...args] = [...rights, ...command];
      spawnSync(program, args, {
        stdio: ['ignore', 'ignore', 'inherit'],
        env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
      });
    }
  }
  const installed = findServer();
  if (installed) return installed;
  throw new NoRedis(
    'There is no Redis: set REDIS_URL, or install redis-server (or valkey-server) and try again.',
  );
}

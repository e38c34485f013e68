// Programs that run in a lab for longer than one command, and ways into the lab for what runs on the machine: the network of
// a lab is closed, but a Unix socket in its folder is not.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open, rm } from 'node:fs/promises';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { openLab } from './lab.ts';
import { labDir } from './paths.ts';
import { logDir } from './state.ts';

export interface Running {
  stop(): Promise<void>;
}

/** Beside the API server. What it says is in the lab's folder of logs, under that name. */
export async function startInLab(labName: string, name: string, argv: readonly string[]): Promise<Running> {
  const places = await openLab(labName);
  const [command = '', ...args] = places.run(argv);
  const log = await open(join(logDir(labDir(labName)), `${name}.log`), 'w');
  const child = spawn(command, args, { stdio: ['ignore', log.fd, log.fd] });
  await once(child, 'spawn');
  await log.close();
  return {
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      // Only whoever waits for it hears this; it is killed then.
      child.kill('SIGTERM');
      await once(child, 'exit');
    },
  };
}

/** From now on that port of the lab's loopback interface leads to a server that the machine reaches. */
export async function openWayOut(
  labName: string,
  labPort: number,
  server: { host: string; port: number },
): Promise<Running> {
  const path = join(labDir(labName), `out-${labPort}.sock`);
  await rm(path, { force: true });
  const sockets = new Set<Socket>();
  const exit = createServer((inside) => {
    const outside = connect(server.port, server.host);
    for (const socket of [inside, outside]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        inside.destroy();
        outside.destroy();
      });
    }
    inside.pipe(outside).pipe(inside);
  });
  exit.listen(path);
  await once(exit, 'listening');
  const entrance = await startInLab(labName, `out-${labPort}`, [
    ...['socat', `TCP-LISTEN:${labPort},bind=127.0.0.1,fork,reuseaddr`, `UNIX-CONNECT:${path}`],
  ]);
  return {
    async stop() {
      await entrance.stop();
      for (const socket of sockets) socket.destroy();
      exit.close();
      await once(exit, 'close');
    },
  };
}

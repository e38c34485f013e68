// A crossing on the way to a server on this machine: passes everything on, and tells a test when words that it waits for
// come by, before or after they have passed. So a process can be killed between two steps of its work.

import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

export interface Watch {
  words: RegExp;
  /** before: the server never gets them; after: it does, and its answer goes nowhere. */
  when: 'before' | 'after';
  seen(): void;
}

export interface Crossing {
  port: number;
  /** From now on; once. */
  watch(watch: Watch): void;
}

export async function startCrossing(target: { host: string; port: number }): Promise<Crossing> {
  const sockets = new Set<Socket>();
  let watched: Watch | undefined;

  const server = createServer((client) => {
    const upstream = connect(target.port, target.host);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => {
        sockets.delete(socket);
        client.destroy();
        upstream.destroy();
      });
    }
    upstream.pipe(client);
    client.on('data', (chunk) => {
      const hit = watched?.words.test(chunk.toString('latin1')) ? watched : undefined;
      if (!hit) return void upstream.write(chunk);
      watched = undefined;
      upstream.unpipe(client);
      if (hit.when === 'before') return hit.seen();
      // Its answer proves that the server has done what was asked.
      upstream.once('data', hit.seen).resume();
      return void upstream.write(chunk);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return {
    port: (server.address() as AddressInfo).port,
    watch: (watch) => {
      watched = watch;
    },
  };
}

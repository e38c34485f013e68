// Reads one small file below a root that may belong to a pod. Links are followed inside that root only: a pod must
// not be able to show us a file of the node under another name.

import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { OrderResult } from '../cluster/agent-protocol.ts';

type Result = Extract<OrderResult, { kind: 'text' | 'failed' }>;

const LIMIT_BYTES = 256 * 1024;
const MAX_LINKS = 5;

export async function readInsideRoot(root: string, file: string): Promise<Result> {
  try {
    const real = await resolveInside(root, file);
    // Without O_NONBLOCK a pipe that a pod put there would hold us until somebody writes to it.
    const handle = await open(real, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      if (!(await handle.stat()).isFile()) throw new Error('not a plain file');
      const buffer = Buffer.alloc(LIMIT_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, LIMIT_BYTES, 0);
      const text = buffer.toString('utf8', 0, bytesRead);
      return { kind: 'text', text, truncated: bytesRead === LIMIT_BYTES };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return { kind: 'failed', reason: 'not-readable', detail: `${file}: ${(error as Error).message}` };
  }
}

async function resolveInside(root: string, file: string): Promise<string> {
  let current = path.normalize(file);
  let links = 0;
  for (let depth = 1; depth < current.split('/').length; depth += 1) {
    const prefix = current
      .split('/')
      .slice(0, depth + 1)
      .join('/');
    if (!(await lstat(root + prefix)).isSymbolicLink()) continue;
    links += 1;
    if (links > MAX_LINKS) throw new Error('too many links');
    const rest = current.slice(prefix.length);
    current = path.resolve(path.dirname(prefix), await readlink(root + prefix)) + rest;
    depth = 0;
  }
  return root + current;
}

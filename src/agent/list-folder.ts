// Lists one folder of the node: names, kinds and sizes, and never what is inside a file. A folder that does not exist
// is an answer too.

import { lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { OrderResult } from '../cluster/agent-protocol.ts';

interface FolderEntry {
  name: string;
  /** `broken-link`: leads nowhere. */
  kind: 'file' | 'folder' | 'link' | 'broken-link' | 'other';
  /** Of what a link leads to. */
  bytes: number;
  executable: boolean;
}

// A node range of /16 has 65,536 address files; nobody needs more names than this to see that it is full.
const MAX_ENTRIES = 70_000;

export async function listFolder(folder: string): Promise<OrderResult> {
  try {
    const names = (await readdir(folder)).sort().slice(0, MAX_ENTRIES);
    const entries = await Promise.all(names.map((name) => describe(path.join(folder, name), name)));
    return {
      kind: 'object',
      object: { exists: true, entries: entries.filter((entry) => entry !== undefined) },
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT')
      return { kind: 'object', object: { exists: false, entries: [] } };
    return { kind: 'failed', reason: 'not-readable', detail: `${folder}: ${(error as Error).message}` };
  }
}

/** Undefined when it went away since the folder was read, as address files do. */
async function describe(file: string, name: string): Promise<FolderEntry | undefined> {
  const own = await lstat(file).catch(() => undefined);
  if (!own) return undefined;
  const real = await stat(file).catch(() => undefined);
  const isLink = own.isSymbolicLink();
  const kind = isLink
    ? real
      ? 'link'
      : 'broken-link'
    : own.isFile()
      ? 'file'
      : own.isDirectory()
        ? 'folder'
        : 'other';
  return { name, kind, bytes: real?.size ?? 0, executable: ((real?.mode ?? 0) & 0o111) !== 0 };
}

// Files and folders of a node that decide about its pods' network: the CNI configuration as the runtime finds it, the
// plugin binaries, the state that plugins keep.

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import { nodeFileProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'node.file': { path: string };
    'node.folder': { path: string };
  }
}

export interface FolderListing {
  exists: boolean;
  /** In order of name. */
  entries: FolderEntry[];
}

export interface FolderEntry {
  name: string;
  kind: 'file' | 'folder' | 'link' | 'broken-link' | 'other';
  bytes: number;
  executable: boolean;
}

export const CNI_BINARY_FOLDER = '/opt/cni/bin';

export const listNodeFolder = (node: string, path: string): Probe<FolderListing> =>
  nodeFileProbe(
    node,
    { kind: 'list-node-folder', path },
    { topic: 'node.folder', params: { path } },
    parseFolder,
  );

/** The text; a missing file is evidence `unavailable: forbidden` (not-readable), so list its folder beside it. */
export const readNodeFile = (node: string, path: string): Probe<string> =>
  nodeFileProbe(node, { kind: 'read-node-file', path }, { topic: 'node.file', params: { path } }, (raw) => {
    if (raw.kind !== 'text') throw new Unparsable(`expected a file, got ${raw.kind}`);
    return raw.text;
  });

const Listing = z.object({
  exists: z.boolean(),
  entries: z.array(
    z.object({
      name: z.string(),
      kind: z.enum(['file', 'folder', 'link', 'broken-link', 'other']),
      bytes: z.number(),
      executable: z.boolean(),
    }),
  ),
});

function parseFolder(raw: RawAnswer): FolderListing {
  if (raw.kind !== 'object') throw new Unparsable(`expected a listing, got ${raw.kind}`);
  const parsed = Listing.safeParse(raw.object);
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data;
}

// How many connections a node tracks, and how many it may: the kernel's own two numbers.

import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import { nodeFileProbe } from './node-command.ts';

const FOLDER = '/proc/sys/net/netfilter';

export const readTrackedConnections = (node: string): Probe<number> =>
  numberFile(node, `${FOLDER}/nf_conntrack_count`);

export const readConnectionLimit = (node: string): Probe<number> =>
  numberFile(node, `${FOLDER}/nf_conntrack_max`);

const numberFile = (node: string, path: string): Probe<number> =>
  nodeFileProbe(
    node,
    { kind: 'read-node-file', path },
    { topic: 'node.file', params: { path } },
    parseNumber,
  );

function parseNumber(raw: RawAnswer): number {
  if (raw.kind !== 'text') throw new Unparsable(`expected a file, got ${raw.kind}`);
  const number = Number(raw.text.trim());
  if (raw.text.trim() === '' || Number.isNaN(number))
    throw new Unparsable(`no number: ${raw.text.slice(0, 40)}`);
  return number;
}

// Takes a snapshot: reads all settings that decide about the network, through the ask of a diagnosis or of a checklist, so
// that what others ask as well is asked once.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import { sampleNodes } from '../playbooks/branches/nodes/mesh.ts';
import { describeCni } from '../playbooks/cni/profiles.ts';
import { type NodeFiles, readNodeFiles } from '../playbooks/cni-health/node-files.ts';
import { Node } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { leftOut, readNodeSettings } from './settings-of-nodes.ts';
import { readObjectSettings } from './settings-of-objects.ts';
import type { Snapshot } from './snapshot.ts';

export interface Taken {
  snapshot: Snapshot;
  /** What was read on the nodes that were looked at. */
  looked: NodeFiles[];
}

/** `takenAt`: ISO 8601. */
export async function takeSnapshot(ask: Ask, facts: Facts, takenAt: string): Promise<Taken> {
  const describing = describeCni(ask, facts);
  const listed = await ask(listObjects('nodes', Node));
  const nodes = listed.status === 'observed' ? listed.value : [];
  const sample = sampleNodes(facts, { kind: 'cluster' }).map(({ name }) => name);
  const looked = await Promise.all(
    nodes
      .filter(({ metadata }) => sample.includes(metadata.name))
      .map((node) => readNodeFiles(ask, describing, node)),
  );
  const cni = await describing;
  const [objects, ofNodes] = await Promise.all([
    readObjectSettings(ask, cni),
    readNodeSettings(ask, facts, cni, looked),
  ]);
  const rest = facts.nodes.map(({ name }) => name).filter((name) => !sample.includes(name));
  return {
    snapshot: {
      snapshotVersion: 1,
      takenAt,
      settings: [...objects.settings, ...ofNodes.settings],
      unseen: [...objects.unseen, ...ofNodes.unseen, ...leftOut(rest)],
    },
    looked,
  };
}

// Which nodes have an agent of the CNI that is ready, and of which version. A node that does not report says nothing of its
// agent; a CNI whose agent is part of the node's own software has none to show.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import { type AgentState, surveyAgents } from '../playbooks/cni-health/agents.ts';
import { Node } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { type Reading, reasonsOf, unread } from './reading.ts';

export async function measureAgents(ask: Ask, { nodes: known }: Facts, cni: CniNetwork): Promise<Reading> {
  const listed = await ask(listObjects('nodes', Node));
  if (listed.status === 'unavailable') return unread('agents', listed.reason);
  const { daemonSet, states, images, unseen } = await surveyAgents(ask, cni, listed.value, () => true);
  if (unseen.length > 0) return unread('agents', ...reasonsOf(unseen));
  if (daemonSet.kind === 'unknown') return unread('agents', 'no-target');
  const agents =
    daemonSet.kind === 'missing'
      ? known.map(({ name }) => ({ node: name, ready: false }))
      : states.filter(isKnown).map(({ node, kind }) => ({ node, ready: kind === 'runs' }));
  return {
    what: 'agents',
    samples: {
      what: 'agents',
      agents,
      versions: images.map(({ node, image }) => ({ node, cni: cni.cni, version: versionIn(image) })),
    },
    failures: states.filter((state) => !isKnown(state)).map(() => 'unknown'),
  };
}

const isKnown = ({ kind }: AgentState): boolean => kind !== 'unknown';

/** `registry:5000/flannel:v0.28.9` -> `v0.28.9`; without a tag what pins it, else `latest`, as the runtime does. */
export function versionIn(image: string): string {
  const [name = '', digest] = image.split('@');
  return /:([^:/]+)$/.exec(name)?.[1] ?? digest ?? 'latest';
}

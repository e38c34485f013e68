// The settings that only a node shows: the CNI configuration that its runtime reads, how its kube-proxy works, which image
// of the CNI's agent runs there. Nodes that were left out or did not answer are unseen.

import type { Facts } from '../diagnosis/facts.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import type { NodeFiles } from '../playbooks/cni-health/node-files.ts';
import { Pod } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { readKubeProxyMode } from '../probes/kube-proxy.ts';
import { listWritten } from '../probes/written-objects.ts';
import { type Seen, type Setting, textValue, type Unseen, writeOf } from './snapshot.ts';

export async function readNodeSettings(
  ask: Ask,
  { nodes }: Facts,
  cni: CniNetwork,
  looked: NodeFiles[],
): Promise<Seen> {
  const addressesOf = (node: string) => nodes.find(({ name }) => name === node)?.addresses.slice(0, 1) ?? [];
  const seen = await Promise.all([
    readAgents(ask, cni),
    ...looked.map(cniConfigOf),
    ...looked.map(({ node }) => readProxyMode(ask, node, ['127.0.0.1', ...addressesOf(node)])),
  ]);
  return {
    settings: seen.flatMap(({ settings }) => settings),
    unseen: seen.flatMap(({ unseen }) => unseen),
  };
}

/** Of the nodes that nobody looked at. */
export const leftOut = (nodes: string[]): Unseen[] =>
  nodes.length === 0
    ? []
    : (['cni-config', 'kube-proxy-mode'] as const).map((kind) => ({
        kind,
        subjects: nodes,
        reason: 'left-out',
      }));

async function cniConfigOf({ node, configFolder, config, unseen }: NodeFiles): Promise<Seen> {
  const doubt = configFolder.status === 'unavailable' ? configFolder : config ? undefined : fileIn(unseen);
  if (doubt)
    return {
      settings: [],
      unseen: [{ kind: 'cni-config', subjects: [node], reason: doubt.reason }],
    };
  if (!config || config.evidence.status === 'unavailable') return { settings: [], unseen: [] };
  const text = await textValue(String(config.evidence.value));
  const value = `${config.value.file}\n${text}`;
  return { settings: [{ kind: 'cni-config', subject: node, node, value }], unseen: [] };
}

/** A configuration that could not be read may be the one that counts. */
const fileIn = (unseen: NodeFiles['unseen']) =>
  unseen.find(({ label }) => label.topic === 'node.file' && label.params.path.startsWith('/etc/cni/'));

async function readProxyMode(ask: Ask, node: string, addresses: string[]): Promise<Seen> {
  const told = await Promise.all(addresses.map((address) => ask(readKubeProxyMode(node, address))));
  const mode = told.find(({ status }) => status === 'observed') ?? told[0];
  if (mode?.status === 'observed')
    return {
      settings: [{ kind: 'kube-proxy-mode', subject: node, node, value: mode.value }],
      unseen: [],
    };
  const reason = mode?.reason ?? 'no-vantage';
  return { settings: [], unseen: [{ kind: 'kube-proxy-mode', subjects: [node], reason }] };
}

/** Since when is the pod's own age; by whom, the last who wrote the DaemonSet. */
async function readAgents(ask: Ask, { agent }: CniNetwork): Promise<Seen> {
  const { namespace, labelSelector, daemonSet, container } = agent;
  if (namespace === '') return { settings: [], unseen: [] };
  const [pods, daemonSets] = await Promise.all([
    ask(listObjects('pods', Pod, { namespace, labelSelector })),
    ask(listWritten('daemonsets', { namespace })),
  ]);
  if (pods.status === 'unavailable')
    return { settings: [], unseen: [{ kind: 'cni-agent', reason: pods.reason }] };
  const own =
    daemonSets.status === 'observed' ? daemonSets.value.find(({ name }) => name === daemonSet) : undefined;
  const by = own?.lastWrite?.by ?? '';
  const settings = pods.value
    .filter(({ spec, metadata }) => spec.nodeName !== '' && metadata.deletionTimestamp === undefined)
    .map(({ spec, metadata }): Setting => {
      const { nodeName, containers } = spec;
      const image = containers.find(({ name }) => name === container)?.image ?? '';
      const at = metadata.creationTimestamp;
      return {
        kind: 'cni-agent',
        subject: nodeName,
        node: nodeName,
        value: image,
        ...(at !== undefined && writeOf({ by, at })),
      };
    });
  return { settings, unseen: [] };
}

// The way between the lab's nodes as the faults handle it: what flannel programmed for a peer, do pods reach each other,
// and putting everything back. Knows no particular fault.

import { clientOn } from './cluster-dns.ts';
import type { ExpectedCause, Injection, Lab } from './fault.ts';
import { nodeAddress, switchName, switchPort } from './topology.ts';

/** The broken node, and the peer that is cut off; a third one stays well and serves as control. */
export const [broken, peer] = ['n1', 'n2'] as const;

export const tunnelDevice = 'flannel.1';
export const tunnelPort = 8472;

export interface PeerNode {
  readonly address: string;
  /** Range of its pods. */
  readonly range: string;
  /** Its own address in that range, at the tunnel. */
  readonly tunnelAddress: string;
  readonly tunnelMac: string;
}

interface NodeObject {
  readonly metadata: { readonly annotations: Readonly<Record<string, string>> };
  readonly spec: { readonly podCIDR: string };
}

export const describeNode = async (lab: Lab, node: string): Promise<PeerNode> => {
  const text = await lab.kubectl(['get', 'node', node, '--output', 'json']);
  const { metadata, spec } = JSON.parse(text) as NodeObject;
  const data = JSON.parse(metadata.annotations['flannel.alpha.coreos.com/backend-data'] ?? '{}') as {
    VtepMAC?: string;
  } | null;
  return {
    address: nodeAddress(node),
    range: spec.podCIDR,
    tunnelAddress: spec.podCIDR.split('/')[0] ?? '',
    tunnelMac: data?.VtepMAC ?? '',
  };
};

/** Runs it on the node and fails with the program's words when it does. */
export const must = async (lab: Lab, node: string, ...argv: readonly string[]): Promise<string> => {
  const { code, stdout, stderr } = await lab.exec(node, argv);
  if (code !== 0) throw new Error(`${argv.join(' ')} on ${node} ended with ${code}: ${stderr}`);
  return stdout;
};

/** Makes a program on the node hang (STOP) or go on (CONT). */
export const signalOn = (lab: Lab, node: string, program: string, signal: 'STOP' | 'CONT') =>
  must(lab, node, 'sh', '-c', `kill -${signal} $(pgrep -x ${program})`);

/** From the client pod on one node to that on another. */
const podsReach = async (lab: Lab, from: string, to: string): Promise<boolean> => {
  const [source, destination] = await Promise.all([clientOn(lab, from), clientOn(lab, to)]);
  const [namespace = '', name = ''] = destination.split('/');
  const get = ['get', 'pod', name, '--namespace', namespace, '--output', 'jsonpath={.status.podIP}'];
  const address = await lab.kubectl(get);
  const { code } = await lab.netns(source, ['ping', '-n', '-c', '1', '-W', '1', address]);
  return code === 0;
};

export const waitUntilCut = (lab: Lab, from: string = broken, to: string = peer) =>
  lab.waitFor(`pods on ${from} do not reach pods on ${to}`, async () => !(await podsReach(lab, from, to)));

/** Every node with every other, both ways. */
export const waitUntilNodesTalk = (lab: Lab) =>
  lab.waitFor(
    'pods on all nodes reach each other',
    async () => {
      const pairs = lab.nodes.flatMap((from) =>
        lab.nodes.filter((to) => to !== from).map((to) => podsReach(lab, from, to)),
      );
      return (await Promise.all(pairs)).every(Boolean);
    },
    90_000,
  );

/** A new flannel on the node programs everything anew: device, routes, neighbours, forwarding entries. */
export const restartFlannel = async (lab: Lab, node: string) => {
  const inFlannel = ['--namespace', 'kube-flannel', '--selector', 'app=flannel'];
  const onNode = ['--field-selector', `spec.nodeName=${node}`];
  await lab.kubectl(['delete', 'pods', ...inFlannel, ...onNode, '--grace-period', '1']);
  await lab.kubectl(['wait', 'pods', ...inFlannel, '--for', 'condition=Ready', '--timeout', '60s']);
};

export const mend = async (lab: Lab, ...nodes: readonly string[]) => {
  for (const node of nodes) await restartFlannel(lab, node);
  await waitUntilNodesTalk(lab);
};

export const reconnect = async (lab: Lab) => {
  for (const node of lab.nodes) await lab.switch(['ip', 'link', 'set', switchPort(node), 'up']);
  await lab.switch(['nft', 'delete', 'table', 'bridge', 'drill']);
};

/** A rule on the switch, in a chain that sees every frame it forwards. */
export const onSwitch = async (lab: Lab, ...rule: readonly string[]) => {
  const chain = '{ type filter hook forward priority 0; policy accept; }';
  await lab.switch(['nft', `add table bridge drill; add chain bridge drill forward ${chain}`]);
  const { code, stderr } = await lab.switch(['nft', 'add', 'rule', 'bridge', 'drill', 'forward', ...rule]);
  if (code !== 0) throw new Error(`The switch ${switchName} refuses the rule: ${stderr}`);
};

/** Asked without names, so that the guilty node has to be found. */
export const expectCauses = (...causes: readonly ExpectedCause[]): Injection => ({
  words: ['cross-node'],
  expect: { outcome: 'root-cause', causes },
});

export const causeOn = (
  node: string,
  code: ExpectedCause['code'],
  params: Readonly<Record<string, unknown>> = {},
): ExpectedCause => ({ code, subject: { kind: 'node', name: node }, node, params });

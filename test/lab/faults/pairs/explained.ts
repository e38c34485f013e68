// A deep fault, and something shallower that follows from it or shows it: only the deep one is the root cause.

import type { Fault } from '../../fault.ts';
import { peer } from '../../node-network.ts';
import { bridgeDown } from '../cross-node/bridge-down.ts';
import { kubeletStopped } from '../cross-node/kubelet-stopped.ts';
import { nodeCutOff } from '../cross-node/node-cut-off.ts';
import { tunnelDown } from '../cross-node/tunnel-down.ts';
import { underlayPortDown } from '../cross-node/underlay-port-down.ts';
import { shelfDrill, toShelf, works } from '../service/shelf.ts';
import { causesOf, together } from './together.ts';

const fine = { outcome: 'cleared' } as const;

/** A Service whose only pod is on that node. Nothing is wrong with it. */
const servedFrom = (node: string, asker?: string): Fault =>
  shelfDrill({
    name: `served-from-${node}`,
    pods: [{ name: 'shelf-a', node }],
    isBroken: works,
    ...(asker !== undefined && { words: toShelf(80, asker) }),
    expect: fine,
  });

const deepOnly = (name: string, shallow: Fault, deep: Fault, words?: readonly string[]): Fault =>
  together({
    name,
    first: shallow,
    second: deep,
    words: ([asked]) => words ?? asked.words,
    causes: ([, planted]) => causesOf(planted),
  });

/** One sender alone cannot tell which of two nodes is cut off. */
export const cableOfEndpoint = together({
  name: 'underlay-port-down-and-its-endpoint',
  first: servedFrom(peer),
  second: underlayPortDown,
  words: ([asked]) => asked.words,
  causes: () => [{ code: 'node.underlay-unreachable', subject: { kind: 'node-pair' } }],
});

export const kubeletOfEndpoint = deepOnly(
  'kubelet-stopped-and-its-endpoint',
  servedFrom(peer),
  kubeletStopped,
);

export const bridgeOfEndpoint = deepOnly(
  'bridge-down-and-its-endpoint',
  servedFrom('n1', 'node/n3'),
  bridgeDown,
);

export const tunnelOfDns = deepOnly('tunnel-down-and-everything', servedFrom(peer), tunnelDown, ['cluster']);

export const cutOffAndDns = deepOnly('node-cut-off-and-everything', servedFrom(peer), nodeCutOff, [
  'cluster',
]);

// Whether a pod's packet leaves with the node's address, by the rules of flannel and kube-proxy as nodes have them.

import { expect, test } from 'vitest';
import { parseIptablesSave } from '../../src/probes/netfilter.ts';
import { isMasqueraded, type OutgoingPacket } from '../../src/probes/outgoing-packet.ts';
import { exited } from './output.ts';

const packet: OutgoingPacket = {
  source: '10.244.0.2',
  destination: '172.31.0.10',
  protocol: 'tcp',
  port: 6443,
};
const kubeProxy = [
  '-A POSTROUTING -j KUBE-POSTROUTING',
  '-A KUBE-POSTROUTING -m mark ! --mark 0x4000/0x4000 -j RETURN',
  '-A KUBE-POSTROUTING -j MASQUERADE --random-fully',
];
const flannel = [
  '-A POSTROUTING -j FLANNEL-POSTRTG',
  '-A FLANNEL-POSTRTG -s 10.244.0.0/24 -d 10.244.0.0/16 -j RETURN',
  '-A FLANNEL-POSTRTG -s 10.244.0.0/16 ! -d 224.0.0.0/4 -j MASQUERADE --random-fully',
];
const nat = (...rules: string[]) => {
  const chains = ['POSTROUTING', 'KUBE-POSTROUTING', 'FLANNEL-POSTRTG'].map((name) => `:${name} - [0:0]`);
  const lines = rules.map((rule) => `[0:0] ${rule}`);
  return parseIptablesSave(exited(['*nat', ...chains, ...lines, 'COMMIT', ''].join('\n')), 'iptables-nft');
};

test('flannel’s rules masquerade what leaves the pod network, and nothing inside of it', () => {
  expect(isMasqueraded(nat(...kubeProxy, ...flannel), packet)).toBe(true);
  expect(isMasqueraded(nat(...kubeProxy, ...flannel), { ...packet, destination: '10.244.1.3' })).toBe(false);
});

test('kube-proxy’s rules alone masquerade only what it has marked', () => {
  expect(isMasqueraded(nat(...kubeProxy), packet)).toBe(false);
});

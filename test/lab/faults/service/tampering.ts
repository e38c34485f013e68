// What others put in a Service's way: rules before and after kube-proxy's own, and an EndpointSlice that nobody keeps up.

import type { Fault, Injection } from '../../fault.ts';
import { must } from '../../node-network.ts';
import { handMade } from './endpoints.ts';
import { ASKER, fluctuates, gets, SHELF, shelfCause, shelfDrill, toShelf } from './shelf.ts';

const onNode = (
  code: 'node.firewall-drop' | 'node.forward-drop' | 'service.not-programmed',
  node: string,
  params: Readonly<Record<string, unknown>> = {},
): Injection['expect'] => ({
  outcome: 'root-cause',
  causes: [{ code, subject: { kind: 'node', name: node }, node, params }],
});

/** Before kube-proxy's rules see the packet. */
export const droppedBeforeTranslation: Fault = shelfDrill({
  name: 'dropped-before-translation',
  spoil: (lab, { address }) =>
    must(lab, ASKER, 'iptables', '-t', 'raw', '-I', 'PREROUTING', '-d', address, '-j', 'DROP'),
  expect: onNode('node.firewall-drop', ASKER),
  mend: (lab) => lab.exec(ASKER, ['iptables', '-t', 'raw', '-F', 'PREROUTING']),
});

/** The endpoint is dead because of it. */
export const droppedAtEndpoint: Fault = shelfDrill({
  name: 'dropped-on-the-node-of-its-endpoint',
  pods: [{ name: 'shelf-a', node: 'n2' }],
  spoil: (lab, { pods }) => {
    const match = ['-d', pods['shelf-a'] ?? '', '-p', 'tcp', '--dport', '8080'];
    return must(lab, 'n2', 'iptables', '-t', 'mangle', '-I', 'FORWARD', ...match, '-j', 'DROP');
  },
  expect: onNode('node.forward-drop', 'n2'),
  mend: (lab) => lab.exec('n2', ['iptables', '-t', 'mangle', '-F', 'FORWARD']),
});

/** Left over from something that no longer runs; Kubernetes uses it like any other. */
export const sliceLeftOver: Fault = shelfDrill({
  name: 'slice-left-over',
  objects: () => [handMade('10.244.1.250', 8080)],
  isBroken: fluctuates,
  expect: shelfCause('service.dead-endpoint', { service: SHELF, alive: 2 }),
});

/** A pod that is sent to itself answers itself, and not the Service. */
export const masqueradingSkipped: Fault = shelfDrill({
  name: 'masquerading-skipped',
  pods: [{ name: 'shelf-a', node: ASKER }],
  spoil: (lab) => must(lab, ASKER, 'iptables', '-t', 'nat', '-I', 'POSTROUTING', '-j', 'RETURN'),
  isBroken: async (lab, { address }) => !(await gets(lab, address, 'shop/shelf-a')),
  words: toShelf(80, 'shop/shelf-a'),
  expect: onNode('service.not-programmed', ASKER, { cause: 'unmasqueraded' }),
  mend: (lab) => lab.exec(ASKER, ['iptables', '-t', 'nat', '-D', 'POSTROUTING', '-j', 'RETURN']),
});

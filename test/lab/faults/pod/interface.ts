// Faults of the pod's own interfaces and address. Seen: with eth0 down its routes vanish, the node's end goes to
// LOWERLAYERDOWN; with lo down everything passes but what the pod sends to itself.

import type { Fault } from '../../fault.ts';
import { answers, inVictim, VICTIM, victimCause, victimDrill } from './victim.ts';

export const interfaceDown: Fault = victimDrill({
  name: 'interface-down',
  spoil: inVictim('ip', 'link', 'set', 'eth0', 'down'),
  expect: victimCause('pod.interface-down', { interface: 'eth0', cause: 'down' }),
});

export const interfaceWithoutArp: Fault = victimDrill({
  name: 'interface-without-arp',
  spoil: inVictim('ip', 'link', 'set', 'eth0', 'arp', 'off'),
  expect: victimCause('pod.interface-down', { interface: 'eth0', cause: 'without-arp' }),
});

export const interfaceMissing: Fault = victimDrill({
  name: 'interface-missing',
  spoil: inVictim('ip', 'link', 'del', 'eth0'),
  expect: victimCause('pod.interface-missing'),
});

export const loopbackDown: Fault = victimDrill({
  name: 'loopback-down-to-itself',
  spoil: inVictim('ip', 'link', 'set', 'lo', 'down'),
  isBroken: async (lab, { address }) => !(await answers(lab, VICTIM, `http://${address}:8080/`)),
  words: async () => ['pod', VICTIM, '->', `${VICTIM}:8080`],
  expect: victimCause('pod.loopback-down'),
});

export const loopbackDownElsewhere: Fault = victimDrill({
  name: 'loopback-down-others-pass',
  spoil: inVictim('ip', 'link', 'set', 'lo', 'down'),
  isBroken: async (lab) => !(await answers(lab, VICTIM, 'http://127.0.0.1:8080/')),
  expect: () => ({ outcome: 'cleared', advisories: ['pod.loopback-down'] }),
});

export const addressRemoved: Fault = victimDrill({
  name: 'address-removed',
  spoil: inVictim('ip', 'addr', 'flush', 'dev', 'eth0', 'scope', 'global'),
  expect: victimCause('pod.address-missing', { interface: 'eth0', actual: [] }),
});

// Rules in the pod's own network that drop its traffic, set by both tools. Seen: an iptables rule counts what it drops; an nft
// rule counts nothing unless it was told to.

import type { Fault } from '../../fault.ts';
import { clientToVictim, inVictim, VICTIM, victimCause, victimDrill } from './victim.ts';

export const droppedInPod: Fault = victimDrill({
  name: 'netfilter-drop-inside',
  spoil: inVictim('iptables', '-I', 'INPUT', '-p', 'tcp', '--dport', '8080', '-j', 'DROP'),
  words: clientToVictim('n2'),
  expect: victimCause('pod.firewalled', { pod: VICTIM }),
});

export const allDroppedInPod: Fault = victimDrill({
  name: 'netfilter-drops-all',
  spoil: inVictim('iptables', '-A', 'OUTPUT', '-o', 'eth0', '-j', 'DROP'),
  expect: victimCause('pod.firewalled', { pod: VICTIM }),
});

export const nftDropsInPod: Fault = victimDrill({
  name: 'nft-drop-inside',
  spoil: async (lab) => {
    await inVictim('nft', 'add', 'table', 'inet', 'guard')(lab);
    const hook = '{ type filter hook input priority 0 ; }';
    await inVictim('nft', 'add', 'chain', 'inet', 'guard', 'in', hook)(lab);
    await inVictim(
      'nft',
      'add',
      'rule',
      'inet',
      'guard',
      'in',
      'tcp',
      'dport',
      '8080',
      'counter',
      'drop',
    )(lab);
  },
  words: clientToVictim('n2'),
  expect: victimCause('pod.firewalled', { pod: VICTIM }),
});

// Who is behind an address: two owners, or entries that name the wrong MAC. Seen: two owners answer ARP, and each asker
// talks to whoever answered last; a wrong permanent entry is never corrected by the kernel.

import { clientOn } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';
import {
  answers,
  cableOf,
  clientToVictim,
  gatewayOf,
  inVictim,
  NOBODY,
  VICTIM,
  victimCause,
  victimDrill,
} from './victim.ts';

export const duplicateAddress: Fault = victimDrill({
  name: 'duplicate-address',
  spoil: async (lab, { address }) => {
    const thief = await clientOn(lab, 'n1');
    await lab.netns(thief, ['ip', 'addr', 'add', `${address}/24`, 'dev', 'eth0']);
  },
  isBroken: async (lab, victim) => {
    // It asks for its gateway in the victim's name, and so the node takes it for the victim.
    const thief = await clientOn(lab, 'n1');
    await lab.netns(thief, ['ip', 'neigh', 'flush', 'dev', 'eth0']);
    await lab.netns(thief, ['ping', '-c', '1', '-W', '1', '-I', victim.address, gatewayOf(victim)]);
    return !(await answers(lab, 'n1', `http://${victim.address}:8080/`));
  },
  expect: victimCause('pod.duplicate-ip'),
  mend: (lab) => removeSurplusAddresses(lab),
});

const removeSurplusAddresses = async (lab: Lab) => {
  const thief = await clientOn(lab, 'n1');
  const { stdout } = await lab.netns(thief, ['ip', '-json', 'addr', 'show', 'dev', 'eth0']);
  const [link] = JSON.parse(stdout) as {
    addr_info: { family: string; local: string; secondary?: boolean }[];
  }[];
  const surplus = link?.addr_info.filter(({ family, secondary }) => family === 'inet' && secondary) ?? [];
  for (const { local } of surplus)
    await lab.netns(thief, ['ip', 'addr', 'del', `${local}/24`, 'dev', 'eth0']);
  await lab.exec('n1', ['ip', 'neigh', 'flush', 'dev', 'cni0']);
};

export const wrongGatewayEntry: Fault = victimDrill({
  name: 'wrong-entry-for-gateway',
  spoil: (lab, victim) =>
    lab.netns(VICTIM, [
      ...['ip', 'neigh', 'replace', gatewayOf(victim), 'lladdr', NOBODY],
      ...['dev', 'eth0', 'nud', 'permanent'],
    ]),
  expect: victimCause('pod.neighbour-stale', {
    of: 'gateway',
    holder: VICTIM,
    actual: NOBODY,
    permanent: true,
  }),
});

export const wrongEntryOnNode: Fault = victimDrill({
  name: 'wrong-entry-on-node',
  spoil: (lab, { node, address }) =>
    lab.exec(node, ['ip', 'neigh', 'replace', address, 'lladdr', NOBODY, 'dev', 'cni0', 'nud', 'permanent']),
  expect: victimCause('pod.neighbour-stale', { of: 'pod', holder: 'n1', actual: NOBODY }),
  mend: (lab) => lab.exec('n1', ['ip', 'neigh', 'flush', 'dev', 'cni0', 'nud', 'permanent']),
});

/** Another pod of the node goes astray, and it alone. */
export const wrongEntryInPeer: Fault = victimDrill({
  name: 'wrong-entry-in-peer',
  spoil: async (lab, { address }) =>
    lab.netns(await clientOn(lab, 'n1'), [
      ...['ip', 'neigh', 'replace', address, 'lladdr', NOBODY],
      ...['dev', 'eth0', 'nud', 'permanent'],
    ]),
  isBroken: async (lab, { address }) =>
    !(await answers(lab, await clientOn(lab, 'n1'), `http://${address}:8080/`)),
  words: clientToVictim('n1'),
  expect: () => ({
    outcome: 'root-cause',
    causes: [
      {
        code: 'pod.neighbour-stale',
        subject: { kind: 'pod' },
        node: 'n1',
        params: { of: 'pod', actual: NOBODY },
      },
    ],
  }),
  mend: async (lab) =>
    lab.netns(await clientOn(lab, 'n1'), ['ip', 'neigh', 'flush', 'dev', 'eth0', 'nud', 'permanent']),
});

/** The bridge sends the victim's frames into a neighbour's cable. */
export const wrongForwardingEntry: Fault = victimDrill({
  name: 'wrong-port-in-bridge',
  spoil: async (lab, victim) => {
    const { stdout } = await inVictim('ip', '-json', 'link', 'show', 'eth0')(lab);
    const [link] = JSON.parse(stdout) as { address: string }[];
    const ports = JSON.parse((await lab.exec('n1', ['bridge', '-json', 'link'])).stdout) as {
      ifname: string;
    }[];
    const own = await cableOf(lab, victim);
    const other = ports.find(({ ifname }) => ifname !== own)?.ifname ?? '';
    await lab.exec('n1', [
      'bridge',
      'fdb',
      'replace',
      link?.address ?? '',
      'dev',
      other,
      'master',
      'static',
      'sticky',
    ]);
  },
  expect: victimCause('pod.neighbour-stale', { table: 'forwarding', of: 'pod' }),
  mend: async (lab) => {
    const entries = JSON.parse(
      (await lab.exec('n1', ['bridge', '-json', 'fdb', 'show', 'br', 'cni0'])).stdout,
    ) as {
      mac: string;
      ifname: string;
      state?: string;
    }[];
    for (const { mac, ifname } of entries.filter(({ state }) => state === 'static'))
      await lab.exec('n1', ['bridge', 'fdb', 'del', mac, 'dev', ifname, 'master']);
  },
});

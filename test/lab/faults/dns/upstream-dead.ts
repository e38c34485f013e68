// The upstream resolver no longer answers: its port is closed by a silent drop. Seen: cluster names resolve,
// external ones time out or end in SERVFAIL on every replica.

import { clientOn, clusterName, externalName, resolves, restoreDns } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';
import { controlPlaneAddress } from '../../topology.ts';

const drops = ['udp', 'tcp'].map((protocol) => ['INPUT', '-p', protocol, '--dport', '53', '-j', 'DROP']);

const reopenPorts = async (lab: Lab) => {
  for (const drop of drops) while ((await lab.switch(['iptables', '-D', ...drop])).code === 0);
};

export const upstreamDead: Fault = {
  name: 'upstream-dead',
  inject: async (lab) => {
    for (const drop of drops) await lab.switch(['iptables', '-I', ...drop]);
    // An answer from CoreDNS's cache outlives the upstream by 30 s.
    const client = await clientOn(lab);
    await lab.waitFor('external names fail while cluster names resolve', async () => {
      return !(await resolves(lab, client, externalName)) && (await resolves(lab, client, clusterName));
    });
    return {
      words: ['dns', client, externalName],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'dns.upstream-failing', subject: { kind: 'resolver', name: controlPlaneAddress } }],
      },
    };
  },
  recover: async (lab) => {
    await reopenPorts(lab);
    await restoreDns(lab);
  },
};

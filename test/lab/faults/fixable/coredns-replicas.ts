// CoreDNS replicas that go wrong by themselves and are well again in a new pod: one hears nothing, because a rule in its own
// network drops all queries; or all of them hang. Seen: every other query times out, or all do.

import { clientOn, clusterName, corednsPods, type Pod, resolves, restoreDns } from '../../cluster-dns.ts';
import type { ExpectedCause, Fault, Lab } from '../../fault.ts';
import { signalOn } from '../../node-network.ts';

const deafen = async (lab: Lab, { name }: Pod): Promise<void> => {
  for (const protocol of ['udp', 'tcp'])
    await lab.netns(`kube-system/${name}`, [
      ...['iptables', '-I', 'INPUT', '-p', protocol, '--dport', '53', '-j', 'DROP'],
    ]);
};

const replicaDrill = (
  name: string,
  spoil: (lab: Lab, replicas: readonly Pod[]) => Promise<readonly Pod[]>,
  cause: ExpectedCause,
): Fault => ({
  name,
  inject: async (lab) => {
    const spoilt = await spoil(lab, await corednsPods(lab));
    const client = await clientOn(lab);
    await lab.waitFor('they do not answer', async () => {
      const answers = spoilt.map(({ address }) => resolves(lab, client, `@${address}`, clusterName));
      return !(await Promise.all(answers)).includes(true);
    });
    return { words: ['dns', client], expect: { outcome: 'root-cause', causes: [cause] } };
  },
  recover: restoreDns,
});

export const oneReplicaDeaf: Fault = replicaDrill(
  'one-coredns-replica-deaf',
  async (lab, replicas) => {
    const one = replicas.slice(0, 1);
    for (const replica of one) await deafen(lab, replica);
    return one;
  },
  { code: 'dns.replica-bad', subject: { kind: 'pod', namespace: 'kube-system' } },
);

export const allReplicasHang: Fault = replicaDrill(
  'all-coredns-replicas-hang',
  async (lab, replicas) => {
    for (const { node } of replicas) await signalOn(lab, node, 'coredns', 'STOP');
    return replicas;
  },
  { code: 'dns.coredns-down', subject: { kind: 'deployment', name: 'coredns' } },
);

// flannel is told of an underlay that takes 1550 bytes, where the network cards take 1500; its agents and the client pods are
// made anew. Seen: new pods have 1500, the tunnel cannot have more than 1450, and what pods send is refused.

import type { Fault, Lab } from '../../fault.ts';
import { mend } from '../../node-network.ts';
import { expectMtuCauses, OVERLAY_MTU, waitUntilLargePass, waitUntilLargeStop } from './large-packets.ts';

const CLAIMED = 1550;
const configMap = ['configmap', 'kube-flannel-cfg', '--namespace', 'kube-flannel'];
const clients = ['pods', '--namespace', 'shop', '--selector', 'app=client'];

const setBackendMtu = async (lab: Lab, mtu: number | undefined): Promise<void> => {
  const { data } = JSON.parse(await lab.kubectl(['get', ...configMap, '--output', 'json'])) as {
    data: Record<string, string>;
  };
  const settings = JSON.parse(data['net-conf.json'] ?? '{}') as { Backend: object };
  const { MTU: _set, ...backend } = settings.Backend as { MTU?: number };
  const changed = { ...settings, Backend: mtu === undefined ? backend : { ...backend, MTU: mtu } };
  const patch = { data: { 'net-conf.json': JSON.stringify(changed, undefined, 2) } };
  await lab.kubectl(['patch', ...configMap, '--type', 'merge', '--patch', JSON.stringify(patch)]);
};

/** Only new pods get what the CNI gives now. */
const replaceClients = async (lab: Lab): Promise<void> => {
  await lab.kubectl(['delete', ...clients]);
  await lab.waitFor('the client pods are there again', async () => {
    const { items } = JSON.parse(await lab.kubectl(['get', ...clients, '--output', 'json'])) as {
      items: { status: { conditions?: { type: string; status: string }[] } }[];
    };
    const ready = items.filter(({ status }) =>
      status.conditions?.some(({ type, status: value }) => type === 'Ready' && value === 'True'),
    );
    return ready.length === lab.nodes.length;
  });
};

export const overlayTooLarge: Fault = {
  name: 'overlay-too-large',
  inject: async (lab) => {
    await setBackendMtu(lab, CLAIMED);
    await mend(lab, ...lab.nodes);
    await replaceClients(lab);
    await waitUntilLargeStop(lab, 'n1', 'n2', CLAIMED - 50);
    return expectMtuCauses({
      code: 'mtu.overlay-too-large',
      subject: { kind: 'cluster' },
      params: { of: 'pods', mtu: CLAIMED - 50, carrierMtu: OVERLAY_MTU, podMtu: OVERLAY_MTU },
    });
  },
  recover: async (lab) => {
    await setBackendMtu(lab, undefined);
    await mend(lab, ...lab.nodes);
    await replaceClients(lab);
    await waitUntilLargePass(lab);
  },
};

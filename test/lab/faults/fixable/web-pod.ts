// A pod of the shop's web Deployment whose network was spoilt after it was made: its controller makes another one, which is
// well. Seen: as with a pod of nobody; half of the Service's answers are missing.

import { clientOn } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';
import { answers, cableOf } from '../pod/victim.ts';

interface WebPod {
  readonly pod: string;
  readonly node: string;
  readonly address: string;
}

const selector = ['--namespace', 'shop', '--selector', 'app=web'];

const webPods = async (lab: Lab): Promise<WebPod[]> => {
  const text = await lab.kubectl(['get', 'pods', ...selector, '--output', 'json']);
  const { items } = JSON.parse(text) as {
    items: {
      metadata: { name: string; deletionTimestamp?: string };
      spec: { nodeName: string };
      status: { podIP?: string };
    }[];
  };
  return items
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .map(({ metadata, spec, status }) => ({
      pod: `shop/${metadata.name}`,
      node: spec.nodeName,
      address: status.podIP ?? '',
    }));
};

const renew = async (lab: Lab): Promise<void> => {
  await lab.kubectl(['delete', 'pods', ...selector, '--grace-period', '1']);
  await lab.kubectl(['rollout', 'status', 'deployment/web', '--namespace', 'shop', '--timeout', '60s']);
};

const firstOf = async (lab: Lab): Promise<WebPod> => {
  const [first] = await webPods(lab);
  if (!first) throw new Error('There is no web pod to break.');
  return first;
};

export const webCableDown: Fault = {
  name: 'web-cable-down',
  inject: async (lab) => {
    const web = await firstOf(lab);
    await lab.exec(web.node, ['ip', 'link', 'set', await cableOf(lab, web), 'down']);
    const client = await clientOn(
      lab,
      lab.nodes.find((node) => node !== web.node),
    );
    await lab.waitFor(
      `${web.pod} is out of reach`,
      async () => !(await answers(lab, client, `http://${web.address}:8080/`)),
    );
    return {
      words: ['pod', web.pod],
      expect: {
        outcome: 'root-cause',
        causes: [{ code: 'pod.host-veth-down', subject: { kind: 'pod' }, params: { cause: 'down' } }],
      },
    };
  },
  recover: renew,
};

export const webPodTooLarge: Fault = {
  name: 'web-pod-stale',
  inject: async (lab) => {
    const web = await firstOf(lab);
    await lab.netns(web.pod, ['ip', 'link', 'set', 'eth0', 'mtu', '1500']);
    await lab.exec(web.node, ['ip', 'link', 'set', await cableOf(lab, web), 'mtu', '1500']);
    return {
      words: ['mtu'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'mtu.pod-mismatch', subject: { kind: 'pod' } },
            params: { pods: [{ pod: web.pod, mtu: 1500 }] },
          },
        ],
      },
    };
  },
  recover: renew,
};

// What the MTU drills share: large packets between nodes and pods, MTUs of devices, and forgetting what kernels have learnt
// meanwhile (an ICMP error is remembered for ten minutes). No fault by itself.

import { clientOn } from '../../cluster-dns.ts';
import type { ExpectedCause, Injection, Lab } from '../../fault.ts';
import { must } from '../../node-network.ts';

/** As flannel makes them over Ethernet. */
export const UNDERLAY_MTU = 1500;
export const OVERLAY_MTU = 1450;
const HEADERS = 28;

export const setMtu = (lab: Lab, node: string, device: string, mtu: number) =>
  must(lab, node, 'ip', 'link', 'set', device, 'mtu', String(mtu));

const addressOfPod = async (lab: Lab, pod: string): Promise<string> => {
  const [namespace = '', name = ''] = pod.split('/');
  const get = ['get', 'pod', name, '--namespace', namespace, '--output', 'jsonpath={.status.podIP}'];
  return await lab.kubectl(get);
};

/** One packet of that size that must not be fragmented, from one client pod to another. */
export const largePacketPasses = async (lab: Lab, from: string, to: string, bytes: number) => {
  const [source, destination] = await Promise.all([clientOn(lab, from), clientOn(lab, to)]);
  const address = await addressOfPod(lab, destination);
  const { code } = await lab.netns(source, [
    ...['ping', '-n', '-c', '1', '-W', '1', '-M', 'do'],
    ...['-s', String(bytes - HEADERS), address],
  ]);
  return code === 0;
};

export const waitUntilLargeStop = (lab: Lab, from: string, to: string, bytes = OVERLAY_MTU) =>
  lab.waitFor(
    `${bytes} bytes do not get from pods on ${from} to pods on ${to}`,
    async () => !(await largePacketPasses(lab, from, to, bytes)),
  );

export const waitUntilLargePass = (lab: Lab, bytes = OVERLAY_MTU) =>
  lab.waitFor(
    `${bytes} bytes get from pods on every node to every other`,
    async () => {
      await forgetMtus(lab);
      const pairs = lab.nodes.flatMap((from) =>
        lab.nodes.filter((to) => to !== from).map((to) => largePacketPasses(lab, from, to, bytes)),
      );
      return (await Promise.all(pairs)).every(Boolean);
    },
    90_000,
  );

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly namespace: string; readonly name: string };
    readonly spec: { readonly hostNetwork?: boolean };
    readonly status: { readonly podIP?: string; readonly phase: string };
  }[];
}

/** In the network of every node and pod. */
export const forgetMtus = async (lab: Lab): Promise<void> => {
  const { items } = JSON.parse(
    await lab.kubectl(['get', 'pods', '--all-namespaces', '--output', 'json']),
  ) as PodList;
  const pods = items.filter(({ spec, status }) => !spec.hostNetwork && status.phase === 'Running');
  const flush = ['ip', 'route', 'flush', 'cache'];
  await Promise.all([
    ...lab.nodes.map((node) => lab.exec(node, flush)),
    ...pods.map(({ metadata }) => lab.netns(`${metadata.namespace}/${metadata.name}`, flush)),
  ]);
};

/** Asked without names, so that the guilty node has to be found. */
export const expectMtuCauses = (...causes: readonly ExpectedCause[]): Injection => ({
  words: ['mtu'],
  expect: { outcome: 'root-cause', causes },
});

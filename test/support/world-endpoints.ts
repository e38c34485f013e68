// EndpointSlices as the controller would make them of a world's Services and pods.

import { EndpointSlice, type Pod } from '../../src/probes/api-objects.ts';
import type { World } from './world.ts';

export function endpointSlicesOf(world: World): EndpointSlice[] {
  if (world.endpointslices) return world.endpointslices;
  return world.services
    .filter(({ spec }) => Object.keys(spec.selector).length > 0)
    .map((service) => {
      const { namespace, name } = service.metadata;
      const selected = world.pods.filter(
        (pod) =>
          pod.metadata.namespace === namespace &&
          pod.status.podIP !== '' &&
          Object.entries(service.spec.selector).every(([key, value]) => pod.metadata.labels[key] === value),
      );
      return EndpointSlice.parse({
        metadata: { namespace, name: `${name}-x7k2p`, labels: { 'kubernetes.io/service-name': name } },
        addressType: 'IPv4',
        endpoints: selected.map((pod) => ({
          addresses: [pod.status.podIP],
          nodeName: pod.spec.nodeName,
          conditions: { ready: isReady(pod) },
          targetRef: { kind: 'Pod', name: pod.metadata.name },
        })),
        ports:
          selected.length === 0
            ? []
            : service.spec.ports.map((port) => ({
                name: port.name,
                protocol: port.protocol,
                port: resolvePort(port.targetPort ?? port.port, selected),
              })),
      });
    });
}

const isReady = (pod: Pod): boolean =>
  pod.status.conditions.some(({ type, status }) => type === 'Ready' && status === 'True');

function resolvePort(target: number | string, pods: Pod[]): number {
  if (typeof target === 'number') return target;
  const ports = pods.flatMap(({ spec }) => spec.containers.flatMap((container) => container.ports));
  return ports.find(({ name }) => name === target)?.containerPort ?? 0;
}

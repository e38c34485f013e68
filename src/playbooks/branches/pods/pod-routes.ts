// A pod's routes: is there a default one and does it lead to the node, and where does the kernel really send a packet for
// one address? The kernel's own answer also counts policy rules and whatever else a table does not show. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { FindingParams } from '../../../diagnosis/finding.ts';
import type { RouteDecision } from '../../../probes/routes.ts';
import type { CniNetwork } from '../../cni/network.ts';
import type { NodeNetwork } from '../nodes/node-network.ts';
import type { Suspect } from '../suspect.ts';
import { podCodes } from './pod-codes.ts';
import type { PodNetwork } from './pod-network.ts';
import { bridgeOf, defaultRoutesOf, linkOf, nameOf, wiringFinding } from './pod-wiring.ts';

export function checkDefaultRoute(pod: PodNetwork, node: NodeNetwork, cni: CniNetwork): Suspect[] {
  // Without its link or address a pod has no routes either, and that is said already.
  if (pod.routes.status === 'unavailable' || !hasAddress(pod)) return [];
  const [route] = defaultRoutesOf(pod);
  if (!route) return [routeMissing(pod, 'default', pod.routes)];
  const fault = faultOf(pod, node, cni, route);
  return fault ? [routeWrong(pod, { destination: 'default', ...fault }, [pod.routes, node.interfaces])] : [];
}

/** For one destination. `onNode`: it is a pod of the same node, reached over the bridge without a gateway. */
export function checkRouteTo(
  pod: PodNetwork,
  node: NodeNetwork,
  cni: CniNetwork,
  to: { address: string; onNode: boolean; decision: Evidence<RouteDecision> },
): Suspect[] {
  const { address, onNode, decision } = to;
  if (decision.status === 'unavailable' || !hasAddress(pod)) return [];
  switch (decision.value.kind) {
    case 'no-route': {
      const noDefault = pod.routes.status === 'observed' && defaultRoutesOf(pod).length === 0;
      return [routeMissing(pod, noDefault ? 'default' : address, decision)];
    }
    case 'rejected': {
      const fault = {
        destination: address,
        cause: 'rejected',
        actual: decision.value.detail,
        expected: '',
      } as const;
      return [routeWrong(pod, fault, [decision])];
    }
    case 'route': {
      const fault = faultOf(pod, node, cni, decision.value);
      if (fault) return [routeWrong(pod, { destination: address, ...fault }, [decision, node.interfaces])];
      const strays = cni.attachment === 'bridge' && decision.value.gateway === undefined && !onNode;
      const expected = bridgeAddress(pod, node, cni);
      return strays
        ? [
            routeWrong(
              pod,
              { destination: address, cause: 'on-link', actual: decision.value.device, expected },
              [decision],
            ),
          ]
        : [];
    }
  }
}

const hasAddress = (pod: PodNetwork): boolean => {
  const link = linkOf(pod);
  return link?.adminUp === true && link.addresses.some(({ scope }) => scope === 'global');
};

/** By a device that is not the pod's cable, or by a gateway that is not the node's bridge. */
function faultOf(
  pod: PodNetwork,
  node: NodeNetwork,
  cni: CniNetwork,
  route: { device?: string; gateway?: string },
): Pick<FindingParams['pod.route-wrong'], 'cause' | 'actual' | 'expected'> | undefined {
  const link = linkOf(pod);
  if (link && route.device !== link.name)
    return { cause: 'device', actual: route.device ?? '', expected: link.name };
  const bridge = bridgeOf(cni, node);
  const { gateway } = route;
  if (!bridge || gateway === undefined || bridge.addresses.length === 0) return undefined;
  if (bridge.addresses.some(({ address }) => address === gateway)) return undefined;
  return { cause: 'gateway', actual: gateway, expected: bridgeAddress(pod, node, cni) };
}

function bridgeAddress({ pod }: PodNetwork, node: NodeNetwork, cni: CniNetwork): string {
  const family = pod.status.podIP.includes(':') ? 'inet6' : 'inet';
  const addresses = bridgeOf(cni, node)?.addresses ?? [];
  return addresses.find((each) => each.family === family && each.scope === 'global')?.address ?? '';
}

const routeMissing = (pod: PodNetwork, destination: string, evidence: Evidence<unknown>): Suspect => ({
  breaks: 'beyond',
  finding: {
    code: 'pod.route-missing',
    params: { pod: nameOf(pod), destination },
    ...wiringFinding(pod, podCodes['pod.route-missing'], [evidence]),
  },
});

const routeWrong = (
  pod: PodNetwork,
  params: Omit<FindingParams['pod.route-wrong'], 'pod'>,
  evidence: Evidence<unknown>[],
): Suspect => ({
  breaks: 'beyond',
  finding: {
    code: 'pod.route-wrong',
    params: { pod: nameOf(pod), ...params },
    ...wiringFinding(pod, podCodes['pod.route-wrong'], evidence),
  },
});

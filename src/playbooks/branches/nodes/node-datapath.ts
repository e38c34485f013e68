// Does a node carry its own pods' traffic: bridge, the route to its own range, forwarding, tunnel device? Pure. What could
// not be read gives no suspect; whoever asks says that it was not seen.

import type { CniNetwork } from '../../cni/network.ts';
import type { Suspect } from '../suspect.ts';
import { nodeCodes } from './node-codes.ts';
import { agentOf, nodeFinding, observedOr } from './node-finding.ts';
import type { NodeNetwork } from './node-network.ts';
import { routesOver } from './pod-range-routes.ts';

export const checkNodeDatapath = (node: NodeNetwork, cni: CniNetwork): Suspect[] => [
  ...checkBridge(node, cni),
  ...checkOwnRoute(node, cni),
  ...checkForwarding(node, cni),
  ...checkTunnelDevice(node, cni),
];

function checkBridge(node: NodeNetwork, { bridge: device }: CniNetwork): Suspect[] {
  if (device === undefined || node.interfaces.status === 'unavailable') return [];
  const bridge = node.interfaces.value.find(({ name }) => name === device);
  if (bridge?.adminUp) return [];
  // A node without pods has no bridge yet: the plugin makes it with the first one.
  const orphans = node.interfaces.value.some(({ kind, master }) => kind === 'veth' && master === undefined);
  if (!bridge && !orphans) return [];
  return [
    {
      breaks: 'both',
      finding: {
        code: 'node.bridge-down',
        params: { device, cause: bridge ? 'down' : 'missing' },
        ...nodeFinding(node.name, nodeCodes['node.bridge-down'], [node.interfaces], ['node.route-missing']),
      },
    },
  ];
}

/** The range of the node's own pods has to lead to their bridge; without it nobody delivers to them. */
function checkOwnRoute(node: NodeNetwork, { agent, bridge: device }: CniNetwork): Suspect[] {
  const hasBridge = observedOr(node.interfaces, []).some(({ name, adminUp }) => name === device && adminUp);
  if (device === undefined || !hasBridge || node.routes.status === 'unavailable') return [];
  const routes = node.routes.value;
  const evidence = [node.routes, node.interfaces];
  return node.podCidrs.flatMap((range): Suspect[] => {
    const over = routesOver(routes, range);
    if (!over) return [];
    const expected = `${range} dev ${device}`;
    const params = { agent: agentOf(agent), range, peers: [], expected };
    if (over.whole?.device === device && over.whole.type === 'unicast') return [];
    const isOwn = over.whole !== undefined && over.whole.destination === range;
    return [
      isOwn
        ? {
            breaks: 'both',
            finding: {
              code: 'node.route-wrong',
              params: {
                ...params,
                cause: over.whole?.type === 'unicast' ? 'device' : 'rejects',
                actual: over.whole?.text ?? '',
              },
              ...nodeFinding(node.name, nodeCodes['node.route-wrong'], evidence),
            },
          }
        : {
            breaks: 'both',
            finding: {
              code: 'node.route-missing',
              params,
              ...nodeFinding(node.name, nodeCodes['node.route-missing'], evidence),
            },
          },
    ];
  });
}

/** The kernel asks the interface by which a packet came in (net/ipv4/route.c, IN_DEV_FORWARD). */
function checkForwarding(node: NodeNetwork, cni: CniNetwork): Suspect[] {
  if (node.settings.status === 'unavailable') return [];
  const tunnel = cni.encapsulation.kind === 'vxlan' ? cni.encapsulation.device : undefined;
  const carriers = node.settings.value.filter(
    ({ interface: name }) => name === cni.bridge || name === tunnel || isUnderlay(node, name, cni),
  );
  const off = (
    carriers.length > 0 ? carriers : node.settings.value.filter((each) => each.interface === 'all')
  )
    .filter(({ forwarding }) => !forwarding)
    .map((each) => each.interface);
  if (off.length === 0) return [];
  return [
    {
      breaks: 'beyond',
      finding: {
        code: 'node.ip-forward-off',
        params: { interfaces: off },
        ...nodeFinding(node.name, nodeCodes['node.ip-forward-off'], [node.settings]),
      },
    },
  ];
}

/** Without a tunnel packets for pods come in by the device that has the node's address. */
const isUnderlay = (node: NodeNetwork, name: string, { encapsulation }: CniNetwork): boolean =>
  encapsulation.kind === 'none' &&
  observedOr(node.interfaces, []).some(
    (link) => link.name === name && link.addresses.some(({ address }) => node.addresses.includes(address)),
  );

function checkTunnelDevice(node: NodeNetwork, { agent: of, encapsulation, evidence }: CniNetwork): Suspect[] {
  if (encapsulation.kind !== 'vxlan' || node.interfaces.status === 'unavailable') return [];
  const { device, vni, port } = encapsulation;
  const agent = agentOf(of);
  const tunnel = node.interfaces.value.find(({ name }) => name === device);
  const seen = [node.interfaces, ...evidence];
  // Routes, neighbours and forwarding entries go with the device, or when it is set down.
  const alongside = [
    'node.route-missing',
    'node.route-wrong',
    'node.neighbour-missing',
    'node.fdb-missing',
  ] as const;
  if (!tunnel)
    return [
      {
        breaks: 'beyond',
        finding: {
          code: 'node.tunnel-missing',
          params: { agent, device },
          ...nodeFinding(node.name, nodeCodes['node.tunnel-missing'], seen, [...alongside]),
        },
      },
    ];
  if (!tunnel.adminUp)
    return [
      {
        breaks: 'beyond',
        finding: {
          code: 'node.tunnel-down',
          params: { agent, device },
          ...nodeFinding(node.name, nodeCodes['node.tunnel-down'], seen, [...alongside]),
        },
      },
    ];
  const settings = [
    { setting: 'vni', actual: tunnel.vxlan?.vni, expected: vni },
    { setting: 'port', actual: tunnel.vxlan?.port, expected: port },
  ] as const;
  return settings
    .filter(({ actual, expected }) => actual !== expected)
    .map(({ setting, actual, expected }) => ({
      breaks: 'beyond',
      finding: {
        code: 'node.tunnel-mismatch',
        params: { agent, device, setting, actual: String(actual ?? 'none'), expected: String(expected) },
        ...nodeFinding(node.name, nodeCodes['node.tunnel-mismatch'], seen, [...alongside]),
      },
    }));
}

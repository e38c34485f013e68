// Flannel (0.15 to 0.28) with the backends vxlan and host-gw, kube-subnet-mgr. What it programs for a peer comes from the
// peer's annotations (pkg/subnet/kube/annotations.go, pkg/backend/vxlan/vxlan_network.go, pkg/backend/hostgw).

import { z } from 'zod';
import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { ConfigMap, type Node, Workload } from '../../probes/api-objects.ts';
import { getObject, type Lookup, listObjects } from '../../probes/api-reads.ts';
import type { CniNetwork, CniProfile, Encapsulation, PeerEntries, PodRange } from './network.ts';

const ANNOTATION = 'flannel.alpha.coreos.com';
const CONFIG_MAP = 'kube-flannel-cfg';
const DAEMON_SET = 'kube-flannel-ds';
const SUBNET_FILE = '/run/flannel/subnet.env';
// Outer IPv4 20 + UDP 8 + VXLAN 8 + inner Ethernet 14 (pkg/backend/vxlan/vxlan.go encapOverhead).
const VXLAN_OVERHEAD = 50;
// Linux' historical default, which flannel keeps (pkg/backend/vxlan/vxlan.go).
const DEFAULT_PORT = 8472;
const DEFAULT_VNI = 1;

const NetConf = z.object({
  Network: z.string().default(''),
  Backend: z
    .object({
      Type: z.string().default('udp'),
      VNI: z.number().default(DEFAULT_VNI),
      Port: z.number().default(DEFAULT_PORT),
      MTU: z.number().optional(),
      DirectRouting: z.boolean().default(false),
    })
    .prefault({}),
});
type NetConf = z.infer<typeof NetConf>;

export const flannel: CniProfile = {
  id: 'flannel',
  async describe(ask) {
    const namespace = await namespaceOf(ask);
    const config = await ask(getObject('configmaps', ConfigMap, CONFIG_MAP, namespace));
    return toNetwork(namespace, config, netConfOf(config));
  },
};

/** `kube-flannel` since 0.20, `kube-system` before; the DaemonSet's own namespace tells. */
async function namespaceOf(ask: Ask): Promise<string> {
  const daemonSets = await ask(listObjects('daemonsets', Workload));
  const found =
    daemonSets.status === 'observed'
      ? daemonSets.value.find(({ metadata }) => metadata.name.startsWith(DAEMON_SET))
      : undefined;
  return found?.metadata.namespace ?? 'kube-flannel';
}

function netConfOf(config: Evidence<Lookup<ConfigMap>>): NetConf | undefined {
  if (config.status === 'unavailable' || !config.value.found) return undefined;
  try {
    return NetConf.parse(JSON.parse(config.value.object.data['net-conf.json'] ?? ''));
  } catch {
    // Broken settings are cni-health's finding; here they only mean that nothing is known.
    return undefined;
  }
}

function toNetwork(
  namespace: string,
  config: Evidence<Lookup<ConfigMap>>,
  netConf: NetConf | undefined,
): CniNetwork {
  const encapsulation = encapsulationOf(netConf);
  return {
    cni: 'flannel',
    attachment: 'bridge',
    bridge: 'cni0',
    encapsulation,
    enforcesPolicies: false,
    agent: {
      namespace,
      daemonSet: DAEMON_SET,
      labelSelector: 'app=flannel',
      container: 'kube-flannel',
      configMap: CONFIG_MAP,
      needs: [
        { verb: 'list', group: '', resource: 'nodes' },
        { verb: 'watch', group: '', resource: 'nodes' },
      ],
    },
    configFile: '10-flannel.conflist',
    plugin: 'flannel',
    stateFile: { path: SUBNET_FILE, read: readSubnetFile },
    podNetworks: netConf && netConf.Network !== '' ? [netConf.Network] : [],
    evidence: [config],
    podMtu: (underlayMtu) => {
      if (encapsulation.kind === 'unknown') return undefined;
      const base = netConf?.Backend.MTU ?? underlayMtu;
      return encapsulation.kind === 'vxlan' ? base - VXLAN_OVERHEAD : base;
    },
    podMtuFile: { path: SUBNET_FILE, read: readPodMtu },
    // From the underlay's MTU that is written there flannel takes the overhead off itself.
    mtuSetting: { configMap: CONFIG_MAP, key: 'Backend.MTU', valueFor: (underlayMtu) => underlayMtu },
    podNetworkAddresses: (node) => {
      const range = podRangeOf(node);
      if (range === undefined) return [];
      const bridge = addressIn(range, 1);
      return encapsulation.kind === 'vxlan' ? [addressIn(range, 0), bridge] : [bridge];
    },
    peerEntries: (node, peer) => peerEntries(encapsulation, netConf, node, peer),
  };
}

/** What the plugin gives to the pods that it attaches from now on. */
function readPodMtu(text: string): number | undefined {
  const mtu = /^FLANNEL_MTU=(\d+)$/m.exec(text)?.[1];
  return mtu === undefined ? undefined : Number(mtu);
}

/** As the plugin does (flannel-io/cni-plugin flannel.go loadFlannelSubnetEnv, loadFlannelNetConf). */
function readSubnetFile(text: string): PodRange | { lacks: string } {
  const lacks = ['FLANNEL_SUBNET', 'FLANNEL_MTU', 'FLANNEL_IPMASQ'].find(
    (name) => !new RegExp(`^${name}=\\S`, 'm').test(text),
  );
  if (lacks !== undefined && !/^FLANNEL_IPV6_SUBNET=\S/m.test(text)) return { lacks };
  const bridgeAddress = /^FLANNEL_SUBNET=(\S+)$/m.exec(text)?.[1];
  if (bridgeAddress === undefined) return {};
  const [address = '', length = ''] = bridgeAddress.split('/');
  return { bridgeAddress, range: `${networkOf(address, Number(length))}/${length}` };
}

function encapsulationOf(netConf: NetConf | undefined): Encapsulation {
  switch (netConf?.Backend.Type) {
    case 'vxlan':
      return {
        kind: 'vxlan',
        device: `flannel.${netConf.Backend.VNI}`,
        vni: netConf.Backend.VNI,
        port: netConf.Backend.Port,
        overheadBytes: VXLAN_OVERHEAD,
      };
    case 'host-gw':
      return { kind: 'none' };
    default:
      return { kind: 'unknown' };
  }
}

/** Undefined where flannel itself would program nothing: no range, no annotations, another backend. */
function peerEntries(
  encapsulation: Encapsulation,
  netConf: NetConf | undefined,
  node: Node,
  peer: Node,
): PeerEntries | undefined {
  const destination = podRangeOf(peer);
  const publicIp = peer.metadata.annotations[`${ANNOTATION}/public-ip`];
  if (destination === undefined || publicIp === undefined) return undefined;
  if (encapsulation.kind === 'none') return { route: { destination, gateway: publicIp } };
  // With DirectRouting flannel routes plainly where the nodes share a subnet, which their objects do not tell.
  if (encapsulation.kind !== 'vxlan' || netConf?.Backend.DirectRouting || node === peer) return undefined;
  const mac = vtepMac(peer);
  if (mac === undefined) return undefined;
  const { device } = encapsulation;
  const gateway = addressIn(destination, 0);
  return {
    route: { destination, gateway, device },
    neighbour: { address: gateway, mac, device },
    forwarding: { mac, destination: publicIp, device },
  };
}

function vtepMac(node: Node): string | undefined {
  try {
    const data: unknown = JSON.parse(node.metadata.annotations[`${ANNOTATION}/backend-data`] ?? '');
    return z.object({ VtepMAC: z.string() }).parse(data).VtepMAC.toLowerCase();
  } catch {
    return undefined;
  }
}

const podRangeOf = ({ spec }: Node): string | undefined =>
  [...spec.podCIDRs, ...(spec.podCIDR === undefined ? [] : [spec.podCIDR])].find((range) =>
    range.includes('.'),
  );

/** Flannel's ranges are IPv4 here; `10.244.1.0/24`, 1 -> `10.244.1.1`. */
const addressIn = (range: string, offset: number): string =>
  toAddress(toNumber(range.split('/')[0] ?? '') + offset);

/** `10.244.1.1`, 24 -> `10.244.1.0` */
function networkOf(address: string, length: number): string {
  const size = 2 ** (32 - length);
  return toAddress(Math.floor(toNumber(address) / size) * size);
}

const toNumber = (address: string): number =>
  address.split('.').reduce((sum, octet) => sum * 256 + Number(octet), 0);

const toAddress = (number: number): string =>
  [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join('.');

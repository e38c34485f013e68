// One pod or node, and no other end: the ways that everybody needs. To its node, to pods beside it and on other nodes, to
// the API server and to DNS, and back to it from its node and from those pods.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { type Pod, Service } from '../../probes/api-objects.ts';
import { listObjects } from '../../probes/api-reads.ts';
import { readInterfaces } from '../../probes/network-interfaces.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { findApiServers } from '../branches/api-server.ts';
import { type ExaminedWay, type ExaminedWays, examineWays, trafficOf } from '../branches/examine-ways.ts';
import type { Examined } from '../branches/examined.ts';
import { wayToNode, wayToPod } from '../branches/flow-controls.ts';
import { examineFlowToService } from '../branches/flow-to-service.ts';
import { readNodeNetwork } from '../branches/nodes/node-network.ts';
import { findPeerPods } from '../branches/peer-pods.ts';
import { checkPodWiring } from '../branches/pods/pod-datapath.ts';
import { readPodNetwork, vantageOfPod } from '../branches/pods/pod-network.ts';
import { missesPings, type Way } from '../branches/reach.ts';
import { canBeAsked } from '../branches/services/service-tries.ts';
import type { WayQuestion } from '../branches/way-state.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { ReadySource } from './source.ts';

// What is broken between nodes in general shows on two of them; a pair in particular is for cross-node.
const OTHER_NODES = 2;
// Some nodes have no pod to talk to.
const NODES_ASKED = 4;

export async function examineStandardWays(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  { vantage, pod }: ReadySource,
): Promise<Examined[]> {
  const own = vantage.kind === 'pod' ? pod : undefined;
  const direct = examineDirectWays(ask, facts, cni, vantage, own);
  const apiService = examineFlowToService(ask, facts, cni, {
    ...{ from: vantage, namespace: 'default', name: 'kubernetes' },
    ...{ port: 443, protocol: 'tcp' },
  });
  const dnsService = examineDnsService(ask, facts, cni, vantage);
  return Promise.all([direct, apiService, dnsService]);
}

async function examineDirectWays(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: NetworkVantage,
  own: Pod | undefined,
): Promise<Examined> {
  const [near, far, apiServer] = await Promise.all([
    findPeerPods(ask, from.node),
    findFarPeers(ask, facts, from.node),
    wayToApiServer(ask, facts, from),
  ]);
  const beside = near.pods.filter(({ metadata }) => metadata.uid !== own?.metadata.uid).slice(0, 1);
  const peers = [...beside, ...far.pods];
  const home = own && wayToNode(facts, from, from.node);
  const lazily = { cut: own && home ? isCutOff(ask, facts, cni, own, home) : Promise.resolve(false) };
  const askers = peers.filter(({ spec }) => !far.blind.includes(spec.nodeName));
  const ways: WayQuestion[] = [
    ...(home ? [{ way: home, to: { node: from.node }, protocol: 'tcp' as const, port: home.port }] : []),
    ...peers.map((peer) => ({ ...toPod(from, peer), ...(own && { sender: own }), lazily })),
    ...(apiServer ? [{ ...apiServer, lazily }] : []),
    ...(own ? [{ ...toPod({ kind: 'node', node: from.node }, own), lazily }] : []),
    ...(own ? askers.map((sender) => ({ ...toPod(vantageOfPod(sender), own), sender, lazily })) : []),
  ];
  const examined = await examineWays(ask, facts, cni, { ways, controls: [], owned: own ? [own] : [] });
  return leavingOutPeers(
    { ...examined, unchecked: [...examined.unchecked, ...near.unseen, ...far.unseen] },
    own,
  );
}

function toPod(from: NetworkVantage, to: Pod): WayQuestion {
  const way = wayToPod({ from, to, protocol: 'tcp' });
  return { way, to: { node: to.spec.nodeName, pod: to }, protocol: 'tcp', port: way.port };
}

/** Its own node is out of reach, and its wiring says why: nothing else can be seen from there. */
async function isCutOff(ask: Ask, facts: Facts, cni: CniNetwork, own: Pod, home: Way): Promise<boolean> {
  const [misses, pod, node] = await Promise.all([
    missesPings(ask, home),
    readPodNetwork(ask, own),
    readNodeNetwork(ask, facts, own.spec.nodeName),
  ]);
  return misses && checkPodWiring(pod, node, cni).some(({ breaks }) => breaks === 'both');
}

interface FarPeers {
  pods: Pod[];
  /** Nodes of theirs from which nothing can be tried: they are only sent to. */
  blind: string[];
  unseen: Unavailable[];
}

/** One pod each on a few other nodes, those that can be asked first. */
async function findFarPeers(ask: Ask, facts: Facts, home: string): Promise<FarPeers> {
  const others = facts.nodes.filter(({ name, ready }) => name !== home && ready);
  const inOrder = others.toSorted((a, b) => Number(canBeAsked(b)) - Number(canBeAsked(a)));
  const lists = await Promise.all(
    inOrder.slice(0, NODES_ASKED).map(async (node) => ({ node, ...(await findPeerPods(ask, node.name)) })),
  );
  const chosen = lists.filter(({ pods }) => pods.length > 0).slice(0, OTHER_NODES);
  const blind = chosen.flatMap(({ node }) => (canBeAsked(node) ? [] : [node.name]));
  const silence = await Promise.all(blind.map((node) => ask(readInterfaces({ kind: 'node', node }))));
  return {
    pods: chosen.flatMap(({ pods }) => pods.slice(0, 1)),
    blind,
    unseen: [
      ...lists.flatMap(({ unseen }) => unseen),
      ...silence.filter((each) => each.status === 'unavailable'),
    ],
  };
}

/** Undefined: it is not known where it is. */
async function wayToApiServer(
  ask: Ask,
  facts: Facts,
  from: NetworkVantage,
): Promise<WayQuestion | undefined> {
  const {
    servers: [server],
  } = await findApiServers(ask);
  if (!server) return undefined;
  const { address, port, label: to } = server;
  const node = facts.nodes.find(({ addresses }) => addresses.includes(address))?.name;
  const end = node === undefined ? {} : { end: { node } };
  return {
    way: { from, address, to, port, wanted: 'connection', ...end },
    ...(node !== undefined && { to: { node } }),
    protocol: 'tcp',
    port,
  };
}

async function examineDnsService(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: NetworkVantage,
): Promise<Examined> {
  const services = await ask(
    listObjects('services', Service, { namespace: 'kube-system', labelSelector: 'k8s-app=kube-dns' }),
  );
  const [service] = services.status === 'observed' ? services.value : [];
  if (!service)
    return {
      traffic: 'passes',
      legs: [],
      findings: [],
      unchecked: services.status === 'unavailable' ? [services] : [],
    };
  const { namespace, name } = service.metadata;
  return examineFlowToService(ask, facts, cni, { from, namespace, name, port: 53, protocol: 'tcp' });
}

/** A peer that is itself broken says nothing about the pod in question; it is worth a word where it failed a way. */
function leavingOutPeers(examined: ExaminedWays, own: Pod | undefined): Examined {
  // A pod that takes another's address is not only its own problem.
  const isPeers = ({ code, subject }: Finding): boolean =>
    subject.kind === 'pod' && subject.name !== own?.metadata.name && code !== 'pod.duplicate-ip';
  const causesOf = ({ findings }: ExaminedWay): Finding[] => findings.filter(({ advisory }) => !advisory);
  const ways = examined.ways.filter(
    (way) => way.traffic !== 'fails' || causesOf(way).length === 0 || !causesOf(way).every(isPeers),
  );
  const findings = examined.findings.flatMap((finding) => {
    if (!isPeers(finding)) return [finding];
    return finding.advisory ? [] : [{ ...finding, advisory: true }];
  });
  return { ...examined, traffic: trafficOf(ways), findings };
}

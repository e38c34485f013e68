// Turns what the legs have in common into findings: looks for the rule behind a blocked protocol or a cut-off node,
// and has the way examined, or says where to go on, when the trouble is not DNS.

import type { Facts } from '../../diagnosis/facts.ts';
import { type Finding, podSubject, type Subject } from '../../diagnosis/finding.ts';
import type { Ask, InconclusiveReason } from '../../diagnosis/playbook.ts';
import type { DnsProtocol } from '../../probes/dns-query.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import type { DroppedFlow } from '../../probes/rule-match.ts';
import { dropFinding, findDroppingRule } from '../branches/dropping-rule.ts';
import { checkServiceOnNode } from '../branches/services/service-on-node.ts';
import { causesOfDeadWay } from './beyond-dns.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE, type DnsInventory } from './inventory.ts';
import type { LegResult, Place, Server } from './legs.ts';
import type { LegVerdict } from './localize.ts';

const DNS_PORT = 53;

export type LegFinding = { findings: Finding[] } | { reason: InconclusiveReason };

export async function explainLegs(
  ask: Ask,
  facts: Facts,
  inventory: DnsInventory,
  replicas: Server[],
  verdict: LegVerdict,
): Promise<LegFinding> {
  switch (verdict.kind) {
    case 'replica-unreachable':
      return {
        findings: [
          verdict.server.stranger ? deadEndpoint(inventory, verdict) : replicaBad(facts, replicas, verdict),
        ],
      };
    case 'protocol-blocked':
      return { findings: [await protocolBlocked(ask, facts, verdict)] };
    case 'node-cut-off':
      return nodeCutOff(ask, facts, inventory, verdict);
    case 'pod-cut-off':
      return podCutOff(ask, facts, inventory, verdict);
    case 'service-path':
      return servicePath(ask, facts, inventory, verdict);
    case 'nodes-apart':
      return explainDeadWay(
        ask,
        facts,
        inventory,
        verdict,
        elsewhere(
          'path-between-nodes',
          `diagnose cross-node ${verdict.node} ${verdict.others[0] ?? ''}`.trim(),
        ),
      );
    case 'node-cache-down':
      return { findings: [nodeCacheDown(verdict)] };
    case 'lossy':
      return { findings: [await lossy(ask, facts, replicas, verdict)] };
  }
}

const elsewhere = (why: (InconclusiveReason & { kind: 'elsewhere' })['why'], next: string): LegFinding => ({
  reason: { kind: 'elsewhere', why, next },
});

async function explainDeadWay(
  ask: Ask,
  facts: Facts,
  inventory: DnsInventory,
  { legs }: LegVerdict,
  otherwise: LegFinding,
): Promise<LegFinding> {
  const findings = await causesOfDeadWay(ask, facts, inventory, legs);
  return findings.length > 0 ? { findings } : otherwise;
}

/** Replicas answer and the Service's address does not: the node's rules, or something of this one pod's. */
async function servicePath(
  ask: Ask,
  facts: Facts,
  inventory: DnsInventory,
  verdict: LegVerdict & { kind: 'service-path' },
): Promise<LegFinding> {
  const node = facts.nodes.find(({ name }) => name === verdict.node);
  const { service, slices } = inventory;
  const legs = verdict.legs.map(({ evidence }) => evidence);
  const protocol = verdict.legs.find(({ state }) => state === 'failed')?.protocol ?? 'udp';
  const next = verdict.place ? lineOf(verdict.place) : `node/${verdict.node}`;
  const further = elsewhere(
    verdict.place ? 'pod-network' : 'service-path',
    `diagnose pod ${next} -> kube-dns.${DNS_NAMESPACE}:${DNS_PORT}/${protocol}`,
  );
  if (!node || !service || verdict.place) return further;
  const endpoints = slices.flatMap((slice) =>
    slice.ports
      .filter((port) => port.protocol.toLowerCase() === protocol)
      .flatMap(({ port }) =>
        slice.endpoints
          .filter(({ conditions }) => conditions.ready)
          .flatMap(({ addresses }) => addresses.map((address) => `${address}:${port}`)),
      ),
  );
  const wanted = {
    service: `${service.metadata.namespace}/${service.metadata.name}`,
    address: service.spec.clusterIP,
    port: DNS_PORT,
    protocol,
    endpoints,
  };
  const findings = await checkServiceOnNode(ask, node, wanted, legs);
  return findings.length > 0 ? { findings } : further;
}

const lineOf = ({ vantage }: Place): string =>
  vantage.kind === 'pod' ? `${vantage.pod.namespace}/${vantage.pod.name}` : `node/${vantage.node}`;

function replicaBad(
  facts: Facts,
  replicas: Server[],
  verdict: LegVerdict & { kind: 'replica-unreachable' },
): Finding {
  const { server } = verdict;
  const node = facts.nodes.find(({ name }) => name === server.node);
  return {
    code: 'dns.replica-bad',
    ...dnsCodes['dns.replica-bad'],
    params: {
      cause: node?.ready === false ? 'node-not-ready' : 'unreachable',
      replicas: [server.label],
      nodes: server.node === undefined ? [] : [server.node],
      good: replicas.length - 1,
      detail: node?.notReadyReason ?? '',
    },
    subject: { kind: 'pod', namespace: DNS_NAMESPACE, name: server.label },
    ...(server.node === undefined ? {} : { node: server.node }),
    confidence: 'proven',
    advisory: false,
    evidence: verdict.legs.map(({ evidence }) => evidence),
    explains: ['dns.intermittent-timeout'],
    remediations: [],
  };
}

/** The Service sends a share of the queries to an address behind which nobody answers. */
function deadEndpoint(
  { service, pods, evidence }: DnsInventory,
  { server, legs }: LegVerdict & { kind: 'replica-unreachable' },
): Finding {
  const { namespace, name } = service?.metadata ?? { namespace: DNS_NAMESPACE, name: 'kube-dns' };
  return {
    code: 'dns.service-misconfigured',
    ...dnsCodes['dns.service-misconfigured'],
    params: {
      cause: 'dead-endpoint',
      service: `${namespace}/${name}`,
      actual: server.address,
      expected: pods.map(({ status }) => status.podIP).join(', '),
    },
    subject: { kind: 'service', namespace, name },
    confidence: 'proven',
    advisory: false,
    evidence: [...legs.map((leg) => leg.evidence), evidence.slices],
    explains: ['dns.intermittent-timeout'],
    remediations: [],
  };
}

async function protocolBlocked(
  ask: Ask,
  facts: Facts,
  verdict: LegVerdict & { kind: 'protocol-blocked' },
): Promise<Finding> {
  const code = verdict.protocol === 'udp' ? 'dns.udp-blocked' : 'dns.truncation';
  const flow = flowOf(facts, verdict.legs, verdict.protocol);
  const legs = verdict.legs.map(({ evidence }) => evidence);
  const nodes = verdict.node.split(', ');
  const pods = podVantages(verdict.legs).slice(0, PODS_SEARCHED);
  const [onNodes, inPods] = await Promise.all([
    Promise.all(nodes.map((node) => findDroppingRule(ask, { kind: 'node', node }, flow))),
    Promise.all(pods.map(async (pod) => ({ pod, search: await findDroppingRule(ask, pod, flow) }))),
  ]);
  const found = onNodes.find(({ rule }) => rule !== undefined);
  const inside = inPods.find(({ search }) => search.rule !== undefined);
  if (!found && inside?.search.rule)
    return dropFinding(
      inside.pod.node,
      inside.search.rule,
      [...inside.search.evidence, ...legs],
      inside.pod.pod,
    );
  const [first] = pods;
  const byPod = verdict.scope === 'from-pod' && first !== undefined;
  return {
    code,
    ...dnsCodes[code],
    params: {
      scope: verdict.scope,
      node: verdict.node,
      ...(byPod ? { pod: `${first.pod.namespace}/${first.pod.name}` } : {}),
      ...(found?.rule ? { rule: found.rule } : {}),
    },
    subject: byPod ? podSubject(first.pod) : blockedSubject(verdict),
    ...(verdict.scope === 'everywhere' ? {} : { node: verdict.node }),
    confidence: 'proven',
    advisory: false,
    evidence: [...legs, ...(found?.evidence ?? onNodes.flatMap(({ evidence }) => evidence))],
    explains: ['dns.intermittent-timeout', 'dns.upstream-failing'],
    remediations: [],
  };
}

// Rules inside pods are rare; those of a few tell as much as those of all.
const PODS_SEARCHED = 2;

type PodVantage = NetworkVantage & { kind: 'pod' };

function podVantages(legs: LegResult[]): PodVantage[] {
  const vantages = legs.map(({ place }) => place.vantage).filter((vantage) => vantage.kind === 'pod');
  return [...new Set(vantages)];
}

const blockedSubject = ({ scope, node }: LegVerdict & { kind: 'protocol-blocked' }): Subject =>
  scope === 'everywhere' ? { kind: 'cluster' } : { kind: 'node', name: node };

/** Nothing gets out of the node's pods: a rule that says so is the cause, else the node's own path is in question. */
async function nodeCutOff(
  ask: Ask,
  facts: Facts,
  inventory: DnsInventory,
  verdict: LegVerdict & { kind: 'node-cut-off' },
): Promise<LegFinding> {
  const search = await findDroppingRule(
    ask,
    { kind: 'node', node: verdict.node },
    flowOf(facts, verdict.legs),
  );
  if (search.rule) {
    const legs = verdict.legs.map(({ evidence }) => evidence);
    return { findings: [dropFinding(verdict.node, search.rule, [...search.evidence, ...legs])] };
  }
  return explainDeadWay(ask, facts, inventory, verdict, beyondNode(verdict));
}

function beyondNode({ node, host, silent }: LegVerdict & { kind: 'node-cut-off' }): LegFinding {
  if (silent !== undefined)
    return elsewhere('traffic-unexplained', `diagnose pod ${DNS_NAMESPACE}/${silent}`);
  return host
    ? elsewhere('path-between-nodes', 'diagnose cross-node')
    : elsewhere('pod-network', `diagnose pod node/${node}`);
}

/** DNS between pods, nodes and the servers asked; a rule about other addresses did not stop it. */
function flowOf(facts: Facts, legs: LegResult[], protocol: DnsProtocol = 'udp'): DroppedFlow {
  const networks = facts.nodes.flatMap(({ podCidrs, addresses }) => [...podCidrs, ...addresses]);
  // Without pod ranges on the nodes (some CNIs keep their own) a rule for pods could not be told from others.
  if (!facts.nodes.some(({ podCidrs }) => podCidrs.length > 0)) return { protocol, port: DNS_PORT };
  return { protocol, port: DNS_PORT, ends: [...networks, ...legs.map(({ server }) => server.address)] };
}

/** The rule may stand in the pod's own network, or on its node when no other pod there was asked. */
async function podCutOff(
  ask: Ask,
  facts: Facts,
  inventory: DnsInventory,
  verdict: LegVerdict & { kind: 'pod-cut-off' },
): Promise<LegFinding> {
  const { vantage } = verdict.place;
  const { node } = vantage;
  const [inside, outside] = await Promise.all([
    findDroppingRule(ask, vantage, flowOf(facts, verdict.legs)),
    findDroppingRule(ask, { kind: 'node', node }, flowOf(facts, verdict.legs)),
  ]);
  const legs = verdict.legs.map(({ evidence }) => evidence);
  if (inside.rule && vantage.kind === 'pod')
    return { findings: [dropFinding(node, inside.rule, [...inside.evidence, ...legs], vantage.pod)] };
  if (outside.rule) return { findings: [dropFinding(node, outside.rule, [...outside.evidence, ...legs])] };
  const next =
    vantage.kind === 'pod' ? `diagnose pod ${vantage.pod.namespace}/${vantage.pod.name}` : 'diagnose cluster';
  return explainDeadWay(ask, facts, inventory, verdict, elsewhere('pod-network', next));
}

function nodeCacheDown({ node, address, legs }: LegVerdict & { kind: 'node-cache-down' }): Finding {
  return {
    code: 'dns.node-cache-down',
    ...dnsCodes['dns.node-cache-down'],
    params: { node, address },
    subject: { kind: 'node', name: node },
    node,
    confidence: 'proven',
    advisory: false,
    evidence: legs.map(({ evidence }) => evidence),
    explains: ['dns.intermittent-timeout'],
    remediations: [],
  };
}

async function lossy(
  ask: Ask,
  facts: Facts,
  replicas: Server[],
  verdict: LegVerdict & { kind: 'lossy' },
): Promise<Finding> {
  const { node } = verdict.place.vantage;
  const { rule, evidence } = await findDroppingRule(ask, { kind: 'node', node }, flowOf(facts, verdict.legs));
  return {
    code: 'dns.intermittent-timeout',
    ...dnsCodes['dns.intermittent-timeout'],
    params: {
      from: verdict.place.label,
      node,
      lost: verdict.lost,
      sent: verdict.sent,
      ...(rule ? { rule } : {}),
    },
    subject: { kind: 'node', name: node },
    node,
    // What a Service loses may be lost on the way to any of those behind it.
    ...(!rule && { ends: [node, ...replicas.flatMap((replica) => replica.node ?? [])] }),
    confidence: 'proven',
    advisory: false,
    evidence: [...verdict.legs.map((leg) => leg.evidence), ...evidence],
    explains: [],
    remediations: [],
  };
}

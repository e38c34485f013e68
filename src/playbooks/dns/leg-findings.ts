// Turns what the legs have in common into findings: looks for the rule behind a blocked protocol or a cut-off node,
// and says where to go on when the trouble is not DNS.

import type { Facts } from '../../diagnosis/facts.ts';
import { type Finding, podSubject, type Subject } from '../../diagnosis/finding.ts';
import type { Ask, InconclusiveReason } from '../../diagnosis/playbook.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { dropFinding, findDroppingRule } from '../branches/dropping-rule.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE } from './inventory.ts';
import type { LegResult, Server } from './legs.ts';
import type { LegVerdict } from './localize.ts';

const DNS_PORT = 53;

export type LegFinding = { finding: Finding } | { reason: InconclusiveReason };

export async function explainLegs(
  ask: Ask,
  facts: Facts,
  replicas: Server[],
  verdict: LegVerdict,
): Promise<LegFinding> {
  switch (verdict.kind) {
    case 'replica-unreachable':
      return { finding: replicaBad(facts, replicas, verdict) };
    case 'protocol-blocked':
      return { finding: await protocolBlocked(ask, verdict) };
    case 'node-cut-off':
      return nodeCutOff(ask, verdict);
    case 'pod-cut-off':
      return podCutOff(ask, verdict);
    case 'service-path':
      return elsewhere(
        'service-path',
        `diagnose pod node/${verdict.node} -> kube-dns.${DNS_NAMESPACE}:${DNS_PORT}/udp`,
      );
    case 'nodes-apart':
      return elsewhere(
        'path-between-nodes',
        `diagnose cross-node ${verdict.node} ${verdict.others[0] ?? ''}`.trim(),
      );
    case 'node-cache-down':
      return { finding: nodeCacheDown(verdict) };
    case 'lossy':
      return { finding: await lossy(ask, verdict) };
  }
}

const elsewhere = (why: (InconclusiveReason & { kind: 'elsewhere' })['why'], next: string): LegFinding => ({
  reason: { kind: 'elsewhere', why, next },
});

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

async function protocolBlocked(
  ask: Ask,
  verdict: LegVerdict & { kind: 'protocol-blocked' },
): Promise<Finding> {
  const code = verdict.protocol === 'udp' ? 'dns.udp-blocked' : 'dns.truncation';
  const flow = { protocol: verdict.protocol, port: DNS_PORT };
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
async function nodeCutOff(ask: Ask, verdict: LegVerdict & { kind: 'node-cut-off' }): Promise<LegFinding> {
  const search = await findDroppingRule(ask, { kind: 'node', node: verdict.node }, QUERIES);
  if (search.rule) {
    const legs = verdict.legs.map(({ evidence }) => evidence);
    return { finding: dropFinding(verdict.node, search.rule, [...search.evidence, ...legs]) };
  }
  return verdict.host
    ? elsewhere('path-between-nodes', 'diagnose cross-node')
    : elsewhere('pod-network', `diagnose pod node/${verdict.node}`);
}

const QUERIES = { protocol: 'udp', port: DNS_PORT } as const;

/** The rule may stand in the pod's own network, or on its node when no other pod there was asked. */
async function podCutOff(ask: Ask, verdict: LegVerdict & { kind: 'pod-cut-off' }): Promise<LegFinding> {
  const { vantage } = verdict.place;
  const { node } = vantage;
  const [inside, outside] = await Promise.all([
    findDroppingRule(ask, vantage, QUERIES),
    findDroppingRule(ask, { kind: 'node', node }, QUERIES),
  ]);
  const legs = verdict.legs.map(({ evidence }) => evidence);
  if (inside.rule && vantage.kind === 'pod')
    return { finding: dropFinding(node, inside.rule, [...inside.evidence, ...legs], vantage.pod) };
  if (outside.rule) return { finding: dropFinding(node, outside.rule, [...outside.evidence, ...legs]) };
  const next =
    vantage.kind === 'pod' ? `diagnose pod ${vantage.pod.namespace}/${vantage.pod.name}` : 'diagnose cluster';
  return elsewhere('pod-network', next);
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

async function lossy(ask: Ask, verdict: LegVerdict & { kind: 'lossy' }): Promise<Finding> {
  const { node } = verdict.place.vantage;
  const { rule, evidence } = await findDroppingRule(ask, { kind: 'node', node }, QUERIES);
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
    confidence: 'proven',
    advisory: false,
    evidence: [...verdict.legs.map((leg) => leg.evidence), ...evidence],
    explains: [],
    remediations: [],
  };
}

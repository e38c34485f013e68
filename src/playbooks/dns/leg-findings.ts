// Turns what the legs have in common into findings: looks for the rule behind a blocked protocol or a cut-off node,
// and says where to go on when the trouble is not DNS.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask, InconclusiveReason } from '../../diagnosis/playbook.ts';
import { dropFinding, findDroppingRule } from '../branches/dropping-rule.ts';
import { dnsCodes } from './codes.ts';
import { DNS_NAMESPACE } from './inventory.ts';
import type { Server } from './legs.ts';
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
    case 'lossy':
      return { finding: lossy(verdict) };
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
  const nodes = verdict.node.split(', ');
  const searches = await Promise.all(
    nodes.map((node) => findDroppingRule(ask, { kind: 'node', node }, flow)),
  );
  const found = searches.find(({ rule }) => rule !== undefined);
  return {
    code,
    ...dnsCodes[code],
    params: { scope: verdict.scope, node: verdict.node, ...(found?.rule ? { rule: found.rule } : {}) },
    subject: verdict.scope === 'everywhere' ? { kind: 'cluster' } : { kind: 'node', name: verdict.node },
    ...(verdict.scope === 'everywhere' ? {} : { node: verdict.node }),
    confidence: 'proven',
    advisory: false,
    evidence: [
      ...verdict.legs.map(({ evidence }) => evidence),
      ...(found?.evidence ?? searches.flatMap(({ evidence }) => evidence)),
    ],
    explains: ['dns.intermittent-timeout', 'dns.upstream-failing'],
    remediations: [],
  };
}

/** Nothing gets out of the node's pods: a rule that says so is the cause, else the node's own path is in question. */
async function nodeCutOff(ask: Ask, verdict: LegVerdict & { kind: 'node-cut-off' }): Promise<LegFinding> {
  const search = await findDroppingRule(
    ask,
    { kind: 'node', node: verdict.node },
    { protocol: 'udp', port: DNS_PORT },
  );
  if (search.rule) {
    const legs = verdict.legs.map(({ evidence }) => evidence);
    return { finding: dropFinding(verdict.node, search.rule, [...search.evidence, ...legs]) };
  }
  return verdict.host
    ? elsewhere('path-between-nodes', `diagnose cross-node`)
    : elsewhere('pod-network', `diagnose pod node/${verdict.node}`);
}

async function podCutOff(ask: Ask, verdict: LegVerdict & { kind: 'pod-cut-off' }): Promise<LegFinding> {
  const { vantage } = verdict.place;
  const search = await findDroppingRule(ask, vantage, { protocol: 'udp', port: DNS_PORT });
  if (search.rule && vantage.kind === 'pod') {
    const legs = verdict.legs.map(({ evidence }) => evidence);
    return { finding: dropFinding(vantage.node, search.rule, [...search.evidence, ...legs], vantage.pod) };
  }
  const next =
    vantage.kind === 'pod' ? `diagnose pod ${vantage.pod.namespace}/${vantage.pod.name}` : 'diagnose cluster';
  return elsewhere('pod-network', next);
}

function lossy(verdict: LegVerdict & { kind: 'lossy' }): Finding {
  const { vantage } = verdict.place;
  return {
    code: 'dns.intermittent-timeout',
    ...dnsCodes['dns.intermittent-timeout'],
    params: { from: verdict.place.label, lost: verdict.lost, sent: verdict.sent },
    subject: { kind: 'node', name: vantage.node },
    node: vantage.node,
    confidence: 'proven',
    advisory: false,
    evidence: verdict.legs.map(({ evidence }) => evidence),
    explains: [],
    remediations: [],
  };
}

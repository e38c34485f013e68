// Traffic from a pod or node to one other end: what the other end is, and which examination that calls for. With a Service
// the sender's half of the way is walked here; what lies behind the Service is examined in its own branch.

import type { Finding } from '../../diagnosis/finding.ts';
import type { ElsewhereReason, Outcome, PlaybookContext } from '../../diagnosis/playbook.ts';
import type { Target } from '../../diagnosis/target.ts';
import { type Pod, Service } from '../../probes/api-objects.ts';
import { getObject } from '../../probes/api-reads.ts';
import { ipv4Range, rangeContains } from '../../probes/ipv4-range.ts';
import { type ExaminedAddress, examineFlowToAddress } from '../branches/flow-to-address.ts';
import { examineFlowToPod } from '../branches/flow-to-pod.ts';
import { examineFlowToService } from '../branches/flow-to-service.ts';
import { checkHttpAnswer } from '../branches/http-answer.ts';
import { explainState } from '../branches/pods/pod-state.ts';
import { asAdvice } from '../branches/suspect.ts';
import type { CniNetwork } from '../cni/network.ts';
import { conclude, elsewhere, unasked } from './conclude.ts';
import { type FarEnd, findFarEnd } from './destination.ts';
import type { ReadySource } from './source.ts';

export interface FlowContext extends PlaybookContext {
  target: Extract<Target, { kind: 'flow' }>;
  cni: CniNetwork;
  source: ReadySource;
}

export async function diagnoseFlow(context: FlowContext): Promise<Outcome> {
  const { ask, facts, target, source } = context;
  const end = await findFarEnd(ask, facts, source, target.to);
  switch (end.kind) {
    case 'pod':
      return diagnoseToPod(context, end.pod);
    case 'pod-without-network':
      return diagnoseWithoutNetwork(context, end.pod);
    case 'service':
      return diagnoseToService(context, end);
    case 'node':
    case 'itself':
    case 'outside':
      return diagnoseToAddress(context, end);
    case 'pod-gone':
      return elsewhere('pod-not-running', `diagnose pod ${end.pod.namespace}/${end.pod.name}`);
    case 'unresolved':
      return elsewhere('name-unresolved', dnsCommand(target, end.name));
    case 'unseen':
      return unasked(end.evidence);
  }
}

async function diagnoseToPod(context: FlowContext, to: Pod): Promise<Outcome> {
  const { ask, facts, cni, target, source } = context;
  const { port, protocol } = target;
  const from = source.vantage;
  const [examined, state, slow] = await Promise.all([
    examineFlowToPod(ask, facts, cni, { from, to, protocol, ...(port !== undefined && { port }) }),
    explainState(ask, facts, to),
    protocol === 'tcp' && port !== undefined ? checkHttpAnswer(ask, from, to, port) : undefined,
  ]);
  // A pod that is not ready may well answer who asks it directly.
  const isCause = examined.traffic === 'fails' && state?.code !== 'pod.not-ready';
  const states = [state && (isCause ? state : asAdvice(state)), slow].filter((each) => each !== undefined);
  return conclude({
    examined: [examined],
    states,
    otherwise:
      protocol === 'sctp'
        ? { why: 'protocol-untestable', next: withoutPort(context) }
        : unexplained(context, to.spec.nodeName),
    untried: protocol === 'udp',
  });
}

/** Nobody is there to talk to, and Kubernetes says why. */
export async function diagnoseWithoutNetwork({ ask, facts }: PlaybookContext, pod: Pod): Promise<Outcome> {
  const state = await explainState(ask, facts, pod);
  const next = `diagnose pod ${pod.metadata.namespace}/${pod.metadata.name}`;
  return state
    ? conclude({ examined: [], states: [state], otherwise: { why: 'pod-not-running', next } })
    : elsewhere('pod-not-running', next);
}

async function diagnoseToService(
  context: FlowContext,
  { namespace, name }: Extract<FarEnd, { kind: 'service' }>,
): Promise<Outcome> {
  const { ask, facts, cni, target, source } = context;
  const { port, protocol } = target;
  const from = source.vantage;
  const [examined, own] = await Promise.all([
    examineFlowToService(ask, facts, cni, {
      ...{ from, namespace, name, protocol },
      ...(port !== undefined && { port }),
    }),
    examineSender(context, namespace, name),
  ]);
  const findings = examined.traffic === 'passes' ? examined.findings : [...own, ...examined.findings];
  return conclude({
    examined: [{ ...examined, findings }],
    states: [],
    ...(target.from.kind === 'pod' && { asker: sourceWord(target) }),
    otherwise: unexplained(context, undefined),
    untried: protocol === 'udp',
  });
}

/** What stops the sender before any Service comes into it. */
async function examineSender(
  { ask, facts, cni, target, source }: FlowContext,
  namespace: string,
  name: string,
): Promise<Finding[]> {
  const found = await ask(getObject('services', Service, name, namespace));
  if (found.status === 'unavailable' || !found.value.found) return [];
  const { clusterIP, ports } = found.value.object.spec;
  const port = target.port ?? ports[0]?.port;
  if (clusterIP === '' || clusterIP === 'None' || port === undefined || target.protocol !== 'tcp') return [];
  const { findings } = await examineFlowToAddress(ask, facts, cni, {
    ...{ from: source.vantage, address: clusterIP, port, to: `${name}.${namespace}` },
  });
  return findings;
}

async function diagnoseToAddress(
  context: FlowContext,
  end: Extract<FarEnd, { kind: 'node' | 'itself' | 'outside' }>,
): Promise<Outcome> {
  const { ask, facts, cni, target, source } = context;
  if (end.kind !== 'itself' && !speaks(context, end.address))
    return elsewhere('family-missing', withoutPort(context));
  const port = target.protocol === 'tcp' ? target.port : undefined;
  const examined = await examineFlowToAddress(ask, facts, cni, {
    ...{ from: source.vantage, address: end.address, to: labelOf(context, end) },
    ...(port !== undefined && { port }),
    ...ownerOf(context, end),
  });
  if (target.protocol !== 'tcp' && target.port !== undefined && examined.traffic === 'passes')
    return conclude({
      examined: [{ ...examined, traffic: 'unknown' }],
      states: [],
      otherwise: { why: 'protocol-untestable', next: withoutPort(context) },
    });
  const otherwise = unexplained(context, end.kind === 'node' ? end.node : undefined);
  const why = end.kind === 'outside' ? strangeWhy(context, end.address, examined) : otherwise.why;
  return conclude({ examined: [examined], states: [], otherwise: { why, next: otherwise.next } });
}

/** What there is to say of an address that is nobody's, where no cause was found on the way. */
function strangeWhy(
  { facts }: FlowContext,
  address: string,
  { failsFromNode }: ExaminedAddress,
): ElsewhereReason {
  const wanted = ipv4Range(address);
  const isPods = facts.nodes.some(({ podCidrs }) =>
    podCidrs.some((range) => {
      const pods = ipv4Range(range);
      return pods !== undefined && wanted !== undefined && rangeContains(pods, wanted);
    }),
  );
  if (isPods) return 'address-unused';
  return failsFromNode ? 'beyond-cluster' : 'traffic-unexplained';
}

/** Whether the asker has an address of that family. */
function speaks({ source, facts }: FlowContext, address: string): boolean {
  const { vantage, pod } = source;
  const node = facts.nodes.find(({ name }) => name === vantage.node)?.addresses ?? [];
  const own =
    vantage.kind === 'pod' && pod ? [pod.status.podIP, ...pod.status.podIPs.map(({ ip }) => ip)] : node;
  return own.some((each) => each.includes(':') === address.includes(':'));
}

function ownerOf({ source }: FlowContext, end: FarEnd): { owner?: { node: string; pod?: Pod } } {
  if (end.kind === 'node') return { owner: { node: end.node } };
  if (end.kind !== 'itself') return {};
  const isOwn = source.vantage.kind === 'pod' && source.pod !== undefined;
  return { owner: { node: source.vantage.node, ...(isOwn && { pod: source.pod }) } };
}

function labelOf(
  { target }: FlowContext,
  { address, node, name }: { address: string; node?: string; name?: string },
): string {
  const port = target.port === undefined ? '' : `:${target.port}`;
  return `${name === undefined ? (node ?? address) : `${name} (${address})`}${port}`;
}

/** The next look, where this one ends without a cause. */
function unexplained(
  { source }: FlowContext,
  node: string | undefined,
): { why: 'traffic-unexplained'; next: string } {
  const from = source.vantage.node;
  const next =
    node === undefined || node === from ? 'diagnose cluster' : `diagnose cross-node ${from} ${node}`;
  return { why: 'traffic-unexplained', next };
}

const sourceWord = ({ from }: FlowContext['target']): string =>
  from.kind === 'pod' ? `${from.pod.namespace}/${from.pod.name}` : `node/${from.node}`;

const dnsCommand = (target: FlowContext['target'], name: string): string =>
  target.from.kind === 'pod' ? `diagnose dns ${sourceWord(target)} ${name}` : `diagnose dns ${name}`;

const withoutPort = ({ target }: FlowContext): string => `diagnose pod ${sourceWord(target)}`;

// Endpoints that nobody answers at. What is wrong on the way to one is a cause of its own, and the dead endpoint follows from it;
// pods that do not take the connection are the Service's own trouble: the wrong port when none of them listens there, else
// a dead endpoint.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { examineFlowToPod } from '../flow-to-pod.ts';
import { evidenceOf, reachOf } from '../reach.ts';
import { asAdvice } from '../suspect.ts';
import { isAlive, isDead, type TriedEndpoint } from './endpoint-ways.ts';
import { type DeadEndpoint, serviceCodes } from './service-codes.ts';
import { failureWords } from './service-tries.ts';
import { type ServiceView, targetOf } from './service-view.ts';

// Of several that fail for a reason that nobody saw, so many are examined hop by hop.
const MAX_EXAMINED = 2;

export interface DeadEndpoints {
  findings: Finding[];
  unchecked: Unavailable[];
}

interface Explained extends TriedEndpoint {
  /** On the way, or in how the process listens. */
  causes: Finding[];
  unchecked: Unavailable[];
}

export async function explainDeadEndpoints(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: NetworkVantage,
  view: ServiceView,
  tried: TriedEndpoint[],
): Promise<DeadEndpoints> {
  const dead = tried.filter(isDead);
  if (dead.length === 0) return { findings: [], unchecked: [] };
  const mismatch = checkTargetPort(view, tried);
  if (mismatch) return { findings: [mismatch], unchecked: [] };
  const examined = dead.filter((each) => each.pod && isMystery(each)).slice(0, MAX_EXAMINED);
  const explained = await Promise.all(
    dead.map(async (each): Promise<Explained> => {
      const own = { ...each, causes: causesOf(each.way.findings), unchecked: each.way.unchecked };
      if (!each.pod || !examined.includes(each)) return own;
      const { port } = each.endpoint;
      const flow = await examineFlowToPod(ask, facts, cni, { from, to: each.pod, port, protocol: 'tcp' });
      return { ...own, causes: causesOf(flow.findings), unchecked: flow.unchecked };
    }),
  );
  const alive = tried.filter(isAlive).length;
  return {
    findings: [
      ...explained.flatMap((each) => followed(view, each, alive)),
      ...lone(
        view,
        explained.filter(({ causes }) => causes.length === 0),
        alive,
      ),
    ],
    unchecked: explained.flatMap((each) => each.unchecked),
  };
}

/** That nobody listens there is what a dead endpoint is; everything else that was found explains it. */
const causesOf = (findings: Finding[]): Finding[] =>
  findings.filter(({ advisory, code }) => !advisory && code !== 'pod.not-listening');

/** Nothing was found yet that would say why. */
const isMystery = ({ way }: TriedEndpoint): boolean => way.findings.every(({ advisory }) => advisory);

/** The pods do listen, all of them, and none where the Service sends its clients. */
function checkTargetPort(view: ServiceView, tried: TriedEndpoint[]): Finding | undefined {
  const closed = tried.map(({ way }) => way.findings.find(({ code }) => code === 'pod.not-listening'));
  const ports = closed.flatMap((finding) =>
    finding?.code === 'pod.not-listening' ? finding.params.listening : [],
  );
  if (ports.length === 0 || closed.some((finding) => finding === undefined)) return undefined;
  const { askedPort = 0, port } = view;
  return {
    code: 'service.target-port-mismatch',
    ...serviceCodes['service.target-port-mismatch'],
    params: {
      service: view.label,
      port: `${askedPort}/${view.protocol}`,
      targetPort: String(view.isHeadless ? askedPort : (port?.targetPort ?? askedPort)),
      cause: view.isHeadless ? 'headless' : 'nobody-listens',
      instead: [...new Set(ports)].sort((a, b) => a - b).map(String),
    },
    ...ofService(
      view,
      closed.flatMap((finding) => finding?.evidence ?? []),
    ),
    explains: ['pod.not-listening', 'service.dead-endpoint'],
  };
}

/** The causes of one dead endpoint, and the endpoint as what follows from the first of them. */
function followed(view: ServiceView, each: Explained, alive: number): Finding[] {
  const [first, ...others] = each.causes;
  if (!first) return [];
  const cause: Finding = { ...first, explains: [...first.explains, 'service.dead-endpoint'] };
  if (first.confidence !== 'proven') return [first, ...others];
  const symptom = deadEndpoint(view, [each], alive);
  // A cause on a node accounts for what is seen on that node.
  return [cause, ...others, first.node === undefined ? symptom : { ...symptom, node: first.node }];
}

/** Dead from wherever it was tried. Where its own node reaches it, it lives, and something on the way was not found. */
function lone(view: ServiceView, dead: Explained[], alive: number): Finding[] {
  const nowhere = dead.filter(({ nearby }) => nearby === undefined || reachOf(nearby) !== 'reached');
  if (nowhere.length === 0) return [];
  const isSure = nowhere.some(({ nearby }) => nearby === undefined || reachOf(nearby) === 'unreached');
  const finding = deadEndpoint(view, nowhere, alive);
  return [isSure ? finding : { ...finding, confidence: 'likely' }];
}

function deadEndpoint(view: ServiceView, dead: TriedEndpoint[], alive: number): Finding {
  const attempts = dead.flatMap(({ way, nearby }) => [way.state.attempt, ...(nearby ? [nearby] : [])]);
  return {
    code: 'service.dead-endpoint',
    ...serviceCodes['service.dead-endpoint'],
    params: { service: view.label, dead: dead.map((each) => describe(view, each)), alive },
    ...ofService(view, [...attempts.flatMap(evidenceOf), view.evidence.slices]),
    explains: ['pod.not-listening'],
  };
}

function describe({ service }: ServiceView, { endpoint, pod, way }: TriedEndpoint): DeadEndpoint {
  const { tcp } = way.state.attempt;
  return {
    address: targetOf(endpoint),
    pod: pod ? `${service.metadata.namespace}/${pod.metadata.name}` : '',
    result: tcp.status === 'observed' ? failureWords(tcp.value, tcp.ms) : tcp.reason,
  };
}

/** What findings about a Service as such share. */
export const ofService = ({ service }: ServiceView, evidence: Evidence<unknown>[]) =>
  ({
    subject: {
      kind: 'service',
      namespace: service.metadata.namespace,
      name: service.metadata.name,
    },
    confidence: 'proven',
    advisory: false,
    evidence: [...new Set(evidence)],
    remediations: [],
  }) satisfies Partial<Finding>;

/** The node's rules do not lead there: others may be sent there, this sender is not. */
export const spared = (findings: Finding[], targets: string[] | undefined): Finding[] =>
  findings.map((finding) =>
    finding.code === 'service.dead-endpoint' &&
    targets !== undefined &&
    finding.params.dead.every(({ address }) => !targets.includes(address))
      ? asAdvice(finding)
      : finding,
  );

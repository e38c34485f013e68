// A Service with nobody behind it: it selects no pod, its pods are not ready, none has the port by that name, none is on the node
// that must have one. What keeps its pods from being ready is the cause where it is more than the application itself.

import type { Evidence, Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { Pod, Workload } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { onceEach } from '../examine-ways.ts';
import { examineFlowToPod } from '../flow-to-pod.ts';
import { hasPodNetwork, isReady } from '../peer-pods.ts';
import { explainState } from '../pods/pod-state.ts';
import { ofService } from './dead-endpoints.ts';
import { nearestPod } from './nearest-labels.ts';
import { serviceCodes } from './service-codes.ts';
import { canBeAsked } from './service-tries.ts';
import type { ServiceView } from './service-view.ts';

// The state of so many pods is quoted; they are usually alike.
const MAX_PODS = 3;
// A namespace may hold thousands; the selector's near miss is among the first few hundred.
const MAX_CANDIDATES = 500;

export interface MissingEndpoints {
  findings: Finding[];
  unchecked: Unavailable[];
}

/** `proof`: what was seen to fail. */
export async function explainMissingEndpoints(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  view: ServiceView,
  proof: Evidence<unknown>[],
): Promise<MissingEndpoints> {
  const { slices, pods } = view.evidence;
  const unread = [slices, pods].filter((each) => each?.status === 'unavailable');
  if (unread.length > 0) return { findings: [], unchecked: unread.filter((each) => each !== undefined) };
  if (Object.keys(view.service.spec.selector).length === 0)
    return found(notReady(view, { cause: 'none-made', pods: [], workload: '' }, [...proof, slices]));
  if (view.pods.length === 0) return withoutPods(ask, view, proof);
  const ready = view.pods.filter(isReady);
  const isNamed = typeof view.port?.targetPort === 'string';
  if (isNamed && ready.length > 0 && view.listed.targets.length === 0) return found(nameAbsent(view, proof));
  if (ready.length > 0)
    return found(
      notReady(view, { cause: 'unlisted', pods: [], workload: '' }, [...proof, slices, ...listOf(pods)]),
    );
  return withUnreadyPods(ask, facts, cni, view, proof);
}

const listOf = <T>(item: T | undefined): T[] => (item === undefined ? [] : [item]);
const found = (...findings: Finding[]): MissingEndpoints => ({ findings, unchecked: [] });

type NoEndpoints = Extract<Finding, { code: 'service.no-ready-endpoints' }>;

const notReady = (
  view: ServiceView,
  params: Omit<NoEndpoints['params'], 'service'>,
  evidence: Evidence<unknown>[],
): NoEndpoints => ({
  code: 'service.no-ready-endpoints',
  ...serviceCodes['service.no-ready-endpoints'],
  params: { service: view.label, ...params },
  ...ofService(view, evidence),
  explains: ['pod.not-ready', 'pod.not-running'],
});

/** The selector fits no pod: nobody runs them at the moment, or it is wrong. */
async function withoutPods(
  ask: Ask,
  view: ServiceView,
  proof: Evidence<unknown>[],
): Promise<MissingEndpoints> {
  const { namespace } = view.service.metadata;
  const { selector } = view.service.spec;
  const [deployments, pods] = await Promise.all([
    ask(listObjects('deployments', Workload, { namespace })),
    ask(listObjects('pods', Pod, { namespace, limit: MAX_CANDIDATES })),
  ]);
  const idle =
    deployments.status === 'observed'
      ? deployments.value.find((each) => each.spec.replicas === 0 && makes(each, selector))
      : undefined;
  const evidence = [...proof, ...listOf(view.evidence.pods), view.evidence.service];
  if (idle)
    return found(
      notReady(view, { cause: 'scaled-to-zero', pods: [], workload: idle.metadata.name }, [
        ...evidence,
        deployments,
      ]),
    );
  const nearest = pods.status === 'observed' ? nearestPod(selector, pods.value) : undefined;
  return {
    findings: [
      {
        code: 'service.selector-matches-nothing',
        ...serviceCodes['service.selector-matches-nothing'],
        params: {
          service: view.label,
          selector: Object.entries(selector)
            .map(([key, value]) => `${key}=${value}`)
            .join(','),
          ...(nearest && { nearest }),
        },
        ...ofService(view, [...evidence, pods]),
        explains: [],
      },
    ],
    unchecked: [deployments, pods].filter((each) => each.status === 'unavailable'),
  };
}

const makes = ({ spec }: Workload, selector: Record<string, string>): boolean => {
  const labels = { ...spec.selector.matchLabels, ...spec.template?.metadata?.labels };
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
};

function nameAbsent(view: ServiceView, proof: Evidence<unknown>[]): Finding {
  const { port = 0, targetPort = '' } = view.port ?? {};
  const declared = view.pods.flatMap(({ spec }) => spec.containers.flatMap(({ ports }) => ports));
  const names = declared.map(({ name, containerPort }) =>
    name === undefined ? String(containerPort) : `${name} (${containerPort})`,
  );
  return {
    code: 'service.target-port-mismatch',
    ...serviceCodes['service.target-port-mismatch'],
    params: {
      service: view.label,
      port: `${port}/${view.protocol}`,
      targetPort: String(targetPort),
      cause: 'name-absent',
      instead: [...new Set(names)].sort(),
    },
    ...ofService(view, [...proof, view.evidence.slices, ...listOf(view.evidence.pods)]),
    explains: [],
  };
}

/** Pods that are not ready, each with Kubernetes' own words; what is not the application's doing is a cause. */
async function withUnreadyPods(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  view: ServiceView,
  proof: Evidence<unknown>[],
): Promise<MissingEndpoints> {
  const unready = view.pods.filter((pod) => !isReady(pod)).slice(0, MAX_PODS);
  const [states, probed] = await Promise.all([
    Promise.all(unready.map((pod) => explainState(ask, facts, pod))),
    Promise.all(unready.filter(isRunning).map((pod) => probeAsKubelet(ask, facts, cni, view, pod))),
  ]);
  const known = states.filter((state) => state !== undefined);
  const causes = onceEach([...known, ...probed.flat()]).filter(
    ({ layer, advisory }) => layer !== 'app' && !advisory,
  );
  const evidence = [...proof, view.evidence.slices, ...listOf(view.evidence.pods)];
  const symptom = notReady(
    view,
    {
      cause: 'not-ready',
      pods: unready.map((pod, at) => ({ name: pod.metadata.name, why: wordsOf(states[at], pod) })),
      workload: '',
    },
    [...evidence, ...known.flatMap((state) => state.evidence)],
  );
  const [first] = causes;
  if (!first) return found(symptom);
  return found(
    ...causes.map((cause): Finding => ({ ...cause, explains: [...cause.explains, symptom.code] })),
    first.node === undefined ? symptom : { ...symptom, node: first.node },
  );
}

const isRunning = (pod: Pod): boolean => hasPodNetwork(pod) && pod.spec.nodeName !== '';

/** A readiness probe comes from the pod's own node: when that way is broken, no application helps. */
async function probeAsKubelet(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  view: ServiceView,
  pod: Pod,
): Promise<Finding[]> {
  const { nodeName } = pod.spec;
  if (!facts.nodes.some((node) => node.name === nodeName && canBeAsked(node))) return [];
  const target = view.port?.targetPort ?? view.port?.port;
  const examined = await examineFlowToPod(ask, facts, cni, {
    ...{ from: { kind: 'node', node: nodeName }, to: pod, protocol: 'tcp' },
    ...(typeof target === 'number' && view.protocol === 'tcp' && { port: target }),
  });
  return examined.findings;
}

function wordsOf(state: Finding | undefined, { metadata, status }: Pod): string {
  if (state?.code === 'pod.not-running') return [state.params.cause, state.params.detail].join(': ');
  if (state?.code === 'pod.not-ready' || state?.code === 'pod.sandbox-failed') return state.params.detail;
  return metadata.deletionTimestamp === undefined ? status.phase : 'Terminating';
}

// States of a CNI's own components that the lab cannot stage, or that do not last there: from recorded drills with some
// answers changed.

import type { Answer, Question } from '../../../src/cluster/access.ts';
import type { Node, Pod, Workload } from '../../../src/probes/api-objects.ts';
import { listing, lists, reading, unavailable } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

const isAgents = (question: Question): boolean =>
  lists(question, 'pods') && JSON.stringify(question).includes('app=flannel');

const isAgentOf = ({ spec }: Pod, node: string): boolean => spec.nodeName === node;

const readsStateFile = (question: Question, node: string): boolean =>
  question.via === 'node' &&
  question.node === node &&
  question.command.kind === 'read-node-file' &&
  question.command.path === '/run/flannel/subnet.env';

const joinedAt =
  (at: string) =>
  (node: Node): Node => ({ ...node, metadata: { ...node.metadata, creationTimestamp: at } });

export const cniHealthCases: RecordedCase[] = [
  {
    title: 'cni-health: nodes without an agent of ours leave it open',
    from: 'cni-healthy',
    change: (question, answer) => (question.via === 'node' ? unavailable(answer, 'no-vantage') : undefined),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage', 'no-vantage', 'no-vantage'],
  },
  {
    title: 'cni-health: without the pods of its agents a CNI is not called healthy',
    from: 'cni-healthy',
    change: (question, answer) => (isAgents(question) ? unavailable(answer, 'forbidden') : undefined),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['forbidden'],
  },
  {
    title:
      'cni-health: a node that has just joined and that the selector leaves out has no agent all the same',
    from: 'cni-agent-not-selected',
    change: (question, answer) =>
      lists(question, 'nodes') ? listing<Node>(answer, joinedAt(answer.at)) : undefined,
    outcome: 'root-cause',
    findings: [
      { code: 'cni.agent-missing', subject: 'node n2', node: 'n2', params: { cause: 'not-selected' } },
    ],
  },
  {
    title: 'cni-health: a node that has just joined and has no agent yet is given its time',
    from: 'cni-healthy',
    change: (question, answer) => {
      if (lists(question, 'nodes')) return listing<Node>(answer, joinedAt(answer.at));
      return isAgents(question)
        ? listing<Pod>(answer, (pod) => (isAgentOf(pod, 'n2') ? undefined : pod))
        : undefined;
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'cni-health: agents of two versions are worth a word',
    from: 'cni-healthy',
    change: (question, answer) =>
      isAgents(question)
        ? listing<Pod>(answer, (pod) => (isAgentOf(pod, 'n2') ? withImage(pod, 'flannel:v0.26.0') : pod))
        : undefined,
    outcome: 'cleared',
    findings: [
      {
        code: 'cni.version-skew',
        subject: 'daemonset kube-flannel/kube-flannel-ds',
        advisory: true,
        params: {
          versions: [
            { image: 'ghcr.io/flannel-io/flannel:v0.28.4', nodes: ['n1', 'n3'] },
            { image: 'flannel:v0.26.0', nodes: ['n2'] },
          ],
        },
      },
    ],
  },
  {
    title: 'cni-health: a node whose route the cloud could not make says so',
    from: 'cni-healthy',
    change: (question, answer) =>
      lists(question, 'nodes')
        ? listing<Node>(answer, (node) => (node.metadata.name === 'n2' ? withoutRoute(node) : node))
        : undefined,
    outcome: 'root-cause',
    findings: [
      {
        code: 'cni.network-unavailable',
        subject: 'node n2',
        node: 'n2',
        params: { reason: 'NoRouteCreated' },
      },
    ],
  },
  {
    title: 'cni-health: a state file that ends in the middle is named with what it lacks',
    from: 'cni-healthy',
    change: (question, answer) =>
      readsStateFile(question, 'n3')
        ? reading(answer, 'FLANNEL_NETWORK=10.244.0.0/16\nFLANNEL_SUBNET=10.244.0.1/24\n')
        : undefined,
    outcome: 'root-cause',
    findings: [
      {
        code: 'cni.state-file-missing',
        subject: 'node n3',
        node: 'n3',
        confidence: 'likely',
        params: { cause: 'incomplete', detail: 'FLANNEL_MTU' },
      },
    ],
  },
  {
    title: 'cni-health: what a pod is told is enough where a node’s files cannot be read',
    from: 'cni-binary-removed',
    change: (question, answer) => (question.via === 'node' ? unavailable(answer, 'no-vantage') : undefined),
    outcome: 'root-cause',
    findings: [
      {
        code: 'cni.binary-missing',
        subject: 'node n2',
        node: 'n2',
        params: { plugins: ['bridge'], folder: '/opt/cni/bin', cause: 'missing' },
      },
    ],
  },
  {
    title: 'cni-health: an event about a pod that was made anew since is no proof',
    from: 'cni-binary-removed',
    change: (question, answer) => (gets(question, 'pods') ? madeAnew(answer) : undefined),
    outcome: 'root-cause',
    findings: [
      { code: 'cni.binary-missing', subject: 'node n2', node: 'n2', confidence: 'likely', params: {} },
    ],
  },
  {
    title: 'cni-health: a runtime without a network is believed, though its folder cannot be read',
    from: 'cni-config-removed',
    change: (question, answer) => (question.via === 'node' ? unavailable(answer, 'no-vantage') : undefined),
    outcome: 'root-cause',
    findings: [{ code: 'cni.not-initialized', subject: 'node n2', node: 'n2', params: { cause: 'unseen' } }],
  },
  {
    title: 'cni-health: an empty folder on a node that is ready is no accusation',
    from: 'cni-config-removed',
    change: (question, answer) =>
      lists(question, 'nodes') ? listing<Node>(answer, (node) => readyAgain(node)) : undefined,
    outcome: 'cleared',
    findings: [
      {
        code: 'cni.not-initialized',
        subject: 'node n2',
        node: 'n2',
        confidence: 'likely',
        advisory: true,
        params: { cause: 'elsewhere' },
      },
    ],
  },
  {
    title: 'cni-health: of a CNI that nobody knows the nodes are examined all the same',
    from: 'cni-healthy',
    change: (question, answer) =>
      lists(question, 'daemonsets')
        ? listing<Workload>(answer, (each) => (each.metadata.name.includes('flannel') ? undefined : each))
        : lists(question, 'nodes')
          ? listing<Node>(answer, (node) => ({ ...node, metadata: { ...node.metadata, annotations: {} } }))
          : undefined,
    outcome: 'cleared',
    findings: [],
  },
];

function readyAgain(node: Node): Node {
  const conditions = node.status.conditions.map((condition) =>
    condition.type === 'Ready'
      ? { ...condition, status: 'True', reason: 'KubeletReady', message: '' }
      : condition,
  );
  return { ...node, status: { ...node.status, conditions } };
}

function madeAnew(answer: Answer): Answer {
  if (answer.status !== 'answered' || answer.raw.kind !== 'object')
    throw new Error('no pod was recorded here');
  const object = structuredClone(answer.raw.object as Pod);
  object.metadata.uid = '00000000-0000-4000-8000-000000000000';
  return { ...answer, raw: { ...answer.raw, object } };
}

const gets = (question: Question, resource: string): boolean =>
  question.via === 'api' && question.read.verb === 'get' && question.read.resource === resource;

function withImage(pod: Pod, image: string): Pod {
  const containers = pod.spec.containers.map((container) => ({ ...container, image }));
  return { ...pod, spec: { ...pod.spec, containers } };
}

function withoutRoute(node: Node): Node {
  const others = node.status.conditions.filter(({ type }) => type !== 'NetworkUnavailable');
  const condition = {
    type: 'NetworkUnavailable',
    status: 'True',
    reason: 'NoRouteCreated',
    message: 'RouteController failed to create a route',
  };
  return { ...node, status: { ...node.status, conditions: [...others, condition] } };
}

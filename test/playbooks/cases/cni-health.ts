// States of a CNI's own components that the lab cannot stage, or that do not last there: from recorded drills with some
// answers changed.

import type { Node, Pod } from '../../../src/probes/api-objects.ts';
import { listing, lists, reading, unavailable } from '../../support/spoiled-drills.ts';
import type { RecordedCase } from './recorded-case.ts';

const isAgents = (question: Parameters<RecordedCase['change']>[0]): boolean =>
  lists(question, 'pods') && JSON.stringify(question).includes('app=flannel');

const isAgentOf = ({ spec }: Pod, node: string): boolean => spec.nodeName === node;

const readsStateFile = (question: Parameters<RecordedCase['change']>[0], node: string): boolean =>
  question.via === 'node' &&
  question.node === node &&
  question.command.kind === 'read-node-file' &&
  question.command.path === '/run/flannel/subnet.env';

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
];

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

// Something could not be seen. It never reads as fine: either the verdict is open, or it says what was not checked.

import type { Question } from '../../../src/cluster/access.ts';
import { answer, block, DNS_ADDRESS, pick, refuse, type World } from '../../support/world.ts';
import { crash } from '../../support/world-objects.ts';
import { type Case, name, pod } from './case.ts';

const removeAgent = (world: World, ...names: string[]): void => {
  world.pods = world.pods.filter(({ metadata }) => !names.includes(metadata.name));
  refuse(
    world,
    'no agent',
    'no-vantage',
    (question) => question.via === 'node' && names.includes(`agent-${question.node.slice(1)}`),
  );
};

const isDig = (question: Question): boolean =>
  question.via === 'node' && question.command.kind === 'run' && question.command.argv[0] === 'dig';

const reads =
  (verb: 'list' | 'get' | 'log', resource?: string, namespace?: string) =>
  (question: Question): boolean =>
    question.via === 'api' &&
    question.read.verb === verb &&
    (resource === undefined || ('resource' in question.read && question.read.resource === resource)) &&
    (namespace === undefined || ('namespace' in question.read && question.read.namespace === namespace));

export const inconclusiveCases: Case[] = [
  {
    title: 'without an agent anywhere a healthy-looking cluster is not cleared',
    spoil: (world) => {
      world.pods = world.pods.filter(({ metadata }) => metadata.namespace !== 'cni-triage');
      refuse(world, 'no agent anywhere', 'no-vantage', ({ via }) => via === 'node');
    },
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage', 'no-vantage', 'no-vantage'],
  },
  {
    title: 'without an agent anywhere what objects prove is still told',
    spoil: (world) => {
      world.pods = world.pods.filter(
        ({ metadata }) => metadata.namespace !== 'cni-triage' && !metadata.name.startsWith('coredns'),
      );
      pick(world.deployments, 'coredns').spec.replicas = 0;
      refuse(world, 'no agent anywhere', 'no-vantage', ({ via }) => via === 'node');
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-down',
        subject: 'deployment kube-system/coredns',
        params: { cause: 'scaled-to-zero' },
      },
    ],
  },
  {
    title: 'a node without an agent is named as not checked',
    spoil: (world) => removeAgent(world, 'agent-3'),
    outcome: 'cleared',
    findings: [],
    unchecked: ['dns.query@n3'],
  },
  {
    title: 'a pod on a node without an agent is not cleared by the others',
    spoil: (world) => removeAgent(world, 'agent-3'),
    target: pod('web-3'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['no-vantage'],
  },
  {
    title: 'queries that the agent cannot finish in time are not failures of DNS',
    spoil: (world) => refuse(world, 'no dig result', 'timeout', isDig),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['timeout', 'timeout', 'timeout'],
  },
  {
    title: 'an agent image without dig is told so',
    spoil: (world) => refuse(world, 'no dig', 'tool-missing', isDig),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['tool-missing', 'tool-missing', 'tool-missing'],
  },
  {
    title: 'a Corefile that may not be read is named as not checked',
    spoil: (world) => refuse(world, 'Corefile', 'forbidden', reads('get', 'configmaps')),
    outcome: 'cleared',
    findings: [],
    unchecked: ['api.get@api'],
  },
  {
    title: 'a wrong answer is not blamed on CoreDNS’ API access while the Corefile is unread',
    spoil: (world) => {
      refuse(world, 'Corefile', 'forbidden', reads('get', 'configmaps'));
      answer(world, 'web.shop.svc.cluster.local.', { rcode: 'NXDOMAIN', addresses: [] });
    },
    target: name('web.shop', 'web-3'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['answer-unexplained'],
  },
  {
    title:
      'Services that may not be listed are named as not checked, and their address is known from the kubelet',
    spoil: (world) => refuse(world, 'Services', 'forbidden', reads('list', 'services', 'kube-system')),
    outcome: 'cleared',
    findings: [],
    unchecked: ['api.list@api'],
  },
  {
    title: 'CoreDNS pods that may not be listed are named as not checked',
    spoil: (world) => refuse(world, 'pods', 'forbidden', reads('list', 'pods', 'kube-system')),
    outcome: 'cleared',
    findings: [],
    unchecked: ['api.list@api'],
  },
  {
    title: 'a dead Service behind pods that may not be listed is not cleared',
    spoil: (world) => {
      refuse(world, 'pods', 'forbidden', reads('list', 'pods', 'kube-system'));
      block(world, { to: DNS_ADDRESS });
    },
    outcome: 'inconclusive',
    findings: [],
    reasons: ['forbidden'],
  },
  {
    title: 'a crash whose log may not be read is still a crash, only likely explained',
    spoil: (world) => {
      refuse(world, 'logs', 'forbidden', reads('log'));
      for (const each of world.pods.filter(({ metadata }) => metadata.name.startsWith('coredns')))
        crash(each, 'Error', 1);
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-crashing',
        subject: 'pod kube-system/coredns-a',
        confidence: 'likely',
        params: { cause: 'other', line: '' },
      },
    ],
  },
  {
    title: 'kubelet settings that cannot be read leave the Service’s own address to go by',
    spoil: (world) =>
      refuse(
        world,
        'kubelet settings',
        'forbidden',
        (question) => question.via === 'node' && question.command.kind === 'kubelet-settings',
      ),
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'a resolv.conf that cannot be read keeps a named pod from being cleared unseen',
    spoil: (world) =>
      refuse(
        world,
        'resolv.conf',
        'forbidden',
        (question) =>
          question.via === 'node' &&
          question.command.kind === 'read-pod-file' &&
          question.netns !== 'host' &&
          question.netns.podUid === 'uid-shop-web-3',
      ),
    target: pod('web-3'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['forbidden'],
  },
  {
    title: 'firewall rules that cannot be read leave the block proven and its rule unknown',
    spoil: (world) => {
      block(world, { from: 'n3', protocol: 'udp' });
      refuse(
        world,
        'rules',
        'tool-missing',
        (question) =>
          question.via === 'node' && question.command.kind === 'run' && question.command.argv[0] !== 'dig',
      );
    },
    outcome: 'root-cause',
    findings: [{ code: 'dns.udp-blocked', subject: 'node n3', node: 'n3', params: { rule: undefined } }],
  },
  {
    title: 'a pod that is not running is handed over',
    spoil: (world) => {
      pick(world.pods, 'web-3').status.phase = 'Pending';
    },
    target: pod('web-3'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['pod-not-running'],
  },
  {
    title: 'a pod that may not be read is not cleared by looking at the rest of the cluster',
    spoil: (world) =>
      refuse(
        world,
        'the pod',
        'forbidden',
        (question) => reads('get', 'pods')(question) || reads('list', 'pods', 'shop')(question),
      ),
    target: pod('web-3'),
    outcome: 'inconclusive',
    findings: [],
    reasons: ['forbidden'],
  },
];

// CoreDNS itself does not serve: scaled away, not started, crashing, cut off from the API server.

import { pick, type World } from '../../support/world.ts';
import { crash, makeWarning, pend, unready } from '../../support/world-objects.ts';
import type { Case } from './case.ts';

const coredns = (world: World) =>
  world.pods.filter(({ metadata }) => metadata.labels['k8s-app'] === 'kube-dns');
const withoutCoredns = (world: World): void => {
  world.pods = world.pods.filter(({ metadata }) => metadata.labels['k8s-app'] !== 'kube-dns');
};
const crashAll = (world: World, log: string, reason = 'Error'): void => {
  for (const pod of coredns(world)) {
    crash(pod, reason, reason === 'OOMKilled' ? 137 : 1);
    world.logs[pod.metadata.name] = { current: '', previous: log };
  }
};

const LOOP =
  '[FATAL] plugin/loop: Loop (127.0.0.1:36781 -> :53) detected for zone ".", see https://coredns.io/plugins/loop#troubleshooting. Query: "HINFO 4547991504243258144.3688648895315093531."';
const COREFILE_ERROR = "/etc/coredns/Corefile:3 - Error during parsing: Unknown directive 'kuberntes'";
const FORBIDDEN =
  '[ERROR] plugin/kubernetes: Failed to watch *v1.EndpointSlice: failed to list *v1.EndpointSlice: endpointslices.discovery.k8s.io is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource "endpointslices" in API group "discovery.k8s.io" at the cluster scope';
const API_TIMEOUT =
  '[ERROR] plugin/kubernetes: Failed to watch *v1.Service: failed to list *v1.Service: Get "https://10.96.0.1:443/api/v1/services": dial tcp 10.96.0.1:443: i/o timeout';

const STARVED =
  '[WARNING] plugin/health: Local health request to "http://:8080/health" took more than 1s: 1.9s';

const DEPLOYMENT = 'deployment kube-system/coredns';

const down = (cause: string, more: object = {}) => ({
  code: 'dns.coredns-down' as const,
  subject: DEPLOYMENT,
  params: { cause, ...more },
});

export const corednsPodCases: Case[] = [
  {
    title: 'CoreDNS scaled to zero is named as the one cause',
    spoil: (world) => {
      withoutCoredns(world);
      pick(world.deployments, 'coredns').spec.replicas = 0;
    },
    outcome: 'root-cause',
    findings: [down('scaled-to-zero', { desired: 0, deployment: 'kube-system/coredns' })],
  },
  {
    title: 'a deleted CoreDNS Deployment is named as missing',
    spoil: (world) => {
      withoutCoredns(world);
      world.deployments = [];
    },
    outcome: 'root-cause',
    findings: [down('deployment-missing')],
  },
  {
    title: 'pods that a quota or admission keeps from being created are told with Kubernetes’ own words',
    spoil: (world) => {
      withoutCoredns(world);
      world.events.push(
        makeWarning('kube-system', 'coredns-66bc5c9577', 'exceeded quota: pods, requested: pods=1'),
      );
    },
    outcome: 'root-cause',
    findings: [down('not-created', { detail: 'exceeded quota: pods, requested: pods=1', desired: 2 })],
  },
  {
    title: 'CoreDNS pods that no node accepts are down as unschedulable',
    spoil: (world) => {
      for (const pod of coredns(world)) {
        pend(pod, { reason: '', message: '' }, [
          'PodScheduled',
          '0/3 nodes are available: 3 Insufficient cpu.',
        ]);
        pod.spec.nodeName = '';
        pod.status.containerStatuses = [];
      }
    },
    outcome: 'root-cause',
    findings: [down('unschedulable', { detail: '0/3 nodes are available: 3 Insufficient cpu.' })],
  },
  {
    title: 'an image that cannot be pulled is named',
    spoil: (world) => {
      for (const pod of coredns(world))
        pend(pod, { reason: 'ImagePullBackOff', message: 'Back-off pulling image "coredns:v9"' });
    },
    outcome: 'root-cause',
    findings: [down('image', { detail: 'Back-off pulling image "coredns:v9"' })],
  },
  {
    title: 'CoreDNS pods without a network are down for want of a sandbox',
    spoil: (world) => {
      for (const pod of coredns(world))
        pend(pod, { reason: 'ContainerCreating', message: '' }, [
          'PodReadyToStartContainers',
          'plugin type="flannel" failed (add): open /run/flannel/subnet.env: no such file',
        ]);
    },
    outcome: 'root-cause',
    findings: [down('sandbox')],
  },
  {
    title: 'CoreDNS pods that run and are not ready are down as not ready',
    spoil: (world) => {
      for (const pod of coredns(world)) {
        unready(pod, 'containers with unready status: [main]');
        world.logs[pod.metadata.name] = { current: '.:53\nCoreDNS-1.12.1\n' };
      }
    },
    outcome: 'root-cause',
    findings: [down('not-ready')],
  },
  {
    title: 'a Corefile that CoreDNS cannot parse is quoted with its line',
    spoil: (world) => crashAll(world, COREFILE_ERROR),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-crashing',
        subject: 'pod kube-system/coredns-a',
        params: { cause: 'corefile-error', line: COREFILE_ERROR, ready: 0 },
      },
    ],
  },
  {
    title: 'a forwarding loop is named from the log of the crashed container',
    spoil: (world) => crashAll(world, `.:53\n${LOOP}\n`),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-crashing',
        subject: 'pod kube-system/coredns-a',
        params: { cause: 'loop', line: LOOP, pods: ['coredns-a', 'coredns-b'], ready: 0 },
      },
    ],
  },
  {
    title: 'CoreDNS killed for memory is told so, whatever its log says',
    spoil: (world) => crashAll(world, '.:53\n', 'OOMKilled'),
    outcome: 'root-cause',
    findings: [
      { code: 'dns.coredns-crashing', subject: 'pod kube-system/coredns-a', params: { cause: 'oom' } },
    ],
  },
  {
    title: 'a crash whose log says nothing known is likely, not proven',
    spoil: (world) => crashAll(world, '.:53\nsegmentation violation\n'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-crashing',
        subject: 'pod kube-system/coredns-a',
        confidence: 'likely',
        params: { cause: 'other', line: 'segmentation violation' },
      },
    ],
  },
  {
    title: 'one crashing replica beside a healthy one is named with the number that still answers',
    spoil: (world) => {
      crash(pick(world.pods, 'coredns-b'), 'Error', 1);
      world.logs['coredns-b'] = { current: '', previous: LOOP };
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.coredns-crashing',
        subject: 'pod kube-system/coredns-b',
        params: { cause: 'loop', pods: ['coredns-b'], ready: 1 },
      },
    ],
  },
  {
    title: 'CoreDNS that may not list endpoints and is not ready has lost its API access',
    spoil: (world) => {
      for (const pod of coredns(world)) {
        unready(pod, 'containers with unready status: [main]');
        world.logs[pod.metadata.name] = { current: FORBIDDEN };
      }
      world.denied = { 'list endpointslices': true, 'watch endpointslices': true };
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.api-access-lost',
        subject: 'pod kube-system/coredns-a',
        params: { cause: 'forbidden', line: FORBIDDEN, user: 'system:serviceaccount:kube-system:coredns' },
      },
    ],
  },
  {
    title: 'missing permission is advice while replicas still answer from what they once read',
    spoil: (world) => {
      world.denied = { 'list services': true };
    },
    outcome: 'cleared',
    findings: [
      {
        code: 'dns.api-access-lost',
        subject: 'pod kube-system/coredns-a',
        advisory: true,
        params: { cause: 'forbidden', line: 'list services' },
      },
    ],
  },
  {
    title: 'CoreDNS that cannot reach the API server is told apart from one without permission',
    spoil: (world) => {
      for (const pod of coredns(world)) {
        unready(pod, 'containers with unready status: [main]');
        world.logs[pod.metadata.name] = { current: API_TIMEOUT };
      }
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.api-access-lost',
        subject: 'pod kube-system/coredns-a',
        params: { cause: 'unreachable', line: API_TIMEOUT },
      },
    ],
  },
  {
    title: 'CoreDNS that answers late and says why is overloaded',
    spoil: (world) => {
      world.latencyMs = 900;
      world.logs['coredns-a'] = { current: `.:53\n${STARVED}\n` };
    },
    outcome: 'root-cause',
    findings: [{ code: 'dns.overloaded', subject: DEPLOYMENT, params: { medianMs: 900, line: STARVED } }],
  },
  {
    title: 'CoreDNS that answers late without a word in its log is likely overloaded',
    spoil: (world) => {
      world.latencyMs = 900;
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.overloaded',
        subject: DEPLOYMENT,
        confidence: 'likely',
        params: { medianMs: 900, line: '' },
      },
    ],
  },
  {
    title: 'a slow network is not an overloaded CoreDNS',
    spoil: (world) => {
      world.latencyMs = 120;
    },
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'a replica that went down with its node is bad for that reason',
    spoil: (world) => {
      const ready = pick(world.nodes, 'n2').status.conditions[0];
      Object.assign(ready ?? {}, { status: 'Unknown', message: 'Kubelet stopped posting node status.' });
      unready(pick(world.pods, 'coredns-b'), '');
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.replica-bad',
        subject: 'pod kube-system/coredns-b',
        node: 'n2',
        params: { cause: 'node-not-ready', detail: 'Kubelet stopped posting node status.', good: 1 },
      },
    ],
  },
];

// What a Service leads to does not answer: no process, one that listens to itself only, one that is not ready, none at all.

import type { Fault } from '../../fault.ts';
import { cableOf } from '../pod/victim.ts';
import { bothPods, fluctuates, idle, own, SHELF, serve, shelfCause, shelfDrill } from './shelf.ts';

const [first, second] = bothPods.map(({ name }) => name) as [string, string];
const everyPod = (more: object) => bothPods.map((pod) => ({ ...pod, ...more }));

export const nothingListens: Fault = shelfDrill({
  name: 'nothing-listens',
  pods: everyPod({ command: idle }),
  expect: shelfCause('service.dead-endpoint', { service: SHELF, alive: 0 }),
});

export const listensOnLoopback: Fault = shelfDrill({
  name: 'listens-on-loopback',
  pods: everyPod({ command: serve('127.0.0.1:8080') }),
  expect: {
    outcome: 'root-cause',
    causes: [first, second].map((name) => ({
      code: 'pod.listening-on-loopback',
      subject: { kind: 'pod', namespace: 'shop', name },
      params: { port: 8080 },
    })),
  },
});

export const notReady: Fault = shelfDrill({
  name: 'not-ready',
  pods: everyPod({
    container: { readinessProbe: { httpGet: { path: '/missing', port: 8080 }, periodSeconds: 1 } },
  }),
  ready: false,
  isBroken: async (lab) =>
    (await lab.kubectl(['get', 'events', '-n', 'shop'])).includes('Readiness probe failed'),
  expect: shelfCause('service.no-ready-endpoints', { cause: 'not-ready' }),
});

export const crashing: Fault = shelfDrill({
  name: 'crashing',
  pods: everyPod({ command: ['sh', '-c', 'echo no database; exit 3'] }),
  ready: false,
  isBroken: async (lab) => {
    const pods = await lab.kubectl(['get', 'pods', '-n', 'shop', '-l', 'app=shelf']);
    return pods.split('CrashLoopBackOff').length === 3;
  },
  expect: shelfCause('service.no-ready-endpoints', { cause: 'not-ready' }),
});

export const oneDeadEndpoint: Fault = shelfDrill({
  name: 'one-dead-endpoint',
  pods: bothPods.map((pod) => (pod.name === second ? { ...pod, command: idle } : pod)),
  isBroken: fluctuates,
  expect: shelfCause('service.dead-endpoint', { service: SHELF, alive: 1 }),
});

/** The dead endpoint follows from the pod's cable. */
export const oneEndpointCutOff: Fault = shelfDrill({
  name: 'one-endpoint-cut-off',
  spoil: async (lab, { pods }) => {
    const victim = { pod: `shop/${second}`, node: 'n3', address: pods[second] ?? '' };
    await lab.exec('n3', ['ip', 'link', 'set', await cableOf(lab, victim), 'down']);
  },
  isBroken: fluctuates,
  expect: {
    outcome: 'root-cause',
    causes: [
      { code: 'pod.host-veth-down', subject: { kind: 'pod', namespace: 'shop', name: second }, node: 'n3' },
    ],
  },
});

export const scaledToZero: Fault = shelfDrill({
  name: 'scaled-to-zero',
  pods: [],
  objects: () => [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: own('shelf'),
      spec: {
        replicas: 0,
        selector: { matchLabels: { app: 'shelf' } },
        template: {
          metadata: { labels: { app: 'shelf' } },
          spec: { containers: [{ name: 'main', image: 'lab.local/tools:1' }] },
        },
      },
    },
  ],
  expect: shelfCause('service.no-ready-endpoints', { cause: 'scaled-to-zero', workload: 'shelf' }),
});

/** Made by hand, and nobody has that address. */
export const handMadeEndpointDead: Fault = shelfDrill({
  name: 'hand-made-endpoint-dead',
  pods: [],
  service: { selector: undefined },
  objects: () => [handMade('172.31.0.99', 8080)],
  expect: shelfCause('service.dead-endpoint', { service: SHELF, alive: 0 }),
});

export const handMade = (address: string, port: number): object => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: own('shelf-by-hand', { 'kubernetes.io/service-name': 'shelf' }),
  addressType: 'IPv4',
  endpoints: [{ addresses: [address], conditions: { ready: true } }],
  ports: [{ name: '', port, protocol: 'TCP' }],
});

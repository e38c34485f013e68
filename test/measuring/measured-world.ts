// A cluster for tests of measuring: the world of the playbooks' cases, with policies and with echo requests that are
// answered as the test says.

import type { Answer, ClusterAccess, Question, RawAnswer } from '../../src/cluster/access.ts';
import { measureThrough } from '../../src/measure-cluster.ts';
import type { Depth } from '../../src/measuring/measure.ts';
import { createMeasure } from '../../src/measuring/measure.ts';
import type { Reading } from '../../src/measuring/reading.ts';
import { createScriptedAccess } from '../support/scripted-access.ts';
import type { World } from '../support/world.ts';
import { healthyWorld } from '../support/world.ts';
import { makeDaemonSet, makePod } from '../support/world-objects.ts';

export interface Policy {
  name: string;
  writtenAt: string;
}

export interface MeasuredWorld extends World {
  policies: Policy[];
  /** What ping prints from one node to an address. */
  ping(from: string, address: string): RawAnswer;
}

const AT = '2026-03-01T03:12:00.000Z';

/** Flannel over vxlan with an agent on every node, and nothing wrong. */
export function measuredWorld(nodes = 3): MeasuredWorld {
  const world = healthyWorld({ nodes });
  const agents = world.nodes.map(({ metadata: { name } }) => {
    const agent = makePod(
      'kube-flannel',
      `kube-flannel-ds-${name}`,
      { node: name, address: '192.168.10.9' },
      { hostNetwork: true, labels: { app: 'flannel' }, image: 'registry.example/flannel:v0.28.9' },
    );
    for (const each of [...agent.spec.containers, ...agent.status.containerStatuses])
      each.name = 'kube-flannel';
    for (const { state } of agent.status.containerStatuses)
      state.running = { startedAt: '2026-03-01T00:00:00Z' };
    return agent;
  });
  return {
    ...world,
    pods: [...world.pods, ...agents],
    daemonsets: [makeDaemonSet('kube-flannel', 'kube-flannel-ds', { app: 'flannel' })],
    configmaps: [...world.configmaps, netConf],
    policies: [],
    ping: () => echoed([0.4, 0.5, 0.4, 0.6, 0.5]),
  };
}

const netConf: World['configmaps'][number] = {
  metadata: { namespace: 'kube-flannel', name: 'kube-flannel-cfg', uid: '', labels: {}, annotations: {} },
  data: { 'net-conf.json': '{"Network": "10.244.0.0/16", "Backend": {"Type": "vxlan"}}' },
};

/** Measures one depth again and again, with one memory. */
export function createMeasurements(world: MeasuredWorld) {
  const measure = createMeasure();
  const scripted = createScriptedAccess(world);
  const asked: Question[] = [];
  const access: ClusterAccess = {
    async answer(question, signal): Promise<Answer> {
      asked.push(question);
      const raw = own(world, question);
      return raw ? { at: AT, ms: 1, status: 'answered', raw } : scripted.answer(question, signal);
    },
  };
  return {
    asked,
    read: (depth: Depth): Promise<Reading[]> =>
      measureThrough(access, measure[depth], new AbortController().signal),
  };
}

export async function read(world: MeasuredWorld, depth: Depth, what: Reading['what']): Promise<Reading> {
  const readings = await createMeasurements(world).read(depth);
  const reading = readings.find((each) => each.what === what);
  if (!reading) throw new Error(`${what} is not measured by a ${depth} look`);
  return reading;
}

function own(world: MeasuredWorld, question: Question): RawAnswer | undefined {
  if (question.via === 'api') {
    const { read } = question;
    if (read.verb !== 'list' || read.resource !== 'networkpolicies') return undefined;
    return { kind: 'objects', items: world.policies.map(toObject), truncated: false };
  }
  if (question.command.kind !== 'run' || question.command.argv[0] !== 'ping') return undefined;
  return world.ping(question.node, question.command.argv.at(-1) ?? '');
}

const toObject = ({ name, writtenAt }: Policy) => ({
  metadata: { namespace: 'shop', name, managedFields: [{ manager: 'kubectl', time: writtenAt }] },
  spec: {},
});

/** What iputils ping prints when five were sent and these came back. */
export const echoed = (answeredMs: number[]): RawAnswer => {
  const lines = answeredMs.map(
    (ms, at) => `64 bytes from 10.244.2.0: icmp_seq=${at + 1} ttl=64 time=${ms} ms`,
  );
  const lost = 100 - answeredMs.length * 20;
  return {
    kind: 'exited',
    code: answeredMs.length > 0 ? 0 : 1,
    stdout: [
      'PING 10.244.2.0 (10.244.2.0) 56(84) bytes of data.',
      ...lines,
      '',
      '--- 10.244.2.0 ping statistics ---',
      `5 packets transmitted, ${answeredMs.length} received, ${lost}% packet loss, time 805ms`,
      '',
    ].join('\n'),
    stderr: '',
    timedOut: false,
    truncated: false,
  };
};

// What a look at the cluster sees, and what it does not claim to see: agents, addresses, ways, look-ups, policies.

import { expect, test } from 'vitest';
import { versionIn } from '../../src/measuring/agents.ts';
import { pick } from '../support/world.ts';
import { crash, makeDaemonSet, makePod } from '../support/world-objects.ts';
import { createMeasurements, echoed, measuredWorld, read } from './measured-world.ts';

test('every node has an agent that is ready, with its version', async () => {
  const reading = await read(measuredWorld(), 'quick', 'agents');

  expect(reading).toEqual({
    what: 'agents',
    samples: {
      what: 'agents',
      agents: ['n1', 'n2', 'n3'].map((node) => ({ node, ready: true })),
      versions: ['n1', 'n2', 'n3'].map((node) => ({ node, cni: 'flannel', version: 'v0.28.9' })),
    },
    failures: [],
  });
});

test('an agent that ends again and again, and one that is not there, are not ready', async () => {
  const world = measuredWorld();
  crash(pick(world.pods, 'kube-flannel-ds-n1'), 'Error', 1);
  world.pods = world.pods.filter(({ metadata }) => metadata.name !== 'kube-flannel-ds-n2');

  const { samples } = await read(world, 'quick', 'agents');

  expect(samples).toMatchObject({
    agents: [
      { node: 'n1', ready: false },
      { node: 'n2', ready: false },
      { node: 'n3', ready: true },
    ],
  });
});

test('without its DaemonSet no node has an agent', async () => {
  const world = measuredWorld(2);
  world.daemonsets = [];
  world.pods = world.pods.filter(({ metadata }) => metadata.namespace !== 'kube-flannel');
  for (const { metadata } of world.nodes)
    metadata.annotations = { 'flannel.alpha.coreos.com/backend-type': 'vxlan' };

  const { samples } = await read(world, 'quick', 'agents');

  expect(samples).toMatchObject({ agents: [{ ready: false }, { ready: false }] });
});

test('of a node that does not report nothing is said, and that is counted', async () => {
  const world = measuredWorld(2);
  for (const condition of pick(world.nodes, 'n2').status.conditions) condition.status = 'Unknown';

  const { samples, failures } = await read(world, 'quick', 'agents');

  expect(samples).toMatchObject({ agents: [{ node: 'n1', ready: true }] });
  expect(failures).toEqual(['unknown']);
});

test('a CNI that nobody knows has no agents to show, and that is counted', async () => {
  const world = measuredWorld();
  world.daemonsets = [makeDaemonSet('kube-system', 'other-cni', { app: 'other' })];

  expect(await read(world, 'quick', 'agents')).toEqual({ what: 'agents', failures: ['no-target'] });
});

test.each([
  ['registry.example:5000/flannel:v0.28.9', 'v0.28.9'],
  ['registry.example:5000/flannel', 'latest'],
  ['flannel@sha256:0123', 'sha256:0123'],
])('the version in %s is %s', (image, version) => {
  expect(versionIn(image)).toBe(version);
});

test('addresses are counted by the pods that hold one', async () => {
  const world = measuredWorld(2);
  const over = makePod('shop', 'job', { node: 'n1', address: '10.244.1.40' });
  over.status.phase = 'Succeeded';
  world.pods.push(over);

  const { samples } = await read(world, 'thorough', 'addresses');

  expect(samples).toEqual({
    what: 'addresses',
    addresses: [
      { node: 'n1', used: 2, capacity: 253 },
      { node: 'n2', used: 2, capacity: 253 },
    ],
  });
});

test('where addresses are not given out node by node they are not counted, and nothing has failed', async () => {
  const world = measuredWorld();
  world.daemonsets = [makeDaemonSet('kube-system', 'cilium', { 'k8s-app': 'cilium' })];

  expect(await read(world, 'thorough', 'addresses')).toEqual({ what: 'addresses', failures: [] });
});

test('every way is timed, each answer for itself, and what is lost is counted', async () => {
  const world = measuredWorld(2);
  world.ping = (from) => (from === 'n1' ? echoed([0.4, 90.5]) : echoed([]));

  const { samples, failures } = await read(world, 'thorough', 'mesh');

  expect(samples).toEqual({
    what: 'mesh',
    ways: [
      { from: 'n1', to: 'n2', answeredMs: [0.4, 90.5], lost: 3 },
      { from: 'n2', to: 'n1', answeredMs: [], lost: 5 },
    ],
  });
  expect(failures).toEqual([]);
});

test('from a node without our agent no way is measured, and each is counted', async () => {
  const world = measuredWorld(3);
  world.pods = world.pods.filter(({ metadata }) => metadata.name !== 'agent-3');

  const { samples, failures } = await read(world, 'thorough', 'mesh');

  expect(samples).toMatchObject({
    ways: [{ from: 'n1' }, { from: 'n1' }, { from: 'n2' }, { from: 'n2' }],
  });
  expect(failures).toEqual(['no-vantage', 'no-vantage']);
});

test('a pod that policies may keep from us is not called lost', async () => {
  const world = measuredWorld(2);
  world.daemonsets = [makeDaemonSet('kube-system', 'calico-node', { 'k8s-app': 'calico-node' })];
  world.ping = (from) => (from === 'n1' ? echoed([0.4]) : echoed([]));

  const { samples, failures } = await read(world, 'thorough', 'mesh');

  expect(samples).toMatchObject({ ways: [{ from: 'n1', to: 'n2', lost: 4 }] });
  expect(failures).toEqual(['no-reply']);
});

test('look-ups that get the right answer are counted apart from the others', async () => {
  const world = measuredWorld(2);
  world.disturbances.push({
    what: 'n2 gets no answer',
    met: 0,
    network: ({ node }) => (node === 'n2' ? 'timeout' : undefined),
  });

  const { samples } = await read(world, 'thorough', 'dns');

  expect(samples).toEqual({
    what: 'dns',
    lookups: [
      { node: 'n1', ok: 3, failed: 0 },
      { node: 'n2', ok: 0, failed: 3 },
    ],
  });
});

test('without a DNS Service nobody can be asked, which is no measurement', async () => {
  const world = measuredWorld();
  world.services = [];
  world.kubelets = Object.fromEntries(
    Object.entries(world.kubelets).map(([node, settings]) => [node, { ...settings, clusterDns: [] }]),
  );

  expect(await read(world, 'thorough', 'dns')).toEqual({ what: 'dns', failures: ['no-target'] });
});

test('the last write of any policy is its last change', async () => {
  const world = measuredWorld();
  world.policies = [
    { name: 'allow-web', writtenAt: '2026-02-01T00:00:00Z' },
    { name: 'deny-all', writtenAt: '2026-02-20T00:00:00Z' },
  ];

  const { samples } = await read(world, 'quick', 'policies');

  expect(samples).toEqual({ what: 'policies', changedAtMs: Date.parse('2026-02-20T00:00:00Z') });
});

test('a policy that has gone since the last look was changed now', async () => {
  const world = measuredWorld();
  world.policies = [{ name: 'allow-web', writtenAt: '2026-02-01T00:00:00Z' }];
  const measurements = createMeasurements(world);
  await measurements.read('quick');
  world.policies = [];

  const readings = await measurements.read('quick');

  expect(readings.find(({ what }) => what === 'policies')?.samples).toEqual({
    what: 'policies',
    changedAtMs: Date.parse('2026-03-01T03:12:00Z'),
  });
});

test('a cluster that does not answer is not measured in any respect', async () => {
  const world = measuredWorld();
  world.disturbances.push({ what: 'no API server', met: 0, question: () => 'timeout' });

  const readings = await createMeasurements(world).read('thorough');

  expect(readings).toEqual(
    ['addresses', 'mesh', 'dns'].map((what) => ({ what, failures: ['cluster-unreachable'] })),
  );
});

test('however large the cluster, no node is asked more than ten things and few nodes are asked', async () => {
  const measurements = createMeasurements(measuredWorld(40));

  await measurements.read('thorough');

  const askedNodes = measurements.asked.flatMap((question) =>
    question.via === 'node' ? [question.node] : [],
  );
  const counts = Object.values(Object.groupBy(askedNodes, (node) => node)).map((of = []) => of.length);
  expect(Math.max(...counts)).toBeLessThanOrEqual(10);
  expect(counts.length).toBeLessThanOrEqual(13);
});

// Which cluster a command means, and what is answered when that is not clear or nobody works there.

import { expect, test } from 'vitest';
import { command, diagnoseDns, newSurroundings, startBot, startWorker } from '../support/running-app.ts';

const named = (cluster: string) => command({ intent: { ...diagnoseDns, cluster } });

test('the only live cluster needs no name', async () => {
  const surroundings = newSurroundings();
  await startWorker(surroundings, {}, { CLUSTER_NAME: 'prod-us' });
  const { service } = await startBot(surroundings);

  const reply = await service.request(command());

  expect(reply).toMatchObject({ kind: 'opened', incident: { request: { cluster: 'prod-us' } } });
});

test('of several clusters the named one is meant, then that of the channel, then the default one', async () => {
  const surroundings = newSurroundings();
  for (const CLUSTER_NAME of ['prod-eu', 'prod-us', 'stage'])
    await startWorker(surroundings, {}, { CLUSTER_NAME });
  const settings = { CHANNEL_CLUSTERS: 'C2=prod-us', DEFAULT_CLUSTER: 'stage' };
  const { service } = await startBot(surroundings, {}, settings);

  const replies = [
    await service.request(named('prod-eu')),
    await service.request(command({ channel: 'C2' })),
    await service.request(command({ channel: 'C9' })),
  ];

  const clusters = replies.map((reply) => reply.kind === 'opened' && reply.incident.request.cluster);
  expect(clusters).toEqual(['prod-eu', 'prod-us', 'stage']);
});

test('with several clusters and no name the live ones are listed', async () => {
  const surroundings = newSurroundings();
  for (const CLUSTER_NAME of ['prod-us', 'prod-eu']) await startWorker(surroundings, {}, { CLUSTER_NAME });
  const { service } = await startBot(surroundings);

  const reply = await service.request(command());

  expect(reply).toEqual({
    kind: 'refused',
    refusal: { kind: 'cluster-needed', live: ['prod-eu', 'prod-us'] },
  });
});

test('with no worker at all the list of live clusters is empty', async () => {
  const { service } = await startBot();

  const reply = await service.request(command());

  expect(reply).toEqual({ kind: 'refused', refusal: { kind: 'cluster-needed', live: [] } });
});

test('an unknown cluster is refused with the live ones, whatever was asked of it', async () => {
  const surroundings = newSurroundings();
  await startWorker(surroundings);
  const { service } = await startBot(surroundings);

  const replies = await Promise.all([
    service.request(named('prod-ue')),
    service.request(command({ intent: { verb: 'status', cluster: 'prod-ue' } })),
    service.request(command({ intent: { verb: 'stop', cluster: 'prod-ue' } })),
  ]);

  const refusal = { kind: 'unknown-cluster', cluster: 'prod-ue', live: ['prod-eu'] };
  expect(replies).toEqual(Array.from({ length: 3 }, () => ({ kind: 'refused', refusal })));
});

test('a cluster whose worker left is known, and refused at once', async () => {
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings);
  const { service, store } = await startBot(surroundings);
  await worker.app.stop();

  const reply = await service.request(named('prod-eu'));

  expect(reply).toMatchObject({ kind: 'refused', refusal: { kind: 'no-worker', cluster: 'prod-eu' } });
  expect(await store.listOpen()).toEqual([]);
});

test('a playbook that the workers do not have is told with those that they have', async () => {
  const surroundings = newSurroundings();
  await startWorker(surroundings);
  const { service } = await startBot(surroundings);

  const replies = await Promise.all([
    service.request(command({ intent: { ...diagnoseDns, playbook: 'policy' } })),
    service.request(command({ intent: { verb: 'not-yet', name: 'silence' } })),
  ]);

  expect(replies).toEqual([
    {
      kind: 'not-yet',
      name: 'diagnose policy',
      available: ['dns', 'pod', 'cross-node', 'mtu', 'cni-health', 'cluster'],
    },
    {
      kind: 'not-yet',
      name: 'silence',
      available: ['dns', 'pod', 'cross-node', 'mtu', 'cni-health', 'cluster'],
    },
  ]);
});

test('a re-check of an incident that does not exist is refused', async () => {
  const { service } = await startBot();

  const reply = await service.recheck('dns-zzzz', command());

  expect(reply).toEqual({ kind: 'refused', refusal: { kind: 'unknown-incident', id: 'dns-zzzz' } });
});

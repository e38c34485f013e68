// The store on a real Redis: atomic opening, atomic changes, retention.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Incident, openIncident } from '../../src/incidents/incident.ts';
import type { IncidentStore } from '../../src/incidents/ports.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createIncidentStore } from '../../src/queue/incident-store.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import { newSurroundings } from '../support/running-app.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';

let link: RedisLink;
let store: IncidentStore;

beforeEach(() => {
  const { redisUrl, prefix } = newSurroundings();
  link = connectRedis({ url: redisUrl, prefix }, 'working', createLogger('silent'));
  store = createIncidentStore(link, guideResponseMinutes);
});

afterEach(() => link.close());

const incident = (id: string, requestId = `d-${id}`, cluster = 'prod-eu'): Incident =>
  openIncident(
    {
      id,
      request: sampleRequest({ id: requestId, cluster }),
      by: { kind: 'person', id: 'U1' },
      channel: 'C1',
      language: 'en',
      at: '2026-01-01T00:00:00.000Z',
    },
    guideResponseMinutes,
  );

const resolve = (id: string) =>
  store.apply(id, {
    kind: 'finished',
    at: '2026-01-01T00:01:00.000Z',
    diagnosis: sampleDiagnosis(sampleRequest({ id: `d-${id}` }), 'cleared'),
  });

test('of equal problems opened at once one is created', async () => {
  const opened = await Promise.all(
    Array.from({ length: 100 }, (_, number) => store.open(incident(`dns-${number}`))),
  );

  const created = opened.filter(({ outcome }) => outcome === 'created');
  const others = opened.filter(({ outcome }) => outcome === 'same-problem');
  expect([created.length, others.length]).toEqual([1, 99]);
  expect(await store.listOpen()).toHaveLength(1);
});

test('an equal request is recognised after its incident was resolved', async () => {
  await store.open(incident('dns-a'));
  await resolve('dns-a');

  const again = await store.open(incident('dns-b', 'd-dns-a'));

  expect(again).toMatchObject({ outcome: 'repeated', incident: { id: 'dns-a', state: 'resolved' } });
});

test('a taken id is told', async () => {
  await store.open(incident('dns-a'));

  const other = await store.open(incident('dns-a', 'd-other', 'prod-us'));

  expect(other).toEqual({ outcome: 'id-taken' });
});

test('a hundred events at once are all applied', async () => {
  await store.open(incident('dns-a'));

  const applied = await Promise.all(
    Array.from({ length: 100 }, (_, number) =>
      store.apply('dns-a', { kind: 'posted', thread: { [`n${number}`]: 'x' } }),
    ),
  );

  expect(applied.every(Boolean)).toBe(true);
  expect(Object.keys((await store.load('dns-a'))?.thread ?? {})).toHaveLength(101);
});

test('of many ends at once one is accepted', async () => {
  await store.open(incident('dns-a'));

  const applied = await Promise.all(Array.from({ length: 20 }, () => resolve('dns-a')));

  expect(applied.filter(Boolean)).toHaveLength(1);
});

test('an event for an unknown incident is refused', async () => {
  expect(await store.apply('dns-zzzz', { kind: 'posted', thread: {} })).toBeUndefined();
});

test('a resolved problem can be opened anew, and its incident expires', async () => {
  await store.open(incident('dns-a'));
  await resolve('dns-a');

  const next = await store.open(incident('dns-b'));

  expect(next.outcome).toBe('created');
  expect(await link.redis.ttl(`${link.prefix}:incident:dns-a`)).toBeGreaterThan(0);
  expect(await link.redis.ttl(`${link.prefix}:incident:dns-b`)).toBe(-1);
});

test('a diagnosis is kept for replay, not for ever', async () => {
  const diagnosis = sampleDiagnosis(sampleRequest());

  await store.keepDiagnosis(diagnosis);

  expect(await store.loadDiagnosis(diagnosis.id)).toEqual(diagnosis);
  expect(await link.redis.ttl(`${link.prefix}:diagnosis:${diagnosis.id}`)).toBeGreaterThan(0);
});

// Alertmanager's payloads as alerts of ours: captured ones, what newer versions add, bounds on foreign text, and refusals.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDelivery } from '../../src/alertmanager/payload.ts';
import { captured, NOW } from './posting.ts';

const read = (body: unknown, clusterLabel = 'cluster') =>
  readDelivery(body, { clusterLabel, receivedAt: NOW });

function deliveryOf(body: unknown, clusterLabel?: string) {
  const result = read(body, clusterLabel);
  if (!result.ok) throw new Error(result.problem);
  return result.delivery;
}

function problemOf(body: unknown): string {
  const result = read(body);
  if (result.ok) throw new Error('it was taken');
  return result.problem;
}

const payload = captured('group-of-two-firing');
const [firing] = payload.alerts;
const withAlert = (changes: object) => ({ ...payload, alerts: [{ ...firing, ...changes }] });
const withLabels = (labels: Record<string, string>) => withAlert({ labels: { ...firing.labels, ...labels } });
const labelsOf = (body: unknown, clusterLabel?: string) =>
  deliveryOf(body, clusterLabel).alerts[0]?.labels ?? {};

describe('a captured payload', () => {
  test('of a mixed group keeps the state of each alert', () => {
    const { alerts } = deliveryOf(captured('one-firing-one-resolved'));

    expect(alerts).toEqual([
      {
        fingerprint: '6b640c12e8939f00',
        status: 'firing',
        name: 'KubePodNotReady',
        labels: expect.objectContaining({ namespace: 'shop', pod: 'web-7d4b9c-abcde', uid: 'u-1' }),
        summary: 'Pod has been in a non-ready state',
        startsAt: '2026-11-23T01:03:38.844Z',
        groupKey: '{}/{}:{alertname="KubePodNotReady", namespace="shop"}',
        truncated: 0,
        cluster: 'lab',
        receivedAt: NOW.toISOString(),
      },
      expect.objectContaining({
        fingerprint: '619ffdcac831e920',
        status: 'resolved',
        startsAt: '2026-11-23T01:03:38.844Z',
        endsAt: '2026-11-23T01:03:48.844Z',
      }),
    ]);
  });

  test('that was truncated says how many are missing, and of which group', () => {
    const [alert] = deliveryOf(captured('truncated-resolved')).alerts;

    expect(alert).toMatchObject({ truncated: 1 });
  });

  test('that was sent again has the same key', () => {
    const [first, again] = ['retried-first', 'retried-again'].map((name) => deliveryOf(captured(name)));

    expect(again?.key).toBe(first?.key);
    expect(again?.alerts).toEqual(first?.alerts);
  });
});

describe('the key of a delivery', () => {
  const { key } = deliveryOf(payload);

  test('does not depend on the order of the alerts or on what is said about them', () => {
    const reversed = { ...payload, alerts: [...payload.alerts].reverse(), receiver: 'other' };
    const annotated = {
      ...payload,
      alerts: payload.alerts.map((each: object) => ({ ...each, annotations: {} })),
    };

    expect([deliveryOf(reversed).key, deliveryOf(annotated).key]).toEqual([key, key]);
  });

  test.each<[string, object]>([
    ['another group', { ...payload, groupKey: '{}:{}' }],
    ['a new episode', withAlert({ startsAt: '2026-11-23T02:00:00Z' })],
    ['an end', withAlert({ status: 'resolved', endsAt: '2026-11-23T02:00:00Z' })],
    ['one alert less', withAlert({})],
    ['more alerts left out', { ...payload, truncatedAlerts: 7 }],
  ])('is another one for %s', (_, body) => {
    expect(deliveryOf(body).key).not.toBe(key);
  });
});

describe('what versions of Alertmanager do differently', () => {
  test('new fields are no obstacle', () => {
    const newer = { ...payload, notification_reason: 'repeat interval elapsed', routeLabels: { a: 'b' } };

    expect(deliveryOf(newer)).toEqual(deliveryOf(payload));
  });

  test.each([null, []])('a payload with the alerts %j holds none', (alerts) => {
    expect(deliveryOf({ ...payload, alerts }).alerts).toEqual([]);
  });

  test.each([
    ['2026-11-23T01:03:38.844123456Z', '2026-11-23T01:03:38.844Z'],
    ['2026-11-23T09:03:38+08:00', '2026-11-23T01:03:38.000Z'],
    ['2026-11-23T01:03:38Z', '2026-11-23T01:03:38.000Z'],
  ])('the instant %s is %s', (startsAt, ours) => {
    expect(deliveryOf(withAlert({ startsAt })).alerts[0]?.startsAt).toBe(ours);
  });

  test.each([
    ['firing', '0001-01-01T00:00:00Z'],
    ['firing', '2026-11-23T02:00:00Z'],
    ['firing', undefined],
    ['resolved', '0001-01-01T00:00:00Z'],
    ['resolved', undefined],
  ])('an alert that is %s with the end %s has no end', (status, endsAt) => {
    expect(deliveryOf(withAlert({ status, endsAt })).alerts[0]).not.toHaveProperty('endsAt');
  });
});

describe('the cluster', () => {
  test('is what its label says, known or not', () => {
    expect(deliveryOf(withLabels({ cluster: 'Nobody Knows/1' })).alerts[0]?.cluster).toBe('Nobody Knows/1');
  });

  test('may be named by another label', () => {
    expect(deliveryOf(withLabels({ kube_cluster: 'prod-eu' }), 'kube_cluster').alerts[0]?.cluster).toBe(
      'prod-eu',
    );
  });

  test.each([{}, { cluster: '' }])('is absent for %j', (labels) => {
    const body = withAlert({ labels: { alertname: 'X', ...labels } });

    expect(deliveryOf(body).alerts[0]).not.toHaveProperty('cluster');
  });
});

describe('the summary', () => {
  test.each([
    [{ summary: 's', description: 'd' }, 's'],
    [{ summary: '', description: 'd' }, 'd'],
    [{ message: 'm' }, 'm'],
    [{}, undefined],
    [null, undefined],
  ])('of the annotations %j is %s', (annotations, summary) => {
    expect(deliveryOf(withAlert({ annotations })).alerts[0]?.summary).toBe(summary);
  });
});

describe('foreign text is bounded', () => {
  test('long values are cut, and not in the middle of a character', () => {
    const labels = labelsOf(withLabels({ long: 'x'.repeat(5000), faces: `${'x'.repeat(1023)}😀` }));

    expect(labels.long).toHaveLength(1024);
    expect(labels.faces?.isWellFormed()).toBe(true);
  });

  test('of very many labels those that name the alert and its place are kept', () => {
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, at) => [`a${at}`, 'x']));
    const needed = { alertname: 'X', zone_cluster: 'prod-eu', namespace: 'shop', pod: 'web-1', node: 'n1' };

    const labels = labelsOf(withAlert({ labels: { ...many, ...needed } }), 'zone_cluster');

    expect(labels).toMatchObject(needed);
    expect(Object.keys(labels).length).toBeLessThan(100);
  });

  test('a label with a name of thousands of characters is left out', () => {
    expect(labelsOf(withLabels({ ['x'.repeat(5000)]: 'y' }))).toEqual(labelsOf(payload));
  });

  test('names that mean something to JavaScript change nothing', () => {
    const body = JSON.parse(
      JSON.stringify(withAlert({})).replace('"labels":{', '"labels":{"__proto__":"p","constructor":"c",'),
    );

    expect(labelsOf(body)).toMatchObject({ constructor: 'c', alertname: 'KubePodNotReady' });
    expect(Object.getPrototypeOf(labelsOf(body))).toBe(Object.prototype);
  });

  test('a group of 5,000 alerts is taken whole', () => {
    const alerts = Array.from({ length: 5000 }, (_, at) => ({
      ...firing,
      labels: { ...firing.labels, pod: `web-${at}` },
      fingerprint: at.toString(16).padStart(16, '0'),
    }));

    const delivery = deliveryOf({ ...payload, alerts });

    expect(new Set(delivery.alerts.map(({ labels }) => labels.pod)).size).toBe(5000);
  });
});

describe('what is not such a payload is refused with a sentence', () => {
  test.each<[string, unknown, string]>([
    ['nothing', null, 'JSON object'],
    ['a list', [payload], 'JSON object'],
    ['a text', 'alerts', 'JSON object'],
    ['an empty object', {}, '"version"'],
    ['another version', { ...payload, version: '5' }, '"version"'],
    ['a webhook of Grafana', { ...payload, orgId: 1, version: '1' }, 'Grafana'],
    ['no alerts', { ...payload, alerts: undefined }, '"alerts"'],
    ['an alert without labels', withAlert({ labels: undefined }), '"alerts.0.labels"'],
    ['a label that is no text', withAlert({ labels: { alertname: 1 } }), '"alerts.0.labels"'],
    ['an unknown state', withAlert({ status: 'pending' }), '"alerts.0.status"'],
    ['an odd fingerprint', withAlert({ fingerprint: 'xyz' }), '"alerts.0.fingerprint"'],
    ['an instant that is none', withAlert({ startsAt: 'now' }), '"alerts.0.startsAt"'],
    ['a day that is none', withAlert({ startsAt: '2026-02-31T00:00:00Z' }), '"alerts.0.startsAt"'],
    ['no group', { ...payload, groupKey: '' }, '"groupKey"'],
  ])('%s', (_, body, part) => {
    expect(problemOf(body)).toMatch(/^This address takes Alertmanager's webhook of version 4.*\.$/);
    expect(problemOf(body)).toContain(part);
  });

  test('whatever it is, it does not throw, and the sentence repeats nothing of it', () => {
    const anything = fc.oneof(
      fc.jsonValue(),
      fc.record({ version: fc.constant('4'), alerts: fc.array(fc.jsonValue()), groupKey: fc.jsonValue() }),
      fc.jsonValue().map((labels) => withAlert({ labels })),
      fc.string().map((startsAt) => withAlert({ startsAt })),
    );

    fc.assert(
      fc.property(anything, (body) => {
        const result = read(body);
        if (!result.ok) expect(result.problem).toMatch(/^This address takes [\w ."',:;()-]+\.$/);
      }),
    );
  });
});

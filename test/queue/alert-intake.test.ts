// Alerts on their way from the backlog to incidents, on a real Redis with the real bot and a scripted worker.

import { describe, expect, test } from 'vitest';
import { ended, podAlert, startAlerted } from '../support/alerted-app.ts';
import { command } from '../support/running-app.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { eventually } from '../support/scripted-diagnose.ts';

describe('an alert', () => {
  test('opens an incident in the channel of alerts, and its target is diagnosed', async () => {
    const { receive, worker, surface } = await startAlerted();

    await receive(sampleAlert());

    const { request } = await worker.run(0);
    expect(request).toMatchObject({
      cluster: 'prod-eu',
      playbook: 'pod',
      target: { kind: 'pod', pod: { namespace: 'shop', name: 'web-7f' } },
    });
    expect(await eventually(() => surface.drawn.at(-1))).toMatchObject({
      openedBy: { kind: 'alert', name: 'KubePodNotReady' },
      thread: { channel: 'C0ALERTS' },
      clock: { told: 0 },
    });
  });

  test('that comes again and again, and twice at once, is one incident and one diagnosis', async () => {
    const { receive, worker, backlog, onlyIncident } = await startAlerted();

    await receive(sampleAlert(), sampleAlert());
    await worker.run(0);
    await receive(sampleAlert());

    expect((await onlyIncident()).alerts).toMatchObject({ firing: 1, joined: 1 });
    expect(await backlog.counts()).toMatchObject({ received: 3, opened: 1, repeated: 2 });
    expect(worker.runs).toHaveLength(1);
  });

  test('about something else than the network is left alone, and counted', async () => {
    const { receive, backlog, openIncidents } = await startAlerted();

    await receive(sampleAlert({ name: 'Watchdog', labels: { alertname: 'Watchdog' } }));

    expect(await openIncidents()).toEqual([]);
    expect(await backlog.counts()).toMatchObject({ received: 1, ignored: 1 });
  });

  test('joins the incident that a person opened about the same', async () => {
    const { receive, service, onlyIncident } = await startAlerted();
    const pod = { namespace: 'shop', name: 'web-7f' };
    await service.request(
      command({ intent: { verb: 'diagnose', playbook: 'pod', target: { kind: 'pod', pod } } }),
    );

    await receive(sampleAlert());

    expect(await onlyIncident()).toMatchObject({ openedBy: { id: 'U1' }, alerts: { joined: 1 } });
  });

  test('of a cluster that nobody knows is kept, and said in the channel of alerts', async () => {
    const { receive, surface, worker } = await startAlerted();

    await receive(sampleAlert({ cluster: 'prod-mars' }));

    const drawn = await eventually(() => surface.drawn.findLast(({ failure }) => failure));
    expect(drawn).toMatchObject({
      request: { cluster: 'prod-mars' },
      failure: { kind: 'unknown-cluster' },
      thread: { channel: 'C0ALERTS' },
    });
    expect(worker.runs).toEqual([]);
  });

  test('whose end comes first opens nothing when its beginning comes late', async () => {
    const { receive, openIncidents, backlog } = await startAlerted();

    await receive(ended(sampleAlert()));
    await receive(sampleAlert());

    expect(await openIncidents()).toEqual([]);
    expect(await backlog.counts()).toMatchObject({ received: 2, ended: 1, repeated: 1 });
  });
});

describe('alerts of one problem', () => {
  test('share a thread when they come in one group', async () => {
    const { receive, onlyIncident } = await startAlerted();

    await receive(podAlert('a', { groupKey: 'g' }), podAlert('b', { groupKey: 'g' }));

    expect(await onlyIncident()).toMatchObject({
      alerts: { firing: 2, joined: 2 },
      request: { playbook: 'pod' },
    });
  });

  test('share a thread when they are about one node', async () => {
    const { receive, onlyIncident } = await startAlerted();
    const onNode = (name: string) =>
      sampleAlert({ name, fingerprint: name, groupKey: name, labels: { alertname: name, node: 'n2' } });

    await receive(onNode('KubeNodeNotReady'));
    await receive(onNode('KubeNodeUnreachable'));

    expect((await onlyIncident()).alerts).toMatchObject({
      names: { KubeNodeNotReady: 1, KubeNodeUnreachable: 1 },
    });
  });

  test('about three places are diagnosed as a problem of the whole cluster, in the same thread', async () => {
    const { receive, worker, onlyIncident } = await startAlerted();
    const pods = ['a', 'b', 'c'].map((name) => podAlert(name, { groupKey: 'g' }));

    await receive(...pods);
    (await worker.run(0)).finish('root-cause');

    expect((await worker.run(1)).request).toMatchObject({ playbook: 'cluster', target: { kind: 'cluster' } });
    expect((await onlyIncident()).alerts).toMatchObject({ joined: 3 });
  });

  test('that Alertmanager left out of its message make it a problem of the whole cluster too', async () => {
    const { receive, worker, onlyIncident } = await startAlerted();

    await receive(sampleAlert({ truncated: 37 }));
    (await worker.run(0)).finish('inconclusive');

    expect((await worker.run(1)).request.playbook).toBe('cluster');
    expect((await onlyIncident()).truncated).toBe(37);
  });

  test('come in a storm: after five incidents in the window all that follow are one', async () => {
    const { receive, backlog, openIncidents } = await startAlerted();

    for (let number = 0; number < 300; number += 1) await receive(podAlert(`p${number}`));

    const open = await openIncidents();
    const storm = open.at(-1);
    expect(open).toHaveLength(6);
    expect(storm).toMatchObject({
      request: { playbook: 'cluster' },
      priority: 'P0',
      alerts: { joined: 295 },
    });
    expect(await backlog.counts()).toMatchObject({ received: 300, opened: 6, joined: 294 });
  });
});

test('a cluster label that is another one in each alert makes no more than one storm', async () => {
  const { receive, openIncidents } = await startAlerted();

  await receive(
    ...Array.from({ length: 100 }, (_, number) => podAlert(`p${number}`, { cluster: `mars-${number}` })),
  );

  expect(await openIncidents()).toHaveLength(6);
});

describe('when the alerts of an incident have ended', () => {
  async function startFiring() {
    const app = await startAlerted();
    await app.receive(sampleAlert());
    const first = await app.worker.run(0);
    const { id } = await app.onlyIncident();
    return { ...app, first, id };
  }

  test('it is checked again, and resolved when that is clear', async () => {
    const { receive, worker, first, id, incidentThat } = await startFiring();
    first.finish('root-cause');

    await receive(ended(sampleAlert()));
    (await worker.run(1)).finish('cleared');

    const { journal } = await incidentThat(id, ({ state }) => state === 'resolved');
    expect(journal.at(-1)).toMatchObject({ kind: 'resolved', why: 'alerts-ended', by: { kind: 'bot' } });
  });

  test.each([
    ['root-cause', 'cause-remains'],
    ['inconclusive', 'no-verdict'],
  ] as const)('it stays open after a re-check that is %s, and says why', async (outcome, why) => {
    const { receive, worker, first, id, incidentThat } = await startFiring();
    first.finish('root-cause');

    await receive(ended(sampleAlert()));
    (await worker.run(1)).finish(outcome);

    const { state, journal } = await incidentThat(id, (each) => !each.diagnosing && each.journal.length > 0);
    expect(state).toBe('open');
    expect(journal.at(-1)).toMatchObject({ kind: 'kept-open', why });
  });

  test('while it is diagnosed, it is checked again after that', async () => {
    const { receive, worker, first, settled } = await startFiring();

    await receive(ended(sampleAlert()));
    await settled();
    first.finish('root-cause');

    await expect(worker.run(1)).resolves.toBeDefined();
  });

  test('and one fires again soon, the same thread is opened again, with a new clock and a diagnosis', async () => {
    const { receive, worker, first, id, incidentThat } = await startFiring();
    first.finish('root-cause');
    await receive(ended(sampleAlert()));
    (await worker.run(1)).finish('cleared');
    const before = await incidentThat(id, ({ state }) => state === 'resolved');

    await receive(sampleAlert({ startsAt: '2026-03-01T03:50:00.000Z' }));

    const after = await incidentThat(id, ({ state }) => state === 'reopened');
    expect(after.journal.at(-1)).toMatchObject({ kind: 'reopened', why: 'alert' });
    expect(Date.parse(after.clock.startedAt)).toBeGreaterThan(Date.parse(before.clock.startedAt));
    await expect(worker.run(2)).resolves.toBeDefined();
  });

  test('while an alert fires a clear check resolves nothing, and mitigates what had a cause', async () => {
    const { service, worker, first, id, incidentThat } = await startFiring();
    first.finish('root-cause');
    await incidentThat(id, ({ diagnosing }) => !diagnosing);

    await service.recheck(id, command());
    (await worker.run(1)).finish('cleared');

    await expect(incidentThat(id, ({ state }) => state === 'mitigated')).resolves.toBeDefined();
  });
});

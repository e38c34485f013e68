// Slack away for ten minutes while alerts come and people act: the thread then shows all of it, once.

import { expect, test } from 'vitest';
import { surfaceTiming } from '../../src/queue/surface-queue.ts';
import { podAlert, startAlerted } from '../support/alerted-app.ts';
import { command } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const FASTER = 100;
const { backoffMs, maxBackoffMs, attempts } = surfaceTiming;

/** Waits between renderings that fail one after the other, as shipped. */
const waitsMs = Array.from({ length: attempts - 1 }, (_, at) => Math.min(backoffMs * 2 ** at, maxBackoffMs));

/** How many renderings fail in that time. */
function failuresWithin(outageMs: number): number {
  let passedMs = 0;
  const at = waitsMs.findIndex((waitMs) => {
    passedMs += waitMs;
    return passedMs > outageMs;
  });
  return at + 1;
}

test('an outage of Slack of ten minutes costs neither an alert, nor an act, nor the thread', {
  timeout: 60_000,
}, async () => {
  const groupKey = '{}:{alertname="KubePodNotReady"}';
  const failures = failuresWithin(10 * 60_000);
  const { receive, worker, surface, service, onlyIncident, incidentThat } = await startAlerted({
    rendering: { backoffMs: backoffMs / FASTER, maxBackoffMs: maxBackoffMs / FASTER, attempts },
  });
  surface.failures.push(...Array.from({ length: failures }, () => new Error('503')));

  await receive(podAlert('web-7f', { groupKey }));
  (await worker.run(0)).finish('root-cause');
  await receive(podAlert('web-8c', { groupKey }));
  const { id } = await onlyIncident();
  await incidentThat(id, ({ diagnosing }) => !diagnosing);
  await service.request(command({ intent: { verb: 'ack', incident: id }, by: 'U0ANNA' }));

  await eventually(() => surface.drawn.at(0));
  expect(surface.failures).toEqual([]);
  expect(surface.drawn[0]).toMatchObject({
    id,
    state: 'acknowledged',
    owner: 'U0ANNA',
    alerts: { joined: 2 },
    diagnosis: { outcomes: [{ outcome: 'root-cause' }] },
  });
  expect(new Set(surface.drawn.map((drawn) => drawn.id)).size).toBe(1);
});

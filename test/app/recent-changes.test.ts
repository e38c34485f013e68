// What has changed, beside a verdict: there in time it is part of the diagnosis; else the verdict goes without it.

import { expect, test } from 'vitest';
import type { ChecklistReport } from '../../src/checklist/ports.ts';
import { type ChangesOptions, withRecentChanges } from '../../src/diagnose-with-changes.ts';
import type { RecentChanges } from '../../src/diagnosis/recent-changes.ts';
import { command, newSurroundings, startBot, startWorker } from '../support/running-app.ts';
import { CHECKED_AT, sampleRun, sampleSnapshot } from '../support/sample-check.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const request = sampleRequest();
const changed: RecentChanges = {
  since: '2026-03-10T02:40:00.000Z',
  changes: [{ kind: 'policy', what: 'added', subjects: ['shop/deny'] }],
};
const policy = { kind: 'policy', subject: 'shop/deny', value: 'sha256:1' } as const;

async function diagnosed(find: ChangesOptions['find'], patienceMs = 30_000) {
  const failures: unknown[] = [];
  const diagnose = withRecentChanges(async () => ({ ok: true, diagnosis: sampleDiagnosis(request) }), {
    find,
    patienceMs,
    onFailure: (error) => failures.push(error),
  });
  const result = await diagnose(request, () => undefined, new AbortController().signal);
  return { diagnosis: result.ok ? result.diagnosis : undefined, failures };
}

test('what has changed is part of the diagnosis', async () => {
  const { diagnosis } = await diagnosed(async () => changed);

  expect(diagnosis).toEqual({ ...sampleDiagnosis(request), changed });
});

test.each([
  ['there is nothing to compare with', async () => undefined],
  ['it could not be found out', () => Promise.reject(new Error('refused'))],
])('the diagnosis is whole when %s', async (_when, find) => {
  const { diagnosis } = await diagnosed(find);

  expect(diagnosis).toEqual(sampleDiagnosis(request));
});

test('that it could not be found out is passed on', async () => {
  const error = new Error('refused');

  const { failures } = await diagnosed(() => Promise.reject(error));

  expect(failures).toEqual([error]);
});

test('a verdict does not wait for ever, and what it waited for is given up', async () => {
  let given: AbortSignal | undefined;

  const { diagnosis, failures } = await diagnosed((_cluster, signal) => {
    given = signal;
    return new Promise((_resolve, reject) => signal.addEventListener('abort', reject));
  }, 1);

  expect(diagnosis).toEqual(sampleDiagnosis(request));
  expect(given?.aborted).toBe(true);
  expect(failures).toEqual([]);
});

test('after a healthy check a diagnosis says what is different since', async () => {
  const told: ChecklistReport[] = [];
  const surroundings = newSurroundings();
  const worker = await startWorker(surroundings, {
    runChecklist: async (check) => ({ ok: true, run: sampleRun(check) }),
    takeSnapshot: async () => sampleSnapshot([policy]),
  });
  const { service, store } = await startBot(surroundings, {
    checklistSurface: { tell: async (report) => void told.push(report) },
  });
  await service.request(command({ intent: { verb: 'check' } }));
  await eventually(() => told.length > 0);

  const reply = await service.request(command());
  const id = reply.kind === 'opened' ? reply.incident.id : '';
  (await worker.run(0)).finish();
  const diagnosis = await eventually(async () => (await store.load(id))?.diagnosis);

  expect(diagnosis.changed).toEqual({
    since: CHECKED_AT,
    changes: [{ kind: 'policy', what: 'added', subjects: ['shop/deny'], after: 'sha256:1' }],
  });
});

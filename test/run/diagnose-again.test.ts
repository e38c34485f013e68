// A fix is proved in its incident, by a diagnosis that the incident takes.

import { expect, test } from 'vitest';
import { createDiagnoseAgain, type DiagnoseAgainParts } from '../../src/diagnose-again.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { sampleDiagnosis, sampleRequest } from '../support/sample-diagnosis.ts';

const again = { ...sampleRequest(), id: 'nonce-v1' };

type JobState = Awaited<ReturnType<DiagnoseAgainParts['queue']['stateOf']>>;

/** An incident whose earlier diagnosis ends after so many looks; ours, once submitted, at the next look. `earlier`: what is known of ours before. */
function scripted(busyLooks: number, ends = true, earlier: JobState = 'lost') {
  let nowMs = 0;
  let looks = 0;
  let request = sampleRequest();
  const submitted: string[] = [];
  const drawn: string[] = [];
  const incidents = {
    load: async () => {
      looks += 1;
      return { request, diagnosing: request.id === again.id || looks <= busyLooks } as Incident;
    },
    apply: async (_id, event) => {
      if (looks <= busyLooks || event.kind !== 'diagnosis-requested') return undefined;
      request = event.request;
      return { request } as Incident;
    },
    loadDiagnosis: async (id) =>
      ends && submitted.includes(id) ? sampleDiagnosis(again, 'cleared') : undefined,
  } satisfies DiagnoseAgainParts['incidents'] as DiagnoseAgainParts['incidents'];
  const diagnose = createDiagnoseAgain('dns-7k2p', {
    incidents,
    drawings: { wake: async () => void drawn.push(request.id) },
    queue: {
      submit: async (_incident, { id }) => void submitted.push(id),
      stateOf: async () => earlier,
    },
    clock: { now: () => new Date(nowMs) },
    pause: async (ms) => {
      nowMs += ms;
    },
  });
  return { submitted, drawn, diagnose: () => diagnose(again, new AbortController().signal) };
}

test('it waits for a diagnosis that runs, then asks once and gives the verdict', async () => {
  const { diagnose, submitted, drawn } = scripted(3);

  const diagnosis = await diagnose();

  expect(diagnosis?.id).toBe('nonce-v1');
  expect(submitted).toEqual(['nonce-v1']);
  expect(drawn).toEqual(['nonce-v1']);
});

test('a diagnosis that does not end is waited for no longer than its patience', async () => {
  const { diagnose, submitted } = scripted(0, false);

  expect(await diagnose()).toBeUndefined();
  expect(submitted).toEqual(['nonce-v1']);
});

test.each<JobState>(['done', 'failed'])(
  'one that ended without a verdict before a kill (%s) is not asked again',
  async (earlier) => {
    const { diagnose, submitted } = scripted(0, false, earlier);

    expect(await diagnose()).toBeUndefined();
    expect(submitted).toEqual([]);
  },
);

test.each<JobState>(['queued', 'running'])(
  'one that is %s already, by a process that was killed, is waited for',
  async (earlier) => {
    const { diagnose, submitted } = scripted(0, true, earlier);

    expect((await diagnose())?.id).toBe('nonce-v1');
    expect(submitted).toEqual(['nonce-v1']);
  },
);

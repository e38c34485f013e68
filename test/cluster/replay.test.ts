// A bundle holds everything that a verdict came from: replayed without any cluster it gives the same, byte for byte.

import { expect, test } from 'vitest';
import type { Question } from '../../src/cluster/access.ts';
import { createRecordingAccess, createReplayAccess, questionKey } from '../../src/cluster/recorded-access.ts';
import { type Bundle, diagnoseReplay } from '../../src/diagnose.ts';
import { examineAll } from '../support/world-cases.ts';
import { diagnoseWorld } from '../support/world-diagnosis.ts';

const replay = (bundle: Bundle) =>
  diagnoseReplay(bundle, {
    request: bundle.request,
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onCrash: (_playbook, error) => {
      throw error;
    },
  });

test('every case, recorded, written down and read again, replays to the same JSON', async () => {
  for (const { bundle, diagnosis } of await examineAll()) {
    const stored = JSON.parse(JSON.stringify(bundle)) as Bundle;

    const result = await replay(stored);

    expect(result.ok && JSON.stringify(result.diagnosis)).toBe(JSON.stringify(diagnosis));
  }
});

test('instant and duration of a replay are those of the recording', async () => {
  const { bundle } = await diagnoseWorld(() => undefined);
  const slow = { ...bundle, diagnosis: { ...bundle.diagnosis, durationMs: 4321 } };

  const result = await replay(slow);

  expect(result.ok && result.diagnosis).toMatchObject({
    startedAt: '2026-03-01T03:12:00.000Z',
    durationMs: 4321,
  });
});

test('another question put to the recorded answers says what was not recorded', async () => {
  const { bundle } = await diagnoseWorld(() => undefined);
  const asked = { kind: 'name', name: 'web.shop' } as const;

  const result = await replay({ ...bundle, request: { ...bundle.request, target: asked } });

  if (!result.ok) throw new Error(result.problem.kind);
  const missing = result.diagnosis.probes.filter(({ status }) => status === 'no-vantage');
  expect(missing.length).toBeGreaterThan(0);
  expect(result.diagnosis.outcomes[0]?.outcome).not.toBe('cleared');
});

test('equal questions have one key, whatever the order of their members', () => {
  const one: Question = { via: 'api', timeoutMs: 5, read: { verb: 'get', resource: 'pods', name: 'a' } };
  const other: Question = { read: { name: 'a', resource: 'pods', verb: 'get' }, timeoutMs: 5, via: 'api' };

  expect(questionKey(one)).toBe(questionKey(other));
  expect(questionKey(one)).not.toBe(questionKey({ ...one, timeoutMs: 6 }));
});

test('a recording hands on what it records', async () => {
  const answer = {
    at: '2026-03-01T03:12:00.000Z',
    ms: 3,
    status: 'answered',
    raw: { kind: 'not-found' },
  } as const;
  const question: Question = { via: 'api', timeoutMs: 5, read: { verb: 'version' } };
  const { signal } = new AbortController();
  const recording = createRecordingAccess({ answer: async () => answer });

  const given = await recording.answer(question, signal);
  const replayed = await createReplayAccess(recording.answers()).answer(question, signal);

  expect(given).toEqual(answer);
  expect(replayed).toEqual(answer);
});

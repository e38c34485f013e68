// Buttons: evidence, right, wrong, check again; and clicks that must come to nothing.

import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { encodeButton } from '../../src/slack/button-value.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { diagnoses } from '../support/verdict-samples.ts';
import { type Desk, startDesk } from './desk.ts';

async function deskWithVerdict(diagnosis: Diagnosis = diagnoses['root cause']): Promise<Desk> {
  const desk = await startDesk();
  await desk.workspace.people.type(
    { user: 'U0ANNA', channel: 'C0INCIDENTS' },
    '/cni diagnose dns shop/web-7f',
  );
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  desk.change({ diagnosing: false, diagnosis });
  await desk.render();
  return desk;
}

const verdictOf = (desk: Desk): Message => desk.thread()[1] as Message;

test('evidence puts the file into the thread, and says so when it is there already', async () => {
  const desk = await deskWithVerdict();

  await desk.workspace.people.click({ user: 'U0SAM' }, verdictOf(desk), 'evidence');
  await desk.workspace.until(() => desk.incident().thread.evidenceOf !== undefined);
  await desk.workspace.people.click({ user: 'U0SAM' }, verdictOf(desk), 'evidence');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 1);

  expect(desk.thread()[2]?.files[0]?.content).toContain('-A FORWARD -p udp -m udp --dport 53 -j DROP');
  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0SAM')[0])).toBe('The evidence file is in this thread.');
  expect(desk.thread()).toHaveLength(3);
});

test('an upload that fails is told to who asked for it, and can be tried again', async () => {
  const desk = await deskWithVerdict();
  desk.workspace.faults.stage('files.getUploadURLExternal', { kind: 'http', status: 503 });

  await desk.workspace.people.click({ user: 'U0SAM' }, verdictOf(desk), 'evidence');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 1);
  await desk.workspace.people.click({ user: 'U0SAM' }, verdictOf(desk), 'evidence');
  await desk.workspace.until(() => desk.thread().length === 3);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0SAM')[0])).toContain('could not be uploaded');
});

test.each(['right', 'wrong'])(
  'the opinion that a verdict is %s is logged and thanked for',
  async (opinion) => {
    const desk = await deskWithVerdict();

    await desk.workspace.people.click({ user: 'U0LIWEI' }, verdictOf(desk), `feedback-${opinion}`);
    await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0LIWEI').length === 1);

    expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0LIWEI')[0])).toBe('已记录，谢谢。');
    expect(desk.logged).toContainEqual({ level: 'info', message: 'Verdict judged' });
  },
);

test('a button of an incident that is gone is answered with a sentence', async () => {
  const desk = await deskWithVerdict();
  const verdict = verdictOf(desk);
  desk.store.incidents.clear();

  await desk.workspace.people.click({ user: 'U0SAM' }, verdict, 'check-again');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 1);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0SAM')[0])).toContain('I know no incident');
});

test('a button value copied into another channel shows nothing of the incident', async () => {
  const desk = await deskWithVerdict();
  const forged = { ...verdictOf(desk), channel: 'C0CHINA' };

  await desk.workspace.people.click({ user: 'U0SAM' }, forged, 'evidence');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 1);

  expect(desk.thread()).toHaveLength(2);
  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0SAM')[0])).toContain('I know no incident');
});

test('buttons carry ids only', () => {
  expect(encodeButton({ incidentId: 'dns-1', diagnosisId: 'd-1' })).toBe('dns-1/d-1');
});

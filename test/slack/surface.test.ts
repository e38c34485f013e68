// Drawing incidents while Slack misbehaves: one root and one reply, whatever fails and however often it is repeated.

import { expect, test } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { SurfaceRateLimited, SurfaceUnreachable } from '../../src/incidents/ports.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { diagnoses, legs } from '../support/verdict-samples.ts';
import { type Desk, type DeskOptions, startDesk } from './desk.ts';

const anna = { user: 'U0ANNA', channel: 'C0INCIDENTS' };

async function openedDesk(options: DeskOptions = {}, channel = anna.channel): Promise<Desk> {
  const desk = await startDesk(options);
  await desk.workspace.people.type({ ...anna, channel }, '/cni diagnose dns shop/web-7f');
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  return desk;
}

const finish = (desk: Desk, diagnosis: Diagnosis): void => desk.change({ diagnosing: false, diagnosis });

/** Renders until it succeeds, as the queue does; the number of failures. */
async function renderStubbornly(desk: Desk): Promise<number> {
  for (let failures = 0; ; failures += 1) {
    try {
      await desk.render();
      return failures;
    } catch {
      if (failures > 10) throw new Error('rendering never succeeds');
      desk.advance(5000);
    }
  }
}

test.each([
  ['answers 500 after it has stored the message', { kind: 'http', status: 500, stored: true }],
  ['answers 500 without storing it', { kind: 'http', status: 500 }],
  ['stores the message and breaks the connection', { kind: 'cut', stored: true }],
  ['breaks the connection', { kind: 'cut' }],
  ['asks to wait', { kind: 'rate-limited', retryAfterS: 3 }],
  ['reports an error of its own', { kind: 'error', error: 'fatal_error' }],
  ['is answered for by a proxy', { kind: 'garbled', status: 200, body: '<html>Bad gateway</html>' }],
  ['is cut off in the middle of its answer', { kind: 'garbled', status: 200, body: '{"ok":true,"ts":"1' }],
] as const)('a Slack that %s twice still ends in one root and one reply', async (_, fault) => {
  const desk = await openedDesk();
  desk.workspace.faults.stage('chat.postMessage', fault, 2);

  const failures = await renderStubbornly(desk);

  expect(failures).toBeGreaterThan(0);
  expect(desk.thread()).toHaveLength(2);
  expect(desk.thread()[1]?.threadTs).toBe(desk.thread()[0]?.ts);
});

test('a Slack that stores the message and never answers is given up on, and nothing is posted twice', async () => {
  const desk = await openedDesk({ apiTimeoutMs: 3000 });
  desk.workspace.faults.stage('chat.postMessage', { kind: 'hang', stored: true });

  const failures = await renderStubbornly(desk);

  expect(failures).toBe(1);
  expect(desk.thread()).toHaveLength(2);
});

test('a process that died before it could note the message ids finds its messages again', async () => {
  const desk = await openedDesk();
  await desk.render();
  desk.change({ thread: { channel: anna.channel } });

  await desk.render();

  expect(desk.thread()).toHaveLength(2);
  expect(desk.incident().thread).toMatchObject({
    rootTs: desk.thread()[0]?.ts,
    replyTs: desk.thread()[1]?.ts,
  });
});

test("another app's message with our mark is not taken for ours", async () => {
  const desk = await openedDesk();
  await desk.render();
  for (const message of desk.workspace.state.messages) message.botId = 'B0OTHER';
  desk.change({ thread: { channel: anna.channel } });

  await desk.render();

  expect(desk.thread()).toHaveLength(4);
});

test('the verdict takes the place of the progress line', async () => {
  const desk = await openedDesk();
  desk.change({ progress: { done: 6, total: 9, elapsedMs: 4000, waiting: [] } });
  await desk.render();
  const before = wordsOfMessage(desk.thread()[1]);
  finish(desk, diagnoses['root cause']);

  await desk.render();

  expect(before).toBe('⏳ 6 of 9 checks done (4 s)');
  expect(desk.thread()).toHaveLength(2);
  expect(wordsOfMessage(desk.thread()[0])).toMatch(/^🔴 P1 · DNS — /);
  expect(wordsOfMessage(desk.thread()[1])).toMatch(/^Cause \(proven\): /);
});

test('drawing an unchanged incident again asks Slack for nothing', async () => {
  const desk = await openedDesk();
  await desk.render();
  const calls = desk.workspace.calls.length;

  await desk.render();

  expect(desk.workspace.calls).toHaveLength(calls);
});

test('renderings of one incident at the same time post once', async () => {
  const desk = await openedDesk();

  await Promise.all([desk.render(), desk.render(), desk.render()]);

  expect(desk.thread()).toHaveLength(2);
});

test('a rate limit is reported with the time that Slack asks for', async () => {
  const desk = await openedDesk();
  desk.workspace.faults.stage('chat.postMessage', { kind: 'rate-limited', retryAfterS: 7 });

  const rendering = desk.slack.surface.render(desk.incident());

  await expect(rendering).rejects.toBeInstanceOf(SurfaceRateLimited);
  await expect(rendering).rejects.toMatchObject({ retryAfterMs: 7000 });
});

test('nothing is sent before Slack would take it: a busy channel is told to wait', async () => {
  const desk = await openedDesk();
  await desk.render();
  const other = (id: string) => ({ ...desk.incident(), id, thread: { channel: anna.channel } });
  await desk.slack.surface.render(other('dns-2'));

  const rendering = desk.slack.surface.render(other('dns-3'));

  await expect(rendering).rejects.toMatchObject({ name: 'SurfaceRateLimited', retryAfterMs: 1000 });
  expect(
    desk.workspace.calls.filter((call) => call.outcome === 'ratelimited' || call.outcome === '429'),
  ).toEqual([]);
});

test.each([
  ['is archived', 'C0OLD', 'is_archived', 'That channel is closed'],
  ['the app is not in', 'C0STRANGERS', 'not_in_channel', 'Invite me with /invite @cni-triage'],
])('the asker hears of a channel that %s', async (_, channel, reason, sentence) => {
  const desk = await openedDesk({}, channel);

  const rendering = desk.slack.surface.render(desk.incident());

  await expect(rendering).rejects.toBeInstanceOf(SurfaceUnreachable);
  await expect(rendering).rejects.toMatchObject({ reason });
  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain(sentence);
});

test('after a restart the asker hears of an archived channel by direct message', async () => {
  const desk = await openedDesk();
  await desk.render();
  const channel = desk.workspace.state.channels.get(anna.channel);
  if (channel) channel.isArchived = true;
  desk.advance(31 * 60_000);
  finish(desk, diagnoses.cleared);

  await expect(desk.slack.surface.render(desk.incident())).rejects.toMatchObject({ reason: 'is_inactive' });

  expect(wordsOfMessage(desk.workspace.messagesIn('D00ANNA')[0])).toContain('That channel is closed');
});

test('a verdict whose progress line was deleted is posted anew, once', async () => {
  const desk = await openedDesk();
  await desk.render();
  desk.workspace.state.messages.pop();
  finish(desk, diagnoses['root cause']);

  await desk.render();
  await desk.render();

  expect(desk.thread()).toHaveLength(2);
  expect(wordsOfMessage(desk.thread()[1])).toMatch(/^Cause/);
});

test('a message that Slack refuses for its form still arrives as its text', async () => {
  const desk = await openedDesk();
  desk.workspace.faults.stage('chat.postMessage', { kind: 'error', error: 'invalid_blocks' });

  await desk.render();

  expect(desk.thread()[0]).toMatchObject({ blocks: [] });
  expect(desk.thread()[0]?.text).toContain('P1 · DNS — checking shop/web-7f');
  expect(desk.logged.map(({ level }) => level)).toContain('error');
});

test('a verdict too long for a message brings its evidence file, once', async () => {
  const desk = await openedDesk();
  const many = Array.from({ length: 9 }, (_, n) =>
    legs(true).map((leg) => ({ ...leg, from: `pod ${n}` })),
  ).flat();
  const [outcome] = diagnoses['root cause'].outcomes;
  finish(desk, { ...diagnoses['root cause'], outcomes: [{ ...outcome, legs: many }] } as Diagnosis);
  desk.workspace.faults.stage('files.completeUploadExternal', { kind: 'http', status: 500, stored: true });

  await renderStubbornly(desk);
  await desk.render();

  const files = desk.thread().flatMap((message) => message.files);
  expect(files.map((file) => file.name)).toEqual(['evidence-d-7k2p.txt']);
  expect(files[0]?.content).toContain('== EVERY CHECK');
});

test('a re-check gets a reply of its own below the old verdict', async () => {
  const desk = await openedDesk();
  await desk.render();
  finish(desk, diagnoses['root cause']);
  await desk.render();

  const [, reply] = desk.thread();
  if (reply) await desk.workspace.people.click({ user: 'U0SAM' }, reply, 'check-again');
  await desk.workspace.until(() => desk.incident().diagnosing);
  await desk.render();

  const [root, verdict, progress] = desk.thread();
  expect(wordsOfMessage(root)).toContain('checking shop/web-7f');
  expect(wordsOfMessage(verdict)).toMatch(/^Cause/);
  expect(wordsOfMessage(progress)).toBe('⏳ Starting the checks…');
});

test('a limit in the middle keeps what was posted before it, which is not looked for again', async () => {
  const desk = await openedDesk();
  desk.workspace.faults.stage('conversations.replies', { kind: 'rate-limited', retryAfterS: 3 });

  const limit = await desk.slack.surface.render(desk.incident()).catch((error: unknown) => error);

  expect(limit).toBeInstanceOf(SurfaceRateLimited);
  expect((limit as SurfaceRateLimited).posted).toEqual({ rootTs: desk.thread()[0]?.ts });
});

test('a reply that Slack does not take holds up no news in the root message', async () => {
  const desk = await openedDesk();
  await desk.render();
  desk.change({ owner: 'U0SAM' });
  finish(desk, diagnoses['root cause']);
  desk.workspace.faults.stage('chat.update', { kind: 'error', error: 'fatal_error' });

  const failure = await desk.slack.surface.render(desk.incident()).catch((error: unknown) => error);

  expect(String(failure)).toContain('fatal_error');
  expect(wordsOfMessage(desk.thread()[0])).toContain('owner: @U0SAM');
});

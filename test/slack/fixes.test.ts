// Fixes by clicks: asked for under the verdict, decided by whoever may, stopped, taken back. Whoever presses in vain hears why,
// nothing is handed to a remediator without the approvals it needs, and the audit has all of it.

import { expect, test } from 'vitest';
import type { JournalEntry } from '../../src/remediation/execution.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Block, Message } from '../support/slack-workspace/state.ts';
import { legs } from '../support/verdict-samples.ts';
import { startDesk } from './desk.ts';
import { anna, type FixDesk, fixActionOf, liwei, sam, startFixDesk } from './fix-desk.ts';

const audit = ({ memory }: FixDesk) => memory.audited.map(({ what, who, result }) => [what, who, result]);
const fixed = {
  status: 'applied',
  verification: { verdict: 'fixed', legs: legs(false) },
  undone: 'none-needed',
} as const;
const stillFailing = {
  status: 'applied',
  verification: { verdict: 'still-failing', legs: legs(true) },
  undone: 'offered',
} as const;

/** The same message with what one of its buttons carries changed, as somebody may send it who forges clicks. */
const altered = (message: Message, change: (value: string) => string): Message => ({
  ...message,
  blocks: JSON.parse(JSON.stringify(message.blocks), (key, value) =>
    key === 'value' ? change(value) : value,
  ) as Block[],
});

test('a fix goes from the verdict through a second person to its proof', async () => {
  const desk = await startFixDesk();

  await desk.ask();
  const waiting = wordsOfMessage(desk.fix());
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.draw();
  const handedOn = wordsOfMessage(desk.fix());
  await desk.end(fixed);

  expect(waiting).toContain('Proposed fix: restart the CNI agent on one node');
  expect(waiting).toContain('[Approve] [Reject] [Details]');
  expect(handedOn).toContain('👍 Approved by @U0SAM');
  expect(wordsOfMessage(desk.fix())).toMatch(/^✅ Done, and it works/);
  expect(desk.thread()).toHaveLength(3);
  expect(audit(desk)).toEqual([
    ['requested', 'U0ANNA', ''],
    ['planned', 'bot', ''],
    ['approved', 'U0SAM', ''],
  ]);
});

test('who asked for it may not approve it', async () => {
  const desk = await startFixDesk();
  await desk.ask();

  await desk.press(anna, 'fix-approve');

  expect(await desk.heard(anna)).toBe('You asked for it, so somebody else has to approve.');
  expect(desk.memory.executions.size).toBe(0);
  expect(audit(desk).at(-1)).toEqual(['refused', 'U0ANNA', 'own-request']);
});

test('a fix of low risk may be approved by who asked for it', async () => {
  const desk = await startFixDesk({ risk: 'low' });
  await desk.ask();

  await desk.press(anna, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);

  expect(desk.state()).toBe('approved');
});

test('a fix of high risk waits for a second yes, and not of the same person', async () => {
  const desk = await startFixDesk({ risk: 'high' });
  desk.workspace.state.groups.set('S0ONCALL', ['U0SAM', 'U0LIWEI']);
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => audit(desk).length === 3);

  await desk.press(sam, 'fix-approve');
  const twice = await desk.heard(sam);
  const afterTwice = desk.memory.executions.size;
  await desk.press(liwei, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);

  expect(twice).toBe('You have approved it already; it needs a second person.');
  expect(afterTwice).toBe(0);
  expect(desk.state()).toBe('approved');
});

test('a request that waited too long is refused, and its message loses its buttons', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  desk.advance(15 * 60_000);

  await desk.press(sam, 'fix-approve');
  const heard = await desk.heard(sam);
  await desk.draw();

  expect(heard).toMatch(/^The request expired at 03:27 UTC/);
  expect(wordsOfMessage(desk.fix())).not.toContain('[Approve]');
  expect(audit(desk).at(-1)).toEqual(['refused', 'U0SAM', 'expired']);
});

test('where no worker is alive, who presses hears so at once and nothing is kept', async () => {
  const desk = await startFixDesk({ hasWorker: false });

  await desk.press(sam, fixActionOf('restart-cni-agent', desk.verdict()), desk.verdict());

  expect(await desk.heard(sam)).toMatch(/^No worker of \S+ is alive, so no plan can be made\./);
  expect(desk.memory.proposals.size).toBe(0);
});

test('a button with the nonce or the digest of another plan decides nothing', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  const otherNonce = altered(desk.fix(), (value) => value.replace(/\/[^/]+\//, '/0000000000000000/'));
  const otherDigest = altered(desk.fix(), (value) => value.replace(/[^/]+$/, '0'.repeat(64)));

  await desk.press(sam, 'fix-approve', otherNonce);
  await desk.press(sam, 'fix-approve', otherDigest);
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 2);

  expect(desk.workspace.shownOnlyTo('U0SAM').map(wordsOfMessage)).toEqual([
    'That button belongs to another plan. Use the newest message.',
    'That button belongs to another plan. Use the newest message.',
  ]);
  expect(desk.state()).toBe('waiting');
});

test('a button that is pressed in another channel than the fix lives in is of an unknown request', async () => {
  const desk = await startFixDesk();
  await desk.ask();

  await desk.press(sam, 'fix-approve', { ...desk.fix(), channel: 'C0CHINA' });

  expect(await desk.heard(sam)).toContain('I know that request no more.');
  expect(desk.state()).toBe('waiting');
});

test('who asked for it may take it back, and can ask for it anew', async () => {
  const desk = await startFixDesk();
  await desk.ask();

  await desk.press(anna, 'fix-reject');
  await desk.workspace.until(() => desk.state() === 'rejected');
  await desk.draw();
  const rejected = wordsOfMessage(desk.fix());
  await desk.ask();

  expect(rejected).toContain('🚫 Rejected, nothing was changed. By @U0ANNA');
  expect(wordsOfMessage(desk.fix())).toContain('[Approve]');
  expect(desk.thread()).toHaveLength(4);
});

test('who presses a fix twice gets one plan', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  const action = fixActionOf('restart-cni-agent', desk.verdict());

  await desk.press(sam, action, desk.verdict());

  expect(await desk.heard(sam)).toContain('That fix was asked for already');
  expect(desk.memory.orders.size).toBe(1);
  expect(audit(desk).filter(([what]) => what === 'requested')).toHaveLength(1);
});

test('many clicks on approve at once are one execution', async () => {
  const desk = await startFixDesk();
  await desk.ask();

  await Promise.all(Array.from({ length: 20 }, () => desk.press(sam, 'fix-approve')));
  await desk.workspace.until(() => audit(desk).length === 22);

  expect(desk.memory.executions.size).toBe(1);
  expect(audit(desk).filter(([what]) => what === 'approved')).toHaveLength(1);
});

test('the fix of a verdict that a newer one has replaced is not asked for', async () => {
  const desk = await startFixDesk();
  const old = desk.verdict();
  const { diagnosis } = desk.incident();
  if (diagnosis) desk.change({ diagnosis: { ...diagnosis, id: 'd-newer' } });

  await desk.press(sam, fixActionOf('restart-cni-agent', old), old);

  expect(await desk.heard(sam)).toContain('That verdict is old.');
  expect(desk.memory.proposals.size).toBe(0);
});

test('a fix that the finding does not have is not asked for', async () => {
  const desk = await startFixDesk();
  const forged = altered(desk.verdict(), (value) => value.replace('restart-cni-agent', 'restore-corefile'));

  await desk.press(sam, 'fix-0', forged);

  expect(await desk.heard(sam)).toContain('I do not offer that fix for this finding.');
  expect(desk.memory.orders.size).toBe(0);
});

test('anybody in the channel may stop what runs', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.draw();

  await desk.press(liwei, 'fix-stop');
  await desk.workspace.until(() => desk.memory.stopped.length === 1);
  await desk.draw();

  expect([...desk.memory.executions.keys()]).toEqual(desk.memory.stopped);
  expect(wordsOfMessage(desk.fix())).toContain('Stop was pressed by @U0LIWEI');
});

test('stopping what has ended is refused', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.draw();
  const running = { ...desk.fix() };
  await desk.end(fixed);

  await desk.press(liwei, 'fix-stop', running);

  expect(await desk.heard(liwei)).toBe('该修复未在执行，无需停止。');
  expect(desk.memory.stopped).toEqual([]);
});

test('what did not help is taken back by a plan of its own, which somebody else approves', async () => {
  const desk = await startFixDesk({ remediation: 'restore-corefile' });
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.end(stillFailing);
  const ended = desk.fix();

  await desk.press(sam, 'fix-undo', ended);
  await desk.workspace.until(() => desk.memory.proposals.size === 2 && desk.state() === 'waiting');
  await desk.draw();
  const takingBack = wordsOfMessage(desk.fix());
  await desk.press(anna, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 2);

  expect(takingBack).toContain('Take back: put the last healthy Corefile back');
  expect(takingBack).toContain('Requested by @U0SAM');
  expect(audit(desk).slice(3)).toEqual([
    ['requested', 'U0SAM', 'undo'],
    ['planned', 'bot', ''],
    ['approved', 'U0ANNA', ''],
  ]);
});

test('what was asked to be taken back and rejected can be asked again, but not twice at once', async () => {
  const desk = await startFixDesk({ remediation: 'restore-corefile' });
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.end(stillFailing);
  const ended = desk.fix();
  await desk.press(sam, 'fix-undo', ended);
  await desk.workspace.until(() => desk.memory.proposals.size === 2 && desk.state() === 'waiting');
  await desk.draw();

  await desk.press(sam, 'fix-undo', ended);
  const twice = await desk.heard(sam);
  await desk.press(sam, 'fix-reject');
  await desk.workspace.until(() => desk.state() === 'rejected');
  await desk.press(sam, 'fix-undo', ended);
  await desk.workspace.until(() => desk.memory.proposals.size === 3);

  expect(twice).toContain('somebody has asked for it already');
});

test('where a reason is required, a window asks for it, and an empty one is refused there', async () => {
  const desk = await startFixDesk({ reasonFrom: 'medium' });
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.workspace.windows.has('U0SAM'));

  await desk.workspace.people.submit(sam, '');
  const forEmpty = Object.values(desk.workspace.windows.get('U0SAM')?.errors ?? {});
  await desk.workspace.people.submit(sam, 'Seen on the switch');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  await desk.draw();

  expect(forEmpty).toEqual(['Say why: a reason is required.']);
  expect(desk.workspace.windows.has('U0SAM')).toBe(false);
  expect(wordsOfMessage(desk.fix())).toMatch(/Approved by @U0SAM · \S+ UTC: Seen on the switch/);
  expect(audit(desk).at(-1)).toEqual(['approved', 'U0SAM', 'Seen on the switch']);
});

test('the details are a file in the thread, once', async () => {
  const desk = await startFixDesk({ remediation: 'restore-corefile' });
  await desk.ask();
  const message = desk.fix();
  desk.advance(2000);

  await desk.press(liwei, 'fix-details', message);
  await desk.heard(liwei);
  desk.advance(2000);
  await desk.press(sam, 'fix-details', message);
  await desk.heard(sam);

  const files = desk.thread().flatMap((each) => each.files);
  expect(files).toHaveLength(1);
  expect(files[0]?.content).toContain('+ .:53 {');
});

test('a message that somebody deleted is posted once more, so that the end is read', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  const { messages } = desk.workspace.state;
  messages.splice(messages.indexOf(desk.fix()), 1);

  await desk.end(fixed);
  await desk.draw();

  expect(desk.thread()).toHaveLength(3);
  expect(wordsOfMessage(desk.fix())).toMatch(/^✅ Done/);
});

test('a rate limit while a fix is drawn is reported, and its message is not posted twice', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  const before = desk.thread().length;
  for (const [id, proposal] of desk.memory.proposals)
    desk.memory.proposals.set(id, {
      ...proposal,
      thread: { channel: anna.channel, rootTs: proposal.thread.rootTs },
    });
  desk.workspace.faults.stage('conversations.replies', { kind: 'rate-limited', retryAfterS: 3 });

  await expect(desk.draw()).rejects.toMatchObject({ name: 'SurfaceRateLimited', retryAfterMs: 3000 });
  await desk.draw();

  expect(desk.thread()).toHaveLength(before);
});

test('where fixes are not configured, none is offered', async () => {
  const desk = await startDesk();
  await desk.workspace.people.type(anna, '/cni diagnose dns shop/web-7f');
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  const fixDesk = await startFixDesk();
  const { diagnosis } = fixDesk.incident();
  desk.change({ diagnosing: false, ...(diagnosis && { diagnosis }) });

  await desk.render();

  expect(wordsOfMessage(fixDesk.verdict())).toContain('[Fix: restart the CNI agent');
  expect(wordsOfMessage(desk.thread()[1])).not.toContain('[Fix');
});

test('how far a fix has come shows however many messages were edited just before', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => desk.memory.executions.size === 1);
  const [id = ''] = desk.memory.proposals.keys();
  const at = '2026-03-01T03:10:00.000Z';
  const begun: JournalEntry = { kind: 'begun', at };
  const done: JournalEntry = { kind: 'step-done', phase: 'do', step: 0, at, found: false };

  const shown: string[] = [];
  const journals = Array.from({ length: 30 }, () => [[begun], [begun, done]]).flat();
  for (const journal of journals) {
    desk.memory.journals.set(id, journal);
    await desk.draw();
    shown.push(wordsOfMessage(desk.fix()).match(/\d of \d steps/)?.[0] ?? '');
  }

  expect(shown).toEqual(journals.map(({ length }) => `${length - 1} of 2 steps`));
});

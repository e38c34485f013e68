// What people do to an incident: by buttons, select, menu and window, and by words in its thread. The thread shows who
// did what; whoever asks in vain hears why.

import { expect, test } from 'vitest';
import type { Silencer } from '../../src/incidents/alert.ts';
import { SilenceFailed } from '../../src/incidents/alert.ts';
import { type AuditEvent, type AuditLine, CHAIN_START, chained } from '../../src/remediation/audit.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { diagnoses } from '../support/verdict-samples.ts';
import { type Desk, type DeskOptions, startDesk } from './desk.ts';

const anna = { user: 'U0ANNA', channel: 'C0INCIDENTS' };
const sam = { user: 'U0SAM' };

async function deskWithIncident(options: DeskOptions = {}): Promise<Desk> {
  const desk = await startDesk(options);
  await desk.workspace.people.type(anna, '/cni diagnose dns shop/web-7f');
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  desk.change({ diagnosing: false, diagnosis: diagnoses['root cause'] });
  if (options.firing)
    desk.change({ alerts: { firing: options.firing.length, joined: options.firing.length, names: {} } });
  await desk.render();
  return desk;
}

const root = (desk: Desk): Message => desk.thread()[0] as Message;
const lastOf = (desk: Desk): string => wordsOfMessage(desk.thread().at(-1));
const journalOf = (desk: Desk): string[] => desk.incident().journal.map(({ kind }) => kind);

async function heard(desk: Desk, user: string, count = 1): Promise<string> {
  await desk.workspace.until(() => desk.workspace.shownOnlyTo(user).length === count);
  return wordsOfMessage(desk.workspace.shownOnlyTo(user).at(-1));
}

test('a click on acknowledge stops the clock, and the root message says who has it', async () => {
  const desk = await deskWithIncident();

  await desk.workspace.people.click(sam, root(desk), 'acknowledge');
  await desk.workspace.until(() => desk.incident().state === 'acknowledged');
  await desk.render();

  expect(desk.incident().clock.answered).toMatchObject({ by: 'U0SAM', act: 'acknowledged' });
  expect(wordsOfMessage(root(desk))).toContain('acknowledged by @U0SAM');
  expect(wordsOfMessage(root(desk))).not.toContain('[Acknowledge]');
  expect(desk.thread()).toHaveLength(2);
});

test('the person select gives the incident to somebody, who is called in the thread', async () => {
  const desk = await deskWithIncident();

  await desk.workspace.people.click(sam, root(desk), 'assign', 'U0LIWEI');
  await desk.workspace.until(() => desk.incident().owner === 'U0LIWEI');
  await desk.render();

  expect(wordsOfMessage(root(desk))).toContain('owner: @U0LIWEI');
  expect(lastOf(desk)).toBe('👤 assigned to @U0LIWEI by @U0SAM');
});

test('escalate in the menu calls the configured user group', async () => {
  const desk = await deskWithIncident({ escalationGroup: 'S0NETONCALL' });

  await desk.workspace.people.click(sam, root(desk), 'more', 'escalate');
  await desk.workspace.until(() => journalOf(desk).includes('escalated'));
  await desk.render();

  expect(lastOf(desk)).toBe('📣 escalated by @U0SAM, calling @S0NETONCALL');
});

test('resolve in the menu ends the incident, after which only a new check is offered', async () => {
  const desk = await deskWithIncident();

  await desk.workspace.people.click(sam, root(desk), 'more', 'resolve');
  await desk.workspace.until(() => desk.incident().state === 'resolved');
  await desk.render();

  expect(wordsOfMessage(root(desk))).toMatch(/closed · dns-1\n\[Check again\]$/);
});

test('a note is written in a window and appears in the thread, its markup inert', async () => {
  const desk = await deskWithIncident();
  await desk.workspace.people.click(sam, root(desk), 'more', 'note');
  await desk.workspace.until(() => desk.workspace.windows.has('U0SAM'));

  await desk.workspace.people.submit(sam, 'It was the switch <!channel>');
  await desk.render();

  expect(desk.workspace.windows.has('U0SAM')).toBe(false);
  expect(lastOf(desk)).toBe('📝 @U0SAM: It was the switch <!channel>');
  expect(JSON.stringify(desk.thread().at(-1)?.blocks)).not.toContain('broadcast');
});

test('an empty note is refused in its window, and so is one of an incident that is gone', async () => {
  const desk = await deskWithIncident();
  await desk.workspace.people.click(sam, root(desk), 'more', 'note');
  await desk.workspace.until(() => desk.workspace.windows.has('U0SAM'));

  await desk.workspace.people.submit(sam, '');
  const forEmpty = Object.values(desk.workspace.windows.get('U0SAM')?.errors ?? {});
  desk.store.incidents.clear();
  await desk.workspace.people.submit(sam, 'too late');
  const forGone = Object.values(desk.workspace.windows.get('U0SAM')?.errors ?? {});

  expect(forEmpty).toEqual(['Write something first.']);
  expect(forGone.join()).toContain('I know no incident dns-1');
});

test('silence in the menu silences the alerts that fire, and the thread says until when', async () => {
  const asked: unknown[] = [];
  const silencer: Silencer = {
    async silence(alerts, request) {
      asked.push({ alerts: alerts.length, ...request });
      return 1;
    },
  };
  const desk = await deskWithIncident({ silencer, firing: [sampleAlert()] });

  await desk.workspace.people.click(sam, root(desk), 'more', 'silence-1h');
  await desk.workspace.until(() => journalOf(desk).includes('silenced'));
  await desk.render();

  expect(asked).toEqual([
    {
      alerts: 1,
      untilAt: '2026-03-01T04:12:00.000Z',
      by: 'U0SAM',
      comment: 'cni-triage incident dns-1',
    },
  ]);
  expect(lastOf(desk)).toBe('🔕 silenced until 04:12 UTC by @U0SAM');
});

test('an Alertmanager that refuses is said to who asked, with its reason, and nothing is noted', async () => {
  const silencer: Silencer = { silence: () => Promise.reject(new SilenceFailed('403 Forbidden')) };
  const desk = await deskWithIncident({ silencer, firing: [sampleAlert()] });

  await desk.workspace.people.click(sam, root(desk), 'more', 'silence-4h');

  expect(await heard(desk, 'U0SAM')).toContain('Alertmanager did not take the silence (403 Forbidden)');
  expect(journalOf(desk)).toEqual([]);
});

test('silencing is offered only while an alert fires', async () => {
  const quiet = await deskWithIncident();
  const loud = await deskWithIncident({ firing: [sampleAlert()] });

  expect(wordsOfMessage(root(quiet))).not.toContain('Silence');
  expect(wordsOfMessage(root(loud))).toContain('Silence for 1 h, Silence for 4 h');
});

test('words in the thread need no id: the incident is the one of the thread', async () => {
  const desk = await deskWithIncident();
  const inThread = { ...anna, user: 'U0SAM', threadTs: root(desk).ts };

  await desk.workspace.people.type(inThread, '@cni-triage ack');

  expect(await heard(desk, 'U0SAM')).toBe('dns-1 is yours. The response clock has stopped.');
  expect(desk.incident().owner).toBe('U0SAM');
});

test.each([
  ['outside of a thread without an id', '/cni ack', 'Which incident? Say its id'],
  ['of an incident that nobody knows', '/cni ack dns-7k2p', 'I know no incident dns-7k2p'],
])('an act %s is answered with what is missing', async (_, text, sentence) => {
  const desk = await deskWithIncident();

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, text);

  expect(await heard(desk, 'U0SAM')).toContain(sentence);
});

test('a second acknowledgement by the same person changes nothing and says so', async () => {
  const desk = await deskWithIncident();
  await desk.workspace.people.click(sam, root(desk), 'acknowledge');
  await desk.workspace.until(() => desk.incident().owner === 'U0SAM');

  await desk.workspace.people.click(sam, root(desk), 'acknowledge');

  expect(await heard(desk, 'U0SAM')).toBe('dns-1 has that owner already, so nothing was changed.');
  expect(journalOf(desk)).toEqual(['acknowledged']);
});

test('what came while the thread was not told goes into one message, and is never told twice', async () => {
  const desk = await deskWithIncident();
  for (const text of ['first', 'second'])
    await desk.store.apply('dns-1', { kind: 'noted', by: 'U0SAM', text, at: '2026-03-01T03:13:00.000Z' });

  await desk.render();
  await desk.render();
  // The process dies between posting and noting what was told.
  desk.change({ thread: { ...desk.incident().thread, toldUpTo: 0 } });
  await desk.render();

  expect(desk.thread()).toHaveLength(3);
  expect(lastOf(desk)).toBe('📝 @U0SAM: first\n📝 @U0SAM: second');
});

test('the report brings its table as a file into the channel, and only the asker reads the summary', async () => {
  const desk = await deskWithIncident();

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, '/cni report 7d');
  const summary = await heard(desk, 'U0SAM');

  expect(summary).toContain('DNS · 1 incidents, 1 open · none answered (due in 30 min) · none late');
  const file = desk.workspace.messagesIn('C0INCIDENTS').at(-1)?.files[0];
  expect(file?.content).toMatch(/^incident,cluster,fault,/);
  expect(file?.content).toContain('\ndns-1,prod-eu,dns,P1,open,');
});

test('a report whose file Slack refuses still says its numbers, and why the file is missing', async () => {
  const desk = await deskWithIncident();
  desk.workspace.faults.stage('files.completeUploadExternal', { kind: 'error', error: 'not_in_channel' });

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, '/cni report 7d');

  expect(await heard(desk, 'U0SAM')).toMatch(
    /1 incidents.*\n.*csv could not be uploaded here \(not_in_channel\)/s,
  );
});

const audited = (count: number): AuditLine[] => {
  const lines: AuditLine[] = [];
  for (let number = 0; number < count; number += 1) {
    const event: AuditEvent = {
      ...{
        at: '2026-03-01T03:12:00.000Z',
        who: 'U0LEE',
        what: 'approved',
        incidentId: 'dns-1',
        digest: 'ab',
      },
      ...{ cluster: number === 0 ? 'prod-us' : 'prod-eu', remediation: 'restart-coredns', result: '' },
    };
    lines.push(chained(lines.at(-1)?.hash ?? CHAIN_START, number, event));
  }
  return lines;
};

test('the audit shows its last entries to the asker only, and brings all of them as two files', async () => {
  const desk = await deskWithIncident({ audit: audited(20) });

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, '/cni audit 7d');
  const summary = await heard(desk, 'U0SAM');

  expect(summary.match(/@U0LEE · approved · restart CoreDNS/g)).toHaveLength(15);
  expect(summary).toContain('These are the last 15.');
  const [jsonl, csv] = desk.workspace.messagesIn('C0INCIDENTS').slice(-2);
  expect(jsonl?.files[0]?.content.trim().split('\n')).toHaveLength(20);
  expect(csv?.files[0]?.content).toMatch(/^number,at,who,what,/);
});

test('the audit of one cluster shows its entries, and its files have all of them', async () => {
  const desk = await deskWithIncident({ audit: audited(3) });

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, '/cni audit --cluster prod-us');
  const summary = await heard(desk, 'U0SAM');

  expect(summary).toContain('1 entry from');
  const [jsonl] = desk.workspace.messagesIn('C0INCIDENTS').slice(-2);
  expect(jsonl?.files[0]?.content.trim().split('\n')).toHaveLength(3);
});

test('an audit without entries brings no file', async () => {
  const desk = await deskWithIncident();
  const before = desk.workspace.messagesIn('C0INCIDENTS').length;

  await desk.workspace.people.type({ ...anna, user: 'U0SAM' }, '/cni audit');

  expect(await heard(desk, 'U0SAM')).toContain('0 entries from');
  expect(desk.workspace.messagesIn('C0INCIDENTS')).toHaveLength(before);
});

// Reports of the checklist as Slack gets them: where they go, in which language, once each, and with which button.

import { expect, test } from 'vitest';
import { type CheckResult, checkItems } from '../../src/checklist/checklist.ts';
import type { ChecklistReport } from '../../src/checklist/ports.ts';
import { createChecklistSurface, REVIEWED } from '../../src/slack/checklist-surface.ts';
import type { SlackMessage } from '../../src/slack/messages.ts';
import type { Mark, Place } from '../../src/slack/posting.ts';
import { CHECKED_AT, fineResults, sampleRun } from '../support/sample-check.ts';

const asked = { channel: 'C1', by: 'U1', language: 'zh' } as const;
const unreviewed: CheckResult = {
  item: 'policies',
  status: 'attention',
  at: CHECKED_AT,
  params: { changes: [], changed: 0, policies: 3, unread: [] },
};
const run = (...changes: CheckResult[]) =>
  sampleRun({ id: 'c-1', cluster: 'prod-eu', items: [...checkItems] }, changes);

async function told(report: ChecklistReport, channel: string | undefined = 'C-ops') {
  const posted: { place: Place; mark: Mark; message: SlackMessage }[] = [];
  const surface = createChecklistSurface({
    posting: {
      postOnce: async (place, mark, message) => {
        posted.push({ place, mark, message });
        return '1.0';
      },
    },
    channelOf: () => channel,
    languageOf: () => undefined,
    onUnreachable: async () => undefined,
    clock: { now: () => new Date(CHECKED_AT) },
  });
  await surface.tell(report);
  return posted;
}

const buttonsIn = ({ blocks }: SlackMessage) =>
  blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));

test('an answer goes where it was asked for, in the language of the question', async () => {
  const [post] = await told({ kind: 'answer', run: run(), asked });

  expect(post?.place.channel).toBe('C1');
  expect(post?.message.text).toContain('运维检查');
});

test('news go to the channel of the cluster', async () => {
  const [post] = await told({ kind: 'news', run: run(), items: ['mesh'] });

  expect(post?.place.channel).toBe('C-ops');
  expect(post?.message.text).toContain('Across nodes');
});

test('where a cluster has no channel, news are not posted', async () => {
  const surface = createChecklistSurface({
    posting: { postOnce: () => Promise.reject(new Error('posted')) },
    channelOf: () => undefined,
    languageOf: () => undefined,
    onUnreachable: async () => undefined,
    clock: { now: () => new Date(CHECKED_AT) },
  });

  await expect(surface.tell({ kind: 'news', run: run(), items: ['mesh'] })).resolves.toBeUndefined();
});

test('policies that want a look have the button, which carries the run', async () => {
  const [post] = await told({ kind: 'answer', run: run(unreviewed), asked });

  expect(post && buttonsIn(post.message)).toMatchObject([{ action_id: REVIEWED, value: 'c-1' }]);
});

test.each([
  ['policies are as reviewed', { kind: 'answer', run: run(), asked }],
  ['the news are about something else', { kind: 'news', run: run(unreviewed), items: ['mesh'] }],
  ['it is a digest', { kind: 'digest', cluster: 'prod-eu', results: fineResults() }],
] satisfies [string, ChecklistReport][])('there is no button when %s', async (_when, report) => {
  const [post] = await told(report);

  expect(post && buttonsIn(post.message)).toEqual([]);
});

test('what was asked for in a thread is answered there', async () => {
  const [post] = await told({ kind: 'answer', run: run(), asked: { ...asked, threadTs: '7.1' } });

  expect(post?.place.threadTs).toBe('7.1');
});

test('two checks of a day that could not be made are told each', async () => {
  const failure = { kind: 'timed-out' } as const;
  const failed = (id: string) => told({ kind: 'no-answer', id, cluster: 'prod-eu', failure, asked });

  const [first, second] = [await failed('c-1'), await failed('c-2')];

  expect(first[0]?.mark).not.toEqual(second[0]?.mark);
});

test('a report that is told twice has the same mark, and a digest one a day', async () => {
  const answer: ChecklistReport = { kind: 'answer', run: run(), asked };
  const digest: ChecklistReport = { kind: 'digest', cluster: 'prod-eu', results: [] };

  const marks = (await Promise.all([answer, answer, digest].map((report) => told(report)))).flatMap((posts) =>
    posts.map(({ mark }) => mark),
  );

  expect(marks[0]).toEqual(marks[1]);
  expect(marks[2]).toEqual({ incident: 'check prod-eu 2026-03-10', part: 'digest' });
});

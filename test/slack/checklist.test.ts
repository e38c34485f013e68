// The operations checklist in Slack: what is ordered by words, where the answer comes, and the button under it.

import { expect, test } from 'vitest';
import { type CheckResult, checkItems } from '../../src/checklist/checklist.ts';
import type { ChecklistOrders } from '../../src/incidents/check.ts';
import { CHECKED_AT, sampleRun } from '../support/sample-check.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { type DeskOptions, startDesk } from './desk.ts';

const ANNA = { user: 'U0ANNA', channel: 'C0INCIDENTS' };
const unreviewed: CheckResult = {
  item: 'policies',
  status: 'attention',
  at: CHECKED_AT,
  params: { changes: [], changed: 0, policies: 3, unread: [] },
};

test('a check is ordered for who asks, and its answer is posted where it was asked for', async () => {
  const orders: Parameters<ChecklistOrders['check']>[] = [];
  const desk = await startDesk({
    checklist: { check: async (...order) => void orders.push(order) },
  });

  await desk.workspace.people.type(ANNA, '/cni check');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);
  const [[id = '', cluster = '', asked] = []] = orders;
  const run = sampleRun({ id, cluster, items: [...checkItems] });
  if (asked) await desk.slack.checklistSurface.tell({ kind: 'answer', run, asked });

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain('I am checking prod-eu');
  expect(asked).toEqual({ channel: 'C0INCIDENTS', by: 'U0ANNA', language: 'en' });
  expect(wordsOfMessage(desk.workspace.messagesIn('C0INCIDENTS')[0])).toContain('Checklist of prod-eu');
});

test('a failure drill is written down in the words of who held it', async () => {
  const drills: unknown[][] = [];
  const desk = await startDesk({
    checklist: { recordDrill: async (...drill) => void drills.push(drill) },
  });

  await desk.workspace.people.type(ANNA, '/cni check drill passed CoreDNS scaled to zero');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  expect(drills).toEqual([['prod-eu', 'U0ANNA', 'CoreDNS scaled to zero', 'passed']]);
});

test('a cluster without a worker is not checked, and that is said', async () => {
  const desk = await startDesk({ clusters: [] });

  await desk.workspace.people.type(ANNA, '/cni check');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain('No worker');
});

test('who presses the button has reviewed the policies as that run saw them', async () => {
  const reviews: unknown[] = [];
  const desk = await deskWithButton({
    review: async (run, by) => {
      reviews.push({ run, by });
      return true;
    },
  });

  await desk.press();

  expect(reviews).toEqual([{ run: 'c-1', by: 'U0SAM' }]);
  expect(desk.heard()).toContain('reviewed as that check saw them');
});

test('under a run that is gone the button says what to do', async () => {
  const desk = await deskWithButton({ review: async () => false });

  await desk.press();

  expect(desk.heard()).toContain('too old');
});

test('who asked in a channel that takes no messages is told in a direct message', async () => {
  const desk = await startDesk();
  const asked = { channel: 'C0STRANGERS', by: 'U0ANNA', language: 'en' as const };
  const run = sampleRun({ id: 'c-1', cluster: 'prod-eu', items: [...checkItems] });

  const telling = desk.slack.checklistSurface.tell({ kind: 'answer', run, asked });

  await expect(telling).rejects.toThrow('not_in_channel');
  expect(wordsOfMessage(desk.workspace.messagesIn('D00ANNA')[0])).toContain('/invite');
});

async function deskWithButton(checklist: NonNullable<DeskOptions['checklist']>) {
  const desk = await startDesk({ checklist });
  const { workspace, slack } = desk;
  await slack.checklistSurface.tell({
    kind: 'answer',
    run: sampleRun({ id: 'c-1', cluster: 'prod-eu', items: [...checkItems] }, [unreviewed]),
    asked: { channel: 'C0INCIDENTS', by: 'U0ANNA', language: 'en' },
  });
  return {
    async press() {
      const [message] = workspace.messagesIn('C0INCIDENTS');
      if (!message) throw new Error('nothing was posted');
      await workspace.people.click({ user: 'U0SAM' }, message, 'policies-reviewed');
      await workspace.until(() => workspace.shownOnlyTo('U0SAM').length === 1);
    },
    heard: () => wordsOfMessage(workspace.shownOnlyTo('U0SAM')[0]),
  };
}

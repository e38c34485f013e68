// A real remediator that people stop, also while none lives, and that is killed in the middle of a long wait.

import { expect, test } from 'vitest';
import { type ChangeableCluster, type KubeObject, readyStatus } from '../support/changeable-cluster.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { type Case, openRemediationSite, type RemediationSite } from '../support/remediation-site.ts';
import { changeRequest, inWords, isChange, journalFor, resultOf } from '../support/remediator-kills.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const notReady = { phase: 'Running', conditions: [] };

/** Two pods, one after the other; the first one's successor does not get ready. */
async function twoEvictions(): Promise<{ site: RemediationSite; here: Case; nonce: string }> {
  const site = await openRemediationSite();
  const here = await site.breakIt(faultFor('recreate-stale-pods'));
  here.cluster.newPodStatus = notReady;
  return { site, here, nonce: here.approved.terms.nonce };
}

async function letPodsGetReady(cluster: ChangeableCluster): Promise<void> {
  cluster.newPodStatus = readyStatus;
  const selection = { namespace: 'shop', labelSelector: 'app=web' };
  const listed = await cluster.control.listPods(selection, new AbortController().signal);
  if (listed.status === 'unavailable') throw new Error(listed.detail);
  for (const pod of listed.value as KubeObject[]) cluster.put('pods', { ...pod, status: readyStatus });
}

const stepIsDone = ({ journal }: Case, step: number) =>
  eventually(async () => (await journal()).some((each) => each.kind === 'step-done' && each.step === step));

test('stopped between two steps, it makes no change more and says what was done', async () => {
  const { site, here, nonce } = await twoEvictions();
  await site.startRemediator();
  await site.queue.execute('p-1', here.approved);
  await stepIsDone(here, 0);

  await site.queue.stop('prod-eu', nonce);
  const journal = await here.ended();

  expect(resultOf(journal)).toEqual({ status: 'stopped', why: 'stopped', step: 1, done: [0] });
  expect(here.cluster.changes).toHaveLength(1);
});

test('stopped while it waits for a remediator, it makes no change at all', async () => {
  const { site, here, nonce } = await twoEvictions();
  await site.queue.execute('p-1', here.approved);

  await site.queue.stop('prod-eu', nonce);
  await site.startRemediator();
  const journal = await here.ended();

  expect(resultOf(journal)).toEqual({ status: 'stopped', why: 'stopped', step: 0, done: [] });
  expect(here.cluster.changes).toEqual([]);
});

test('stopped while nobody lives, after a change that nobody wrote down, it says that this was done', async () => {
  const { site, here, nonce } = await twoEvictions();
  await site.startRemediator();
  const first = here.plan.steps.filter(isChange)[0];
  if (!first) throw new Error('the plan changes something');
  const killed = site.killAt({ saidTo: 'api-server', when: 'after', words: changeRequest(first) });
  await site.queue.execute('p-1', here.approved);
  await killed;

  await site.queue.stop('prod-eu', nonce);
  await site.startRemediator();
  const journal = await here.ended();

  expect(resultOf(journal)).toEqual({ status: 'stopped', why: 'stopped', step: 1, done: [0] });
  expect(here.cluster.changes).toHaveLength(1);
});

test('killed in the middle of a wait, and again, the next one waits on and then goes on', async () => {
  const { site, here } = await twoEvictions();
  await site.startRemediator();
  await site.queue.execute('p-1', here.approved);
  await stepIsDone(here, 0);

  for (const _ of ['first', 'second']) {
    await site.killAt({ saidTo: 'api-server', when: 'after', words: /^GET \S*\/pods\?labelSelector/ });
    await site.startRemediator();
  }
  await letPodsGetReady(here.cluster);
  const journal = await here.ended();

  expect(resultOf(journal)).toMatchObject({ status: 'applied', verification: { verdict: 'fixed' } });
  expect(journal.map(inWords)).toEqual(journalFor(here.plan));
  expect(here.cluster.changes).toHaveLength(2);
});

// Two hundred clicks on Approve at once, with the real bot's service and a real remediator at the other end of a real Redis.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { pair, person } from '../support/approved-plans.ts';
import { diagnosisOf } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { type Case, openRemediationSite } from '../support/remediation-site.ts';
import { resultOf } from '../support/remediator-kills.ts';
import { startBot } from '../support/running-app.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const APPROVERS = 'rules: [{ risks: [low, medium, high], users: [ULEAD] }]';

async function approvalFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-approvals-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const files = { APPROVAL_KEY_FILE: join(folder, 'private.pem'), APPROVERS: join(folder, 'approvers.yaml') };
  await writeFile(files.APPROVAL_KEY_FILE, pair.privateKey);
  await writeFile(files.APPROVERS, APPROVERS);
  return files;
}

test('of two hundred clicks on Approve at once one counts, one execution happens, and the audit has them all', async () => {
  const site = await openRemediationSite();
  await site.startRemediator();
  const fault = faultFor('restart-cni-agent');
  const here = await site.breakIt(fault);
  const { fixes } = (await startBot(site.surroundings, {}, await approvalFiles())).app;
  if (!fixes) throw new Error('there are no fixes');
  await fixes.propose({
    ...{ incident: { id: 'dns-7k2p', channel: 'C0INC', rootTs: '1.1' }, diagnosis: diagnosisOf(fault) },
    ...{ finding: 0, remediation: fault.remediation, by: 'UREQUESTER', language: 'en', requestKey: 'fix-1' },
  });
  await fixes.planned('fix-1', { kind: 'planned', plan: here.plan });
  const terms = (await fixes.look('fix-1'))?.proposal.request?.terms;
  if (!terms) throw new Error('nothing waits for a decision');
  const { nonce, digest } = terms;
  const click = () =>
    fixes.decide('fix-1', { kind: 'approve', by: person('ULEAD', []), nonce, digest, reason: '' });

  const replies = await Promise.all(Array.from({ length: 200 }, click));
  const journal = await eventually(async () => {
    const entries = (await fixes.look('fix-1'))?.journal ?? [];
    return entries.at(-1)?.kind === 'ended' ? entries : undefined;
  });

  expect(replies.filter(({ kind }) => kind === 'decided')).toHaveLength(1);
  expect(resultOf(journal)).toMatchObject({ status: 'applied' });
  expect(here.cluster.changes).toHaveLength(1);
  expect(await countedActs(here)).toEqual({
    planned: 1,
    approved: 1,
    'refused already-decided': 199,
    begun: 1,
    'step-done do 1': 1,
    'step-done do 2': 1,
    'ended applied fixed': 1,
  });
});

async function countedActs({ audit }: Case): Promise<Record<string, number>> {
  const acts = Object.groupBy(await audit(), ({ what, result }) => `${what} ${result}`.trim());
  return Object.fromEntries(Object.entries(acts).map(([act, lines = []]) => [act, lines.length]));
}

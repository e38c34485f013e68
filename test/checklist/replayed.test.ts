// A recorded check, judged again: as it was, with parts of the cluster unseen, and against settings that were other ones.

import { expect, test } from 'vitest';
import { type ChecklistHistory, type ChecklistRun, checkItems } from '../../src/checklist/checklist.ts';
import type { Snapshot } from '../../src/checklist/snapshot.ts';
import { type CheckBundle, replayCheck } from '../../src/cli-check.ts';
import { readRecordedCheck } from '../support/recorded-check.ts';
import { lists, spoilAnswers, unavailable } from '../support/spoiled-drills.ts';

const recorded = await readRecordedCheck('dns-healthy');
const everything: CheckBundle = { ...recorded, request: { ...recorded.request, items: [...checkItems] } };
const options = {
  signal: new AbortController().signal,
  onCrash: (_playbook: string, error: unknown) => {
    throw error;
  },
};

async function runOf(bundle: CheckBundle, history?: Partial<ChecklistHistory>): Promise<ChecklistRun> {
  const end = await replayCheck(bundle, options, { poolSamples: [], ...history });
  if (!end.ok) throw new Error(end.failure.kind);
  return end.run;
}

const statusesOf = ({ results }: ChecklistRun) =>
  Object.fromEntries(results.map(({ item, status }) => [item, status]));

const withCorefile = (snapshot: Snapshot, value: string): Snapshot => ({
  ...snapshot,
  settings: snapshot.settings.map((setting) =>
    setting.kind === 'corefile' ? { ...setting, value, at: snapshot.takenAt } : setting,
  ),
});

test('replaying a check gives the same results', async () => {
  const run = await runOf(recorded);

  expect(run.results).toEqual(recorded.run.results);
  expect(run.snapshot).toEqual(recorded.run.snapshot);
});

test('a healthy cluster is fine but for what people have not done yet', async () => {
  expect(statusesOf(await runOf(everything))).toEqual({
    'cni-health': 'fine',
    pools: 'fine',
    mesh: 'fine',
    dns: 'fine',
    policies: 'attention',
    drill: 'attention',
    version: 'fine',
  });
});

// kube-proxy of the lab has no ConfigMap.
test('of every kind of setting that is there something was seen', async () => {
  const { snapshot } = await runOf(everything);

  expect([...new Set(snapshot.settings.map(({ kind }) => kind))].toSorted()).toEqual([
    'cni-agent',
    'cni-config',
    'cni-settings',
    'corefile',
    'dns-service',
    'dns-workload',
    'kube-proxy-mode',
    'kubelet',
    'node',
    'node-label',
    'pod-range',
    'policy',
  ]);
  expect(snapshot.unseen).toEqual([]);
});

test('when no node answers, nothing that was asked there is fine, and no setting there is gone', async () => {
  const blind = spoilAnswers(everything, ({ via }, answer) =>
    via === 'node' ? unavailable(answer, 'no-vantage') : undefined,
  );

  const run = await runOf(blind, { lastHealthy: recorded.run.snapshot });

  expect(statusesOf(run)).toMatchObject({
    'cni-health': 'unknown',
    pools: 'unknown',
    mesh: 'unknown',
    dns: 'unknown',
  });
  expect(run.changed?.changes).toEqual([]);
});

test('a list that is refused makes its item unknown, and removes nothing', async () => {
  const refused = spoilAnswers(everything, (question, answer) =>
    lists(question, 'networkpolicies') ? unavailable(answer, 'forbidden') : undefined,
  );

  const run = await runOf(refused, { lastHealthy: recorded.run.snapshot });

  expect(statusesOf(run)).toMatchObject({ policies: 'unknown', dns: 'fine' });
  expect(run.changed?.changes).toEqual([]);
});

test('without CoreDNS the item of DNS has failed, and names the cause', async () => {
  const down = await readRecordedCheck('dns-coredns-scaled-to-zero');

  const run = await runOf(down, { lastHealthy: recorded.run.snapshot });

  expect(statusesOf(run)).toMatchObject({ mesh: 'fine', dns: 'failed' });
  expect(run.results.find(({ item }) => item === 'dns')).toMatchObject({
    params: { finding: { code: 'dns.coredns-down' } },
  });
  expect(run.changed?.changes).toMatchObject([{ kind: 'dns-workload', what: 'changed' }]);
});

test('what was other than now at the last healthy check is told', async () => {
  const lastHealthy = withCorefile(recorded.run.snapshot, '.:53 {\n  forward . 192.0.2.53\n}');

  const { changed } = await runOf(everything, { lastHealthy });

  expect(changed?.changes).toMatchObject([
    { kind: 'corefile', what: 'changed', lines: { removed: ['forward . 192.0.2.53'] } },
  ]);
});

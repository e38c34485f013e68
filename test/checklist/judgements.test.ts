// Items of the checklist that are judged from counts, images, reviews and rehearsals; and when all of it is healthy.

import { describe, expect, test } from 'vitest';
import type { AnswerSample, CheckResult, Drill } from '../../src/checklist/checklist.ts';
import { judgeDns } from '../../src/checklist/dns-success.ts';
import { examinedBy } from '../../src/checklist/examined.ts';
import { afterCheck, isHealthy } from '../../src/checklist/healthy.ts';
import { judgeDrill, judgePolicies } from '../../src/checklist/reviews.ts';
import type { Setting, Snapshot, Unseen } from '../../src/checklist/snapshot.ts';
import { judgeVersion } from '../../src/checklist/version-support.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { amplified, diagnoses } from '../support/verdict-samples.ts';

const NOW = '2026-03-10T06:00:00Z';
const EARLIER = '2026-03-10T05:00:00Z';

const diagnosed = (outcome: 'root-cause' | 'cleared' | 'inconclusive'): Diagnosis =>
  diagnoses[outcome === 'root-cause' ? 'two causes and an advice' : outcome];

const snapshotOf = (settings: Setting[], unseen: Unseen[] = []): Snapshot => ({
  snapshotVersion: 1,
  takenAt: NOW,
  settings,
  unseen,
});

describe('what a playbook judges', () => {
  test('a root cause is a failure and names the finding, without its evidence', () => {
    const { status, examined } = examinedBy(diagnosed('root-cause'));

    expect(status).toBe('failed');
    expect(examined).toMatchObject({ finding: { code: 'node.forward-drop', evidence: [] }, more: 1 });
  });

  test('a cleared one is fine', () => {
    expect(examinedBy(diagnosed('cleared'))).toEqual({ status: 'fine', examined: { more: 0 } });
  });

  test('advice wants attention, unless another item is about it', () => {
    const advised = { ...diagnosed('cleared'), findings: [amplified] };

    expect(examinedBy(advised).status).toBe('attention');
    expect(examinedBy(advised, [amplified.code]).status).toBe('fine');
  });

  test('doubt stays unknown, with its reason', () => {
    const { status, examined } = examinedBy(diagnosed('inconclusive'));

    expect(status).toBe('unknown');
    expect(examined.reason).toBeDefined();
  });

  test('what does not apply is fine, and says so', () => {
    const [outcome] = diagnosed('cleared').outcomes;
    const alone = {
      ...diagnosed('cleared'),
      outcomes: outcome ? [{ ...outcome, outcome: 'not-applicable' as const }] : [],
    };

    expect(examinedBy(alone)).toEqual({ status: 'fine', examined: { more: 0, notApplicable: true } });
  });
});

describe('answers of CoreDNS', () => {
  const counts = (at: string, pods: AnswerSample['pods']): AnswerSample => ({ at, pods });
  const judge = (
    outcome: 'root-cause' | 'cleared' | 'inconclusive',
    now?: AnswerSample,
    before?: AnswerSample,
  ) => judgeDns(diagnosed(outcome), examinedBy(diagnosed(outcome)), now, before);
  const before = counts(EARLIER, { a: { answers: 1000, failed: 10 }, b: { answers: 500, failed: 0 } });

  test.each([
    [0, 'fine'],
    [1, 'fine'],
    [2, 'attention'],
    [4, 'failed'],
  ] as const)('%i of 100 failed since the last check: %s', (failed, status) => {
    const now = counts(NOW, { a: { answers: 1060, failed: 10 + failed }, b: { answers: 540, failed: 0 } });

    expect(judge('cleared', now, before)).toMatchObject({
      status,
      params: { rate: { answers: 100, failed, basis: 'metrics', since: EARLIER } },
    });
  });

  test('a pod that started anew is counted from zero, one that is gone not at all', () => {
    const now = counts(NOW, { a: { answers: 40, failed: 1 }, c: { answers: 60, failed: 1 } });

    expect(judge('cleared', now, before).params.rate).toMatchObject({ answers: 100, failed: 2 });
  });

  test('the counts outweigh a doubt of the playbook', () => {
    const now = counts(NOW, { a: { answers: 2000, failed: 10 } });

    expect(judge('inconclusive', now, before).status).toBe('fine');
  });

  test('a root cause outweighs the counts', () => {
    const now = counts(NOW, { a: { answers: 2000, failed: 10 } });

    expect(judge('root-cause', now, before).status).toBe('failed');
  });

  test('without earlier counts our own queries tell', () => {
    const { status, params } = judge('cleared', before);

    expect(status).toBe('fine');
    expect(params.rate).toMatchObject({ failed: 0, basis: 'probing' });
  });

  test('when nearly nobody asks, counts make no rate', () => {
    const now = counts(NOW, { a: { answers: 1003, failed: 13 } });

    expect(judge('cleared', now, before).params.rate?.basis).toBe('probing');
  });

  test('without counts, doubt is unknown', () => {
    expect(judge('inconclusive').status).toBe('unknown');
  });
});

describe('versions', () => {
  const agent = (node: string, image: string): Setting => ({
    kind: 'cni-agent',
    subject: node,
    node,
    value: image,
  });

  test.each([
    ['flannel', 'ghcr.io/flannel-io/flannel:v0.28.4', 'fine'],
    ['flannel', 'ghcr.io/flannel-io/flannel:v0.27.0', 'attention'],
    ['flannel', 'ghcr.io/flannel-io/flannel:v0.29.0', 'unknown'],
    ['flannel', 'registry.local:5000/flannel', 'unknown'],
    ['flannel', 'registry.local:5000/flannel@sha256:0123', 'unknown'],
    ['calico', 'docker.io/calico/node:v3.31.2@sha256:0123', 'fine'],
    ['calico', 'docker.io/calico/node:v3.30.0', 'attention'],
    ['cilium', 'quay.io/cilium/cilium:v1.18.1', 'fine'],
    ['cilium', 'quay.io/cilium/cilium:v1.17.9', 'attention'],
    ['terway', 'registry.local/terway:v1.17.5', 'unknown'],
  ] as const)('%s as %s: %s', (cni, image, status) => {
    expect(judgeVersion(cni, snapshotOf([agent('n1', image)])).status).toBe(status);
  });

  test('nodes with different versions want attention, the most common first', () => {
    const images = ['v0.28.4', 'v0.28.5', 'v0.28.5'].map((tag, at) => agent(`n${at + 1}`, `flannel:${tag}`));

    expect(judgeVersion('flannel', snapshotOf(images))).toMatchObject({
      status: 'attention',
      params: {
        versions: [
          { version: 'v0.28.5', nodes: ['n2', 'n3'] },
          { version: 'v0.28.4', nodes: ['n1'] },
        ],
      },
    });
  });

  test('agents that could not be seen are unknown', () => {
    const unseen: Unseen = { kind: 'cni-agent', reason: 'forbidden' };

    expect(judgeVersion('flannel', snapshotOf([], [unseen]))).toMatchObject({
      status: 'unknown',
      params: { unseen: 'forbidden' },
    });
  });
});

describe('NetworkPolicies', () => {
  const policy = (name: string, more: Partial<Setting> = {}): Setting => ({
    kind: 'policy',
    subject: `shop/${name}`,
    value: 'sha256:1',
    ...more,
  });
  const reviewed = (settings: Setting[]) => ({
    at: EARLIER,
    by: 'U1',
    snapshot: { ...snapshotOf(settings), takenAt: EARLIER },
  });

  test('policies that nobody has reviewed want attention', () => {
    expect(judgePolicies('flannel', snapshotOf([policy('web')]), undefined)).toMatchObject({
      status: 'attention',
      params: { policies: 1, changed: 0 },
    });
  });

  test('where there are none, there is nothing to review', () => {
    expect(judgePolicies('flannel', snapshotOf([]), undefined).status).toBe('fine');
  });

  test('those that changed since the review are named, with who and when', () => {
    const now = snapshotOf([policy('web'), policy('deny', { at: NOW, by: 'kubectl-create' })]);

    expect(judgePolicies('flannel', now, reviewed([policy('web')]))).toMatchObject({
      status: 'attention',
      params: {
        changed: 1,
        review: { at: EARLIER, by: 'U1' },
        changes: [{ what: 'added', subjects: ['shop/deny'], by: 'kubectl-create', at: NOW }],
      },
    });
  });

  test('the same as reviewed are fine', () => {
    expect(judgePolicies('flannel', snapshotOf([policy('web')]), reviewed([policy('web')])).status).toBe(
      'fine',
    );
  });

  test('a list that was refused is unknown, and nothing was removed', () => {
    const unseen: Unseen = { kind: 'policy', reason: 'forbidden' };

    expect(judgePolicies('flannel', snapshotOf([], [unseen]), reviewed([policy('web')]))).toMatchObject({
      status: 'unknown',
      params: { changed: 0, unseen: 'forbidden' },
    });
  });

  test('where the CNI has policies of its own, which are not read, it is never fine', () => {
    const { status, params } = judgePolicies('cilium', snapshotOf([]), undefined);

    expect(status).toBe('unknown');
    expect(params.unread).toContain('CiliumNetworkPolicy');
  });
});

describe('rehearsals', () => {
  const drill = (at: string, result: Drill['result'] = 'passed'): Drill => ({
    at,
    by: 'U1',
    what: 'CoreDNS off',
    result,
  });

  test.each([
    ['never', undefined, 'attention'],
    ['last month', drill('2026-02-10T06:00:00Z'), 'fine'],
    ['half a year ago', drill('2025-09-10T06:00:00Z'), 'attention'],
    ['last month, and failed', drill('2026-02-10T06:00:00Z', 'failed'), 'failed'],
  ] as const)('%s', (_when, last, status) => {
    expect(judgeDrill(last, NOW).status).toBe(status);
  });
});

describe('healthy', () => {
  const examined = (
    item: 'cni-health' | 'mesh' | 'dns',
    status: CheckResult['status'],
    at = NOW,
  ): CheckResult => ({
    ...{ item, status, at },
    params: { more: 0 },
  });
  const all = (status: CheckResult['status'] = 'fine', at = NOW): CheckResult[] => [
    examined('cni-health', 'fine'),
    examined('mesh', 'attention'),
    examined('dns', status, at),
  ];
  const DAY_MS = 24 * 60 * 60 * 1000;

  test('is what is fine or wants attention only', () => {
    expect(isHealthy(all(), NOW, DAY_MS)).toBe(true);
  });

  test.each(['failed', 'unknown'] as const)('is not what is %s', (status) => {
    expect(isHealthy(all(status), NOW, DAY_MS)).toBe(false);
  });

  test('is not known by an old result, nor without one', () => {
    expect(isHealthy(all('fine', '2026-03-01T06:00:00Z'), NOW, DAY_MS)).toBe(false);
    expect(isHealthy(all().slice(0, 2), NOW, DAY_MS)).toBe(false);
  });

  test('a rehearsal that failed says nothing of the network', () => {
    const drill: CheckResult = { item: 'drill', status: 'failed', at: NOW, params: {} };

    expect(isHealthy([...all(), drill], NOW, DAY_MS)).toBe(true);
  });
});

describe('settings that later troubles are compared with', () => {
  const at = (time: string, value = 'a'): Snapshot => ({
    snapshotVersion: 1,
    takenAt: `2026-03-10T${time}:00Z`,
    settings: [{ kind: 'corefile', subject: 'c', value }],
    unseen: [],
  });

  test('are those of the first healthy check at once', () => {
    const first = at('06:00');

    expect(afterCheck({}, first, true)).toEqual({ proven: first, candidate: first });
  });

  test('are later ones only when all was well some minutes after as well', () => {
    const [first, changed] = [at('06:00'), at('06:10', 'b')];
    const soon = afterCheck({ proven: first, candidate: changed }, at('06:12', 'b'), true);
    const later = afterCheck({ proven: first, candidate: changed }, at('06:15', 'b'), true);

    expect(soon).toEqual({ proven: first, candidate: changed });
    expect(later).toEqual({ proven: changed, candidate: at('06:15', 'b') });
  });

  test('are never those of just before a failure', () => {
    const [first, changed] = [at('06:00'), at('06:10', 'b')];

    const failed = afterCheck({ proven: first, candidate: changed }, at('06:20', 'b'), false);

    expect(failed).toEqual({ proven: first });
    expect(afterCheck(failed, at('06:30', 'c'), true)).toEqual({
      proven: first,
      candidate: at('06:30', 'c'),
    });
  });

  test('stay none while nothing was ever healthy', () => {
    expect(afterCheck({}, at('06:00'), false)).toEqual({});
  });
});

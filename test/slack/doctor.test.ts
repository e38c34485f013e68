// `/cni doctor` in Slack: only who asked sees it, the first line says where something is wrong, and what to do is ready to copy.

import { expect, test } from 'vitest';
import type { ClusterHealth, Complaint } from '../../src/doctor/examination.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { startDesk } from './desk.ts';

const ANNA = { user: 'U0ANNA', channel: 'C0INCIDENTS' };
const fixes = {
  enabled: ['restart-coredns', 'restart-cni-agent'],
  scope: {
    cni: { namespace: 'kube-flannel', daemonSet: 'kube-flannel-ds', configMap: 'kube-flannel-cfg' },
    namespaces: ['shop'],
  },
};
const alive = { alive: 1, silentMs: 400, checkedAt: '2026-03-01T03:11:40.000Z', fixes };

const health = (cluster: string, ...complaints: Complaint[]): ClusterHealth => ({
  ...{ cluster, complaints, worker: alive, remediator: alive },
});

const lacking: Complaint = {
  ...{ kind: 'lacks', role: 'remediator' },
  serves: { kind: 'remediation', id: 'restart-coredns' },
  rights: ['get', 'patch'].map((verb) => ({
    ...{ namespace: 'kube-system', group: 'apps', resource: 'deployments', name: 'coredns', verb },
  })),
};

async function answerTo(words: string, clusters: ClusterHealth[], language?: 'zh') {
  const desk = await startDesk({
    health: clusters,
    ...(language && { channelLanguages: { C0INCIDENTS: language } }),
  });
  await desk.workspace.people.type(ANNA, words);
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);
  return wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0]).split('\n');
}

test('all well is one line, and one for each cluster', async () => {
  const lines = await answerTo('/cni doctor', [health('prod-eu'), health('prod-us')]);

  expect(lines).toEqual([
    '✅ All is well in prod-eu, prod-us',
    'prod-eu · worker: 1 alive · remediator: 1 alive · fixes: restart-coredns, restart-cni-agent · rights neither missing nor too many, checked 20 s ago',
    'prod-us · worker: 1 alive · remediator: 1 alive · fixes: restart-coredns, restart-cni-agent · rights neither missing nor too many, checked 20 s ago',
  ]);
});

test('what is wrong comes first, with what suffers and the command that mends it', async () => {
  const lines = await answerTo('/cni doctor', [health('prod-us'), health('prod-eu', lacking)]);

  expect(lines).toEqual([
    '⚠️ Something is wrong in prod-eu',
    '✅ All is well in prod-us',
    expect.stringMatching(/^prod-eu · /),
    '⚠️ The remediator may not get, patch deployments coredns in kube-system: the fix “restart CoreDNS, one replica at a time” fails',
    'What to do:',
    '– npx cni rbac --enable restart-coredns,restart-cni-agent --cni kube-flannel/kube-flannel-ds/kube-flannel-cfg --namespaces shop | kubectl apply -f -',
    expect.stringMatching(/^prod-us · /),
  ]);
});

test('one cluster is asked about by its name', async () => {
  const clusters = [health('prod-eu', lacking), health('prod-us')];

  const lines = await answerTo('/cni doctor --cluster prod-us', clusters);

  expect(lines.join('\n')).not.toContain('prod-eu');
  expect(lines[0]).toBe('✅ All is well in prod-us');
});

test('a cluster that nobody knows is refused with those that are', async () => {
  const lines = await answerTo('/cni doctor --cluster mars', [health('prod-eu')]);

  expect(lines).toEqual(['I know no cluster mars.', 'Clusters with a live worker: prod-eu.']);
});

test('what could not be told is not said to be fine', async () => {
  const complaint: Complaint = {
    ...{ kind: 'unseen', role: 'worker' },
    unseen: {
      ...{ kind: 'unanswered', detail: 'timeout' },
      rights: ['get', 'list'].map((verb) => ({ group: '', resource: 'nodes', verb })),
    },
  };

  const lines = await answerTo('/cni doctor', [health('prod-eu', complaint)]);

  expect(lines[0]).toBe('❔ Not everything could be told about prod-eu');
  expect(lines.slice(2, 5)).toEqual([
    '❔ Whether the worker has these rights could not be told: get, list nodes (timeout)',
    'What to do:',
    expect.stringContaining('kubectl auth can-i'),
  ]);
});

test('where not every right is listed, all is well as long as none is missing', async () => {
  const lines = await answerTo('/cni doctor', [health('prod-eu', { kind: 'beyond-in-part' })]);

  expect(lines).toEqual([
    '✅ All is well in prod-eu',
    expect.stringMatching(/ · no rights missing, checked 20 s ago$/),
    '❔ Which rights are too many is known in part only: this API server does not list every right.',
  ]);
});

test('it is said in Chinese as well', async () => {
  const lines = await answerTo('/cni doctor', [health('prod-eu', lacking)], 'zh');

  expect(lines.slice(0, 3)).toEqual([
    '⚠️ 有问题：prod-eu',
    'prod-eu · worker：1 个在线 · remediator：1 个在线 · 修复：restart-coredns、restart-cni-agent · 权限检查于 20 秒前',
    '⚠️ remediator 缺少权限（kube-system 中的 get, patch deployments coredns）：修复项“逐个重启 CoreDNS 副本”无法执行',
  ]);
});

test('what is known in part is said in Chinese as well', async () => {
  const untold: Complaint = {
    ...{ kind: 'unseen', role: 'worker' },
    unseen: {
      kind: 'unanswered',
      detail: 'timeout',
      rights: [{ group: '', resource: 'nodes', verb: 'get' }],
    },
  };
  const clusters = [health('prod-us', untold), health('prod-eu', { kind: 'beyond-in-part' })];

  const lines = await answerTo('/cni doctor', clusters, 'zh');

  expect(lines).toContain('❔ 无法确认 worker 是否有以下权限：get nodes (timeout)');
  expect(lines.slice(-2)).toEqual([
    expect.stringMatching(/ · 权限不缺，检查于 20 秒前$/),
    '❔ 多余的权限只能查到一部分：该 API server 不会列出全部权限。',
  ]);
});

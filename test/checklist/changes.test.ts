// What is told between two snapshots: additions, removals and changes by date, and never a removal of what was not seen.

import { expect, test } from 'vitest';
import { changesSince, diffSnapshots, withRemembered } from '../../src/checklist/changes.ts';
import type { Setting, Snapshot, Unseen } from '../../src/checklist/snapshot.ts';

const BEFORE = '2026-03-01T02:40:00Z';
const AFTER = '2026-03-01T03:12:00Z';

const snapshot = (takenAt: string, settings: Setting[], unseen: Unseen[] = []): Snapshot => ({
  snapshotVersion: 1,
  takenAt,
  settings,
  unseen,
});

const between = (before: Setting[], after: Setting[], unseen: { before?: Unseen[]; after?: Unseen[] } = {}) =>
  diffSnapshots(snapshot(BEFORE, before, unseen.before), snapshot(AFTER, after, unseen.after));

const policy = (name: string, more: Partial<Setting> = {}): Setting => ({
  kind: 'policy',
  subject: `shop/${name}`,
  value: 'sha256:1',
  ...more,
});

const onNode = (kind: Setting['kind'], node: string, value: string): Setting => ({
  kind,
  subject: node,
  node,
  value,
});

test('equal snapshots hold no change', () => {
  expect(between([policy('deny')], [policy('deny', { at: AFTER, by: 'kubectl' })])).toEqual([]);
});

test('what came, went and changed is told, the latest first and the undated last', () => {
  const changes = between(
    [policy('old'), policy('web', { value: 'sha256:1' })],
    [
      policy('web', { value: 'sha256:2', at: '2026-03-01T03:01:00Z', by: 'kubectl-edit' }),
      policy('deny', { at: '2026-03-01T03:05:00Z', by: 'helm' }),
    ],
  );

  expect(changes).toEqual([
    {
      kind: 'policy',
      what: 'added',
      subjects: ['shop/deny'],
      after: 'sha256:1',
      at: '2026-03-01T03:05:00Z',
      by: 'helm',
    },
    {
      kind: 'policy',
      what: 'changed',
      subjects: ['shop/web'],
      before: 'sha256:1',
      after: 'sha256:2',
      at: '2026-03-01T03:01:00Z',
      by: 'kubectl-edit',
    },
    { kind: 'policy', what: 'removed', subjects: ['shop/old'], before: 'sha256:1' },
  ]);
});

test('a text is compared line by line', () => {
  const corefile = (forward: string, more = {}): Setting => ({
    kind: 'corefile',
    subject: 'kube-system/coredns Corefile',
    value: `.:53 {\n    errors\n    forward . ${forward}\n}`,
    ...more,
  });

  const [change] = between([corefile('/etc/resolv.conf')], [corefile('10.9.9.9')]);

  expect(change?.lines).toEqual({ removed: ['forward . /etc/resolv.conf'], added: ['forward . 10.9.9.9'] });
});

test('a write before the first snapshot does not date a change', () => {
  const [change] = between(
    [policy('web')],
    [policy('web', { value: 'sha256:2', at: '2026-02-01T00:00:00Z', by: 'kubectl' })],
  );

  expect(change).not.toHaveProperty('at');
  expect(change).not.toHaveProperty('by');
});

test.each([
  ['the kind', { kind: 'policy', reason: 'forbidden' }],
  ['that very one', { kind: 'policy', subjects: ['shop/deny'], reason: 'timeout' }],
] satisfies [string, Unseen][])('nothing was removed when %s was not seen later', (_what, unseen) => {
  expect(between([policy('deny')], [], { after: [unseen] })).toEqual([]);
});

test('nothing was added when it was not seen before', () => {
  const unseen: Unseen = { kind: 'policy', reason: 'forbidden' };

  expect(between([], [policy('deny')], { before: [unseen] })).toEqual([]);
});

test('what is unseen of one kind hides no change of another', () => {
  const changes = between([policy('deny')], [], { after: [{ kind: 'corefile', reason: 'timeout' }] });

  expect(changes.map(({ what }) => what)).toEqual(['removed']);
});

test('a node that was left out of the sample has lost nothing', () => {
  const unseen: Unseen = { kind: 'cni-config', subjects: ['n7'], reason: 'left-out' };

  expect(between([onNode('cni-config', 'n7', '{}')], [], { after: [unseen] })).toEqual([]);
});

test('a node that joins is one change, with all that is on it', () => {
  const joined = [
    { ...onNode('node', 'n4', ''), at: '2026-03-01T03:00:00Z' },
    onNode('kubelet', 'n4', 'v1.34.4'),
    onNode('cni-agent', 'n4', 'flannel:v0.28.4'),
  ];

  expect(between([onNode('node', 'n1', '')], [onNode('node', 'n1', ''), ...joined])).toEqual([
    { kind: 'node', what: 'added', subjects: ['n4'], after: '', at: '2026-03-01T03:00:00Z' },
  ]);
});

test('a roll-out is one change that names its nodes', () => {
  const nodes = ['n1', 'n2', 'n3'];
  const image = (version: string) => nodes.map((node) => onNode('cni-agent', node, `flannel:${version}`));

  const changes = between(image('v0.28.4'), image('v0.28.5'));

  expect(changes).toMatchObject([{ what: 'changed', subjects: nodes, after: 'flannel:v0.28.5' }]);
});

test('what could not be read once is compared with what was seen before', () => {
  const seen = snapshot(BEFORE, [policy('web'), onNode('cni-config', 'n1', 'a')]);
  const refused = snapshot(
    '2026-03-01T03:00:00Z',
    [onNode('cni-config', 'n1', 'b')],
    [{ kind: 'policy', reason: 'forbidden' }],
  );
  const now = snapshot(AFTER, [policy('web'), policy('deny'), onNode('cni-config', 'n1', 'b')]);

  const changes = diffSnapshots(withRemembered(seen, refused), now);

  expect(changes).toMatchObject([{ what: 'added', subjects: ['shop/deny'] }]);
});

test('what neither snapshot saw stays unseen', () => {
  const refused: Unseen[] = [
    { kind: 'policy', reason: 'forbidden' },
    { kind: 'cni-config', subjects: ['n1', 'n2'], reason: 'timeout' },
  ];
  const before = snapshot(
    BEFORE,
    [onNode('cni-config', 'n2', 'a')],
    [
      { kind: 'policy', reason: 'timeout' },
      { kind: 'cni-config', subjects: ['n1'], reason: 'left-out' },
    ],
  );

  const { unseen, settings } = withRemembered(before, snapshot(AFTER, [], refused));

  expect(unseen).toEqual([
    { kind: 'policy', reason: 'timeout' },
    { kind: 'cni-config', subjects: ['n1'], reason: 'timeout' },
  ]);
  expect(settings).toEqual([onNode('cni-config', 'n2', 'a')]);
});

test('people are given a few changes and the number of the others, and lines in place of whole texts', () => {
  const corefile = (value: string, at: string): Setting => ({ ...onNode('corefile', 'c', value), at });
  const many = Array.from({ length: 25 }, (_, index) => ({ ...policy(`p-${index}`), value: String(index) }));
  const before = snapshot(BEFORE, [corefile('.:53 {\n  old\n}', BEFORE)]);

  const recent = changesSince(before, snapshot(AFTER, [...many, corefile('.:53 {\n  new\n}', AFTER)]));

  expect(recent).toMatchObject({ since: BEFORE, omitted: 6 });
  expect(recent.changes).toHaveLength(20);
  expect(recent.changes.find(({ kind }) => kind === 'corefile')).toEqual({
    kind: 'corefile',
    what: 'changed',
    subjects: ['c'],
    lines: { removed: ['old'], added: ['new'] },
    at: AFTER,
  });
});

// How a cluster is judged by what its worker and remediator have announced.

import { expect, test } from 'vitest';
import { createDoctor, judgeCluster } from '../../src/doctor/doctor.ts';
import type { AnnouncedProcess, Complaint, Fixes, RightsReport } from '../../src/doctor/examination.ts';
import { scope } from '../support/planned-remedies.ts';

const NOW = new Date('2026-03-01T03:12:00.000Z');
const wellRights: RightsReport = { at: '2026-03-01T03:11:50.000Z', lacks: [], beyond: [], unseen: [] };
const fixes: Fixes = { enabled: ['restart-coredns', 'cordon-node'], scope };

const announced = (
  role: AnnouncedProcess['role'],
  changes: Partial<AnnouncedProcess> = {},
): AnnouncedProcess => ({
  ...{ role, cluster: 'prod-eu', alive: true, silentMs: 400, fixes, rights: wellRights },
  ...changes,
});
const withoutFixes = ({ fixes: _, ...rest }: AnnouncedProcess): AnnouncedProcess => rest;
const withoutRights = ({ rights: _, ...rest }: AnnouncedProcess): AnnouncedProcess => rest;
const worker = announced('worker');
const remediator = announced('remediator');
const dead = { alive: false, silentMs: 90_000 };

const complaintsAbout = (processes: AnnouncedProcess[], approvals = true): Complaint[] =>
  judgeCluster('prod-eu', processes, approvals, NOW).complaints;

test('where both are alive, agree and have their rights, all is well', () => {
  const health = judgeCluster('prod-eu', [worker, remediator], true, NOW);

  expect(health).toEqual({
    cluster: 'prod-eu',
    worker: { alive: 1, silentMs: 400, checkedAt: wellRights.at, fixes },
    remediator: { alive: 1, silentMs: 400, checkedAt: wellRights.at, fixes },
    complaints: [],
  });
});

test('where no fixes are enabled, nobody misses a remediator, nor who approves', () => {
  expect(complaintsAbout([withoutFixes(worker)], false)).toEqual([]);
});

test.each<[string, AnnouncedProcess[], Complaint['kind'][]]>([
  ['a dead worker', [announced('worker', dead), remediator], ['no-worker']],
  ['a dead remediator', [worker, announced('remediator', dead)], ['no-remediator']],
  ['a remediator that was never there', [worker], ['no-remediator']],
  ['both dead', [announced('worker', dead), announced('remediator', dead)], ['no-worker', 'no-remediator']],
  ['a worker that has said nothing of its rights', [withoutRights(worker), remediator], ['unreported']],
])('%s is told', (_, processes, kinds) => {
  expect(complaintsAbout(processes).map(({ kind }) => kind)).toEqual(kinds);
});

test('a process that died does not count beside one that lives', () => {
  const failed = { ...wellRights, unseen: [{ kind: 'cni-unknown' as const }] };

  expect(complaintsAbout([announced('worker', { ...dead, rights: failed }), worker, remediator])).toEqual([]);
});

test('fixes that nobody may approve are told', () => {
  expect(complaintsAbout([worker, remediator], false)).toEqual([{ kind: 'no-approvals' }]);
});

test('a plan that any remediator would refuse is told, and a right that no worker makes use of', () => {
  const other = announced('remediator', {
    fixes: { ...fixes, enabled: ['cordon-node', 'restart-kube-proxy'] },
  });

  expect(complaintsAbout([worker, remediator, other])).toEqual([
    { kind: 'planned-only', remediations: ['restart-coredns'] },
    { kind: 'carried-out-only', remediations: ['restart-kube-proxy'] },
  ]);
});

test('a worker that was told of no fixes does not agree with a remediator that was', () => {
  expect(complaintsAbout([withoutFixes(worker), remediator])).toEqual([
    { kind: 'carried-out-only', remediations: fixes.enabled },
  ]);
});

test('other namespaces are told, the same in another order are not', () => {
  const ofShops = (namespaces: string[]) => ({ fixes: { ...fixes, scope: { ...scope, namespaces } } });

  const differing = [announced('worker', ofShops(['shop'])), announced('remediator', ofShops(['web']))];
  const ordered = [
    ...[announced('worker', ofShops(['shop', 'web'])), announced('remediator', ofShops(['web', 'shop']))],
  ];

  expect(complaintsAbout(differing)).toEqual([{ kind: 'scope-differs' }]);
  expect(complaintsAbout(ordered)).toEqual([]);
});

test('what several processes of a role lack is told once, with their oldest report', () => {
  const lack = {
    serves: { kind: 'diagnosis' as const, part: 'logs' as const },
    rights: [{ namespace: 'kube-system', group: '', resource: 'pods/log', verb: 'get' }],
  };
  const older = { ...wellRights, at: '2026-03-01T03:10:00.000Z', lacks: [lack] };
  const processes = [
    ...[
      announced('worker', { rights: { ...wellRights, lacks: [lack] } }),
      announced('worker', { rights: older }),
    ],
    remediator,
  ];

  const health = judgeCluster('prod-eu', processes, true, NOW);

  expect(health.complaints).toEqual([{ kind: 'lacks', role: 'worker', ...lack }]);
  expect(health.worker.checkedAt).toBe(older.at);
});

test('that not every right is listed is told once, whoever says it', () => {
  const inPart: RightsReport = { ...wellRights, beyondInPart: true };
  const processes = (['worker', 'remediator'] as const).map((role) => announced(role, { rights: inPart }));

  expect(complaintsAbout(processes)).toEqual([{ kind: 'beyond-in-part' }]);
});

test('an old report is not gone by', () => {
  const at = '2026-03-01T03:05:00.000Z';
  const rights = { ...wellRights, at, unseen: [{ kind: 'cni-unknown' as const }] };

  expect(complaintsAbout([announced('worker', { rights }), remediator])).toEqual([
    { kind: 'outdated', role: 'worker', at },
  ]);
});

test('every cluster is examined by itself, by name', async () => {
  const processes = [announced('worker', { cluster: 'prod-us' }), announced('worker', dead), remediator];
  const doctor = createDoctor({
    directory: { processes: async () => processes },
    ...{ approvals: true, clock: { now: () => NOW } },
  });

  const examined = await doctor.examine();

  expect(examined.map(({ cluster, complaints }) => [cluster, complaints.map(({ kind }) => kind)])).toEqual([
    ['prod-eu', ['no-worker']],
    ['prod-us', ['no-remediator']],
  ]);
});

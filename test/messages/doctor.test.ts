// The sentences of `doctor`: each complaint in both languages, short whatever the number, and nothing foreign in a command.

import { describe, expect, test } from 'vitest';
import {
  type ClusterHealth,
  type Complaint,
  diagnosisParts,
  type RoleHealth,
} from '../../src/doctor/examination.ts';
import type { Language } from '../../src/incidents/intent.ts';
import { doctorLines, ownRightsLines } from '../../src/messages/doctor.ts';
import { plain } from '../../src/messages/fragment.ts';
import { scope } from '../support/planned-remedies.ts';

const NOW_MS = Date.parse('2026-03-01T03:12:00.000Z');
const right = { namespace: 'kube-system', group: '', resource: 'pods/log', verb: 'get' };
const fixes = { enabled: ['restart-coredns'], scope };
const living: RoleHealth = { alive: 1, silentMs: 0, checkedAt: '2026-03-01T03:11:50.000Z', fixes };

const complaints: Complaint[] = [
  { kind: 'no-worker' },
  { kind: 'no-remediator' },
  { kind: 'no-approvals' },
  { kind: 'unreported', role: 'worker' },
  { kind: 'outdated', role: 'worker', at: '2026-03-01T02:12:00.000Z' },
  { kind: 'unseen', role: 'worker', unseen: { kind: 'faulty', detail: 'a role is gone' } },
  { kind: 'unseen', role: 'worker', unseen: { kind: 'unanswered', rights: [right], detail: 'timeout' } },
  { kind: 'unseen', role: 'worker', unseen: { kind: 'unreadable', namespace: 'shop', detail: 'timeout' } },
  { kind: 'unseen', role: 'worker', unseen: { kind: 'cni-unknown' } },
  ...diagnosisParts.map(
    (part): Complaint => ({
      ...{ kind: 'lacks', role: 'worker', rights: [right] },
      serves: { kind: 'diagnosis', part },
    }),
  ),
  { kind: 'lacks', role: 'remediator', serves: { kind: 'entrance' }, rights: [right] },
  { kind: 'beyond', role: 'remediator', rights: [{ group: '*', resource: '*', verb: '*' }] },
  { kind: 'beyond-in-part' },
  { kind: 'planned-only', remediations: ['restart-coredns'] },
  { kind: 'carried-out-only', remediations: ['restart-coredns'] },
  { kind: 'scope-differs' },
];

const healthWith = (...those: Complaint[]): ClusterHealth => ({
  ...{ cluster: 'prod-eu', worker: living, remediator: living, complaints: those },
});
const saidOf = (clusters: ClusterHealth[], language: Language): string[] =>
  doctorLines(clusters, language, NOW_MS).map(plain);

describe.each(complaints.map((complaint) => [JSON.stringify(complaint), complaint] as const))(
  '%s',
  (_, complaint) => {
    test('is a sentence in English and in Chinese', () => {
      const [english = '', chinese = ''] = (['en', 'zh'] as const).map(
        (language) => saidOf([healthWith(complaint)], language)[2],
      );

      expect(english).toMatch(/^(⚠️|❔) \w/);
      expect(english).not.toMatch(/\p{Script=Han}|undefined/u);
      expect(chinese).toMatch(/\p{Script=Han}/u);
      expect(chinese).not.toContain('undefined');
    });
  },
);

test('an account that may do everything is said in one word', () => {
  const said = saidOf([healthWith(complaints.find(({ kind }) => kind === 'beyond') as Complaint)], 'en');

  expect(said[2]).toBe('⚠️ The remediator may do more than it needs: everything');
});

test('many rights and names are counted', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  const rights = [
    ...names.map((name) => ({ ...right, resource: 'configmaps', name })),
    ...names.map((namespace) => ({ ...right, namespace })),
  ];

  const said = saidOf([healthWith({ kind: 'beyond', role: 'worker', rights })], 'en');

  expect(said[2]).toContain(
    'get configmaps a, b, c and 2 more in kube-system, get pods/log in a, get pods/log in b and 3 more',
  );
});

test('twenty clusters with everything wrong are no wall of text', () => {
  const clusters = Array.from({ length: 20 }, (_, at) => ({
    ...healthWith(...complaints),
    cluster: `prod-${at}`,
  }));

  const said = saidOf(clusters, 'en');

  expect(said.filter((line) => line.startsWith('prod-'))).toHaveLength(6);
  expect(said.at(-1)).toBe('and 14 more');
  expect(said.length).toBeLessThan(80);
});

test('a cluster that has neither fixes nor a remediator is not asked for one', () => {
  const worker: RoleHealth = { alive: 2, silentMs: 0 };

  const said = saidOf([{ ...healthWith(), worker, remediator: { alive: 0 } }], 'en');

  expect(said).toEqual(['✅ All is well in prod-eu', 'prod-eu · worker: 2 alive · no fixes enabled']);
});

test('who is silent is said with the time', () => {
  const remediator: RoleHealth = { alive: 0, silentMs: 720_000 };

  const said = saidOf([{ ...healthWith({ kind: 'no-remediator' }), remediator }], 'en');

  expect(said[1]).toContain('remediator: none alive, last heard 12 min ago');
});

test('with no cluster at all it is said what to start', () => {
  expect(saidOf([], 'en')).toEqual([expect.stringContaining('Start one')]);
});

test('of the credentials in a terminal only what they lack is told', () => {
  const lacks = [{ serves: { kind: 'diagnosis' as const, part: 'logs' as const }, rights: [right] }];
  const beyond = [{ group: '*', resource: '*', verb: '*' }];
  const said = (findings: Parameters<typeof ownRightsLines>[0]): string[] =>
    ownRightsLines(findings, 'local', 'en', NOW_MS).map(plain);

  expect(said({ lacks: [], beyond, unseen: [] })).toEqual([
    '✅ A worker with these credentials would have all rights that it needs in local',
  ]);
  expect(said({ lacks, beyond, unseen: [] })[0]).toBe(
    '⚠️ A worker with these credentials would lack rights in local',
  );
});

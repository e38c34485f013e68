// One diagnosis: facts, target, playbooks side by side, and what becomes of a playbook that throws.

import { expect, test } from 'vitest';
import type { ClusterAccess } from '../../src/cluster/access.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { verdictOf } from '../../src/diagnosis/diagnosis.ts';
import { type EngineInput, runDiagnosis } from '../../src/diagnosis/engine.ts';
import type { Outcome, Playbook } from '../../src/diagnosis/playbook.ts';
import { serverVersion } from '../../src/probes/api-reads.ts';
import { amplified } from '../support/verdict-samples.ts';

const access: ClusterAccess = {
  answer: async () => ({
    at: '2026-03-01T03:12:00.000Z',
    ms: 2,
    status: 'answered',
    raw: { kind: 'object', object: { gitVersion: 'v1.34.4' } },
  }),
};

const cleared: Outcome = { outcome: 'cleared', findings: [], legs: [], unchecked: [] };

const playbook = (id: string, more: Partial<Playbook> = {}): Playbook => ({
  id,
  fault: 'dns',
  codes: {},
  appliesTo: () => ({ applies: true }),
  diagnose: async () => cleared,
  ...more,
});

const facts = { kubernetesVersion: 'v1.34.4', cni: 'flannel', nodes: [] };

function input(playbooks: Playbook[], more: Partial<EngineInput> = {}) {
  const crashes: [string, unknown][] = [];
  const instants = ['2026-03-01T03:12:00.000Z', '2026-03-01T03:12:02.500Z'];
  const complete: EngineInput = {
    request: { id: 'd-1', cluster: 'prod', playbook: 'cluster', target: { kind: 'cluster' } },
    playbooks,
    access,
    loadFacts: async () => ({ ok: true, facts }),
    resolveTarget: async (request) => ({ ok: true, target: request.target }),
    remediationsFor: () => [],
    budget: { perNode: 10, total: 10 },
    clock: { now: () => new Date(instants.shift() ?? 0) },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onCrash: (id, error) => crashes.push([id, error]),
    ...more,
  };
  return { complete, crashes };
}

async function diagnose(playbooks: Playbook[], more: Partial<EngineInput> = {}) {
  const { complete, crashes } = input(playbooks, more);
  const result = await runDiagnosis(complete);
  if (!result.ok) throw new Error(result.problem.kind);
  return { diagnosis: result.diagnosis, crashes };
}

test('a diagnosis carries who asked what, the facts, the outcomes and how long it took', async () => {
  const { diagnosis } = await diagnose([playbook('dns')]);

  expect(diagnosis).toEqual({
    schemaVersion: 1,
    id: 'd-1',
    cluster: 'prod',
    playbook: 'cluster',
    target: { kind: 'cluster' },
    facts,
    outcomes: [{ playbook: 'dns', outcome: 'cleared', reasons: [], known: [], legs: [], unchecked: [] }],
    findings: [],
    probes: [],
    startedAt: '2026-03-01T03:12:00.000Z',
    durationMs: 2500,
  });
});

test('a playbook that throws is inconclusive, its error is reported, and the others go on', async () => {
  const bug = new Error('no such leg');
  const broken = playbook('mtu', { diagnose: () => Promise.reject(bug) });

  const { diagnosis, crashes } = await diagnose([broken, playbook('dns')]);

  expect(diagnosis.outcomes.map(({ playbook, outcome }) => `${playbook} ${outcome}`)).toEqual([
    'mtu inconclusive',
    'dns cleared',
  ]);
  expect(diagnosis.outcomes[0]?.reasons).toEqual([{ kind: 'crashed', playbook: 'mtu' }]);
  expect(crashes).toEqual([['mtu', bug]]);
});

test('a playbook that throws before its first await is inconclusive, too', async () => {
  const broken = playbook('mtu', {
    diagnose: () => {
      throw new Error('at once');
    },
  });

  const { diagnosis } = await diagnose([broken]);

  expect(diagnosis.outcomes[0]?.outcome).toBe('inconclusive');
});

test('a playbook that does not apply to the target is not run', async () => {
  const elsewhere = playbook('mtu', {
    appliesTo: () => ({ applies: false, reason: 'no' }),
    diagnose: () => Promise.reject(new Error('was run')),
  });

  const { diagnosis, crashes } = await diagnose([elsewhere]);

  expect(diagnosis.outcomes[0]?.outcome).toBe('not-applicable');
  expect(crashes).toEqual([]);
});

test('playbooks share their questions', async () => {
  const asking = (id: string): Playbook =>
    playbook(id, {
      diagnose: async ({ ask }) => {
        await ask(serverVersion);
        return cleared;
      },
    });

  const { diagnosis } = await diagnose([asking('dns'), asking('mtu')]);

  expect(diagnosis.probes.map(({ id }) => id)).toEqual(['api.version']);
});

test.each([
  { kind: 'cluster-unreachable', detail: 'ECONNREFUSED' },
  { kind: 'no-permission', detail: 'nodes is forbidden' },
] as const)('without facts ($kind) no playbook runs, and the problem is the result', async (problem) => {
  const never = playbook('dns', { diagnose: () => Promise.reject(new Error('was run')) });
  const { complete, crashes } = input([never], { loadFacts: async () => ({ ok: false, problem }) });

  const result = await runDiagnosis(complete);

  expect(result).toEqual({ ok: false, problem });
  expect(crashes).toEqual([]);
});

test('each finding names what is offered for it', async () => {
  const found: Outcome = {
    ...cleared,
    outcome: 'root-cause',
    findings: [{ ...amplified, remediations: [] }],
  };

  const { diagnosis } = await diagnose([playbook('dns', { diagnose: async () => found })], {
    remediationsFor: ({ code }) => [`mend-${code}`],
  });

  expect(diagnosis.findings.map(({ remediations }) => remediations)).toEqual([
    ['mend-dns.search-amplification'],
  ]);
});

test('a target that does not exist ends the diagnosis before any playbook runs', async () => {
  const problem = { kind: 'target-missing', what: 'pod', name: 'shop/web', nearest: ['shop/web-1'] } as const;
  const { complete } = input([playbook('dns')], {
    resolveTarget: async () => ({ ok: false, problem: { ...problem, nearest: ['shop/web-1'] } }),
  });

  const result = await runDiagnosis(complete);

  expect(result).toEqual({ ok: false, problem });
});

test('playbooks are given the target as it was completed', async () => {
  const full = { kind: 'pod', pod: { namespace: 'shop', name: 'web-7f' } } as const;
  let seen: unknown;
  const looking = playbook('dns', {
    diagnose: async ({ target }) => {
      seen = target;
      return cleared;
    },
  });

  const { diagnosis } = await diagnose([looking], {
    resolveTarget: async () => ({ ok: true, target: full }),
  });

  expect(seen).toEqual(full);
  expect(diagnosis.target).toEqual(full);
});

test.each([
  [['cleared', 'root-cause', 'inconclusive'], 'root-cause'],
  [['cleared', 'inconclusive'], 'inconclusive'],
  [['cleared', 'not-applicable'], 'cleared'],
  [['not-applicable'], 'inconclusive'],
  [[], 'inconclusive'],
] as const)('outcomes %j make the verdict %s', async (ends, verdict) => {
  const outcomes = ends.map((outcome) => ({
    playbook: 'dns',
    outcome,
    reasons: [],
    known: [],
    legs: [],
    unchecked: [],
  }));

  const found = verdictOf({ outcomes } as unknown as Diagnosis);

  expect(found).toBe(verdict);
});

// Carrying out approved plans: what is refused and why, stops, deadlines, and how it ends. Kills are in executor-kills.test.ts.

import { describe, expect, test } from 'vitest';
import type { ChangeReply } from '../../src/cluster/control.ts';
import type { JournalEntry } from '../../src/remediation/execution.ts';
import { type ExecutorPorts, executePlan } from '../../src/remediation/executor.ts';
import type { Plan } from '../../src/remediation/plan.ts';
import { generateKeys, readPublicKey } from '../../src/remediation/signature.ts';
import {
  approve,
  type Bench,
  benchFor,
  handed,
  minutesLater,
  requestFor,
} from '../support/approved-plans.ts';
import { dyingAt } from '../support/dying-executor.ts';
import { faultFor } from '../support/remediable-faults.ts';

describe('refuses, and changes nothing', () => {
  const refusalOf = async (bench: Bench, thing: unknown, ports: Partial<ExecutorPorts> = {}) => {
    const { result } = await executePlan(thing, { ...bench.ports, ...ports }, new AbortController().signal);
    expect(bench.cluster.changes).toEqual([]);
    return result.status === 'refused' ? result.refusal : result.status;
  };
  const bench = () => benchFor(faultFor('restart-cni-agents'));

  test('what is no plan', async () => {
    expect(await refusalOf(await bench(), { plan: 'rm' })).toEqual({ kind: 'malformed' });
  });

  test('a plan that was altered after its approval', async () => {
    const here = await bench();
    const { plan, ...rest } = handed(here.request) as typeof here.request;

    expect(await refusalOf(here, { ...rest, plan: { ...plan, durationS: 1 } })).toEqual({ kind: 'forged' });
  });

  test('an approval that somebody without the key made up', async () => {
    const here = await bench();
    const stranger = await benchFor(faultFor('restart-cni-agents'));
    const admission = { ...here.ports.admission, publicKey: readPublicKey(generateKeys().publicKey) };

    expect(await refusalOf(here, handed(stranger.request), { admission })).toEqual({ kind: 'forged' });
  });

  test('one yes where two are needed', async () => {
    const here = await bench();
    const [first] = here.request.approvals;

    const alone = { ...here.request, approvals: first ? [first] : [] };

    expect(await refusalOf(here, handed(alone))).toEqual({ kind: 'not-approved' });
  });

  test('a plan for another cluster', async () => {
    const here = await bench();
    const admission = { ...here.ports.admission, cluster: 'prod-us' };

    expect(await refusalOf(here, handed(here.request), { admission })).toEqual({
      kind: 'other-cluster',
      cluster: 'prod-eu',
    });
  });

  test('a remediation that is not enabled', async () => {
    const here = await bench();
    const admission = { ...here.ports.admission, enabled: [] };

    expect(await refusalOf(here, handed(here.request), { admission })).toMatchObject({ kind: 'not-enabled' });
  });

  test('an approval that has expired, and one that ran out long after it was begun', async () => {
    const here = await bench();
    here.advance(14);
    const expired = await refusalOf(here, handed(here.request));
    const resumed = await bench();
    resumed.journals.set(resumed.request.terms.nonce, [{ kind: 'begun', at: minutesLater(2) }]);
    resumed.advance(60);

    expect([expired, await refusalOf(resumed, handed(resumed.request))]).toMatchObject([
      { kind: 'expired' },
      { kind: 'expired' },
    ]);
  });

  test.each<[string, (plan: Plan) => Partial<Plan>]>([
    [
      'takes back something else than its steps',
      ({ steps }) => ({ undo: { kind: 'steps', steps, automatic: true } }),
    ],
    ['touches more than it says', ({ touches }) => ({ touches: { ...touches, pods: [] } })],
    ['may take for ever', () => ({ deadlineS: 1_000_000 })],
  ])('a plan that %s, though it was approved', async (_, change) => {
    const here = await benchFor(faultFor('restart-cni-agent'));
    const request = approve(requestFor({ ...here.plan, ...change(here.plan) }));

    expect(await refusalOf(here, handed(request))).toEqual({ kind: 'forged' });
  });

  test('a step that belongs to another remediation, though it was approved', async () => {
    const here = await bench();
    const borrowed = await benchFor(faultFor('clear-zombie-pods'));
    const request = approve(requestFor({ ...here.plan, steps: borrowed.plan.steps }));

    expect(await refusalOf(here, handed(request))).toEqual({
      ...{ kind: 'beyond-rules', verb: 'get', resource: 'pods', namespace: 'shop' },
    });
  });

  test('a plan that calls itself less risky than its remediation is', async () => {
    const here = await bench();
    const request = approve(requestFor({ ...here.plan, risk: 'low' }));

    expect(await refusalOf(here, handed(request))).toEqual({ kind: 'forged' });
  });

  test('a pod that somebody replaced meanwhile', async () => {
    const here = await benchFor(faultFor('restart-cni-agent'));
    const old = here.cluster.get('pods', 'kube-flannel', 'flannel-n1');
    if (old) here.cluster.put('pods', { ...old, metadata: { ...old.metadata, uid: 'another' } });

    expect(await refusalOf(here, handed(here.request))).toEqual({
      kind: 'changed',
      differences: [{ kind: 'already-so', object: 'pods kube-flannel/flannel-n1' }],
    });
  });

  test('a value that was changed meanwhile, with both values', async () => {
    const here = await benchFor(faultFor('correct-service-target-port'));
    const service = here.cluster.get('services', 'shop', 'web');
    const ports = [
      { port: 443, targetPort: 8443 },
      { port: 80, protocol: 'TCP', targetPort: 9000 },
    ];
    if (service) here.cluster.put('services', { ...service, spec: { ports } });

    expect(await refusalOf(here, handed(here.request))).toEqual({
      kind: 'changed',
      differences: [
        {
          ...{ kind: 'value', object: 'services shop/web', path: 'spec.ports.1.targetPort' },
          ...{ expected: '8081', actual: '9000' },
        },
      ],
    });
  });

  test('a long value that was changed meanwhile, without showing it', async () => {
    const here = await benchFor(faultFor('restore-cni-settings'));
    const settings = here.cluster.get('configmaps', 'kube-flannel', 'kube-flannel-cfg');
    if (settings)
      here.cluster.put('configmaps', { ...settings, data: { 'net-conf.json': `secret ${'x'.repeat(200)}` } });

    const refusal = await refusalOf(here, handed(here.request));

    expect(refusal).toMatchObject({ kind: 'changed', differences: [{ kind: 'value' }] });
    expect(JSON.stringify(refusal)).not.toContain('secret');
  });

  test('an object that is gone', async () => {
    const here = await benchFor(faultFor('restore-corefile'));
    here.cluster.remove('configmaps', 'kube-system', 'coredns');

    expect(await refusalOf(here, handed(here.request))).toEqual({
      kind: 'changed',
      differences: [{ kind: 'gone', object: 'configmaps kube-system/coredns' }],
    });
  });

  test('what a PodDisruptionBudget or admission does not allow, as the dry run tells', async () => {
    const here = await benchFor(faultFor('recreate-stale-pods'));
    here.cluster.interfere = (_, { dryRun }): ChangeReply | undefined =>
      dryRun ? { status: 'blocked', detail: 'would violate the disruption budget' } : undefined;

    expect(await refusalOf(here, handed(here.request))).toMatchObject({
      ...{ kind: 'rejected', step: 0, failure: { kind: 'blocked' } },
    });
  });
});

test('an object that changes between looking and patching is looked at again', async () => {
  const bench = await benchFor(faultFor('scale-coredns'));
  let conflicts = 0;
  bench.cluster.interfere = (_, { dryRun }): ChangeReply | undefined => {
    if (dryRun || conflicts === 2) return undefined;
    conflicts += 1;
    return { status: 'conflict', detail: 'the object has been modified' };
  };

  const { result } = await bench.run();

  expect(result).toMatchObject({ status: 'applied' });
});

test('a pod that does not get ready in time ends it, and the next one is left alone', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  const control = { ...bench.ports.control, listPods: async () => ({ status: 'read' as const, value: [] }) };

  const { result } = await bench.run({ control });

  expect(result).toMatchObject({ status: 'failed', step: 1, failure: { kind: 'not-ready', waitedS: 120 } });
  expect(bench.cluster.changes).toHaveLength(1);
});

test('stop ends it between two steps, and the report says what was done', async () => {
  const stop = new AbortController();
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  const onProgress = (_: unknown, journal: readonly JournalEntry[]) => {
    if (journal.some((entry) => entry.kind === 'step-done' && entry.step === 0)) stop.abort();
  };

  const { result } = await bench.run({ onProgress }, stop.signal);

  expect(result).toEqual({ status: 'stopped', why: 'stopped', step: 1, done: [0] });
});

/** Its process is killed as soon as it has made its first change, before it can write that down. */
async function killedAfterItsChange(bench: Bench): Promise<void> {
  const change: ExecutorPorts['control']['change'] = async (...all) => {
    const reply = await bench.ports.control.change(...all);
    if (bench.cluster.changes.length > 0) throw new Error('killed');
    return reply;
  };
  const run = bench.run({ control: { ...bench.ports.control, change } });
  await expect(run).rejects.toThrow('killed');
}

test('stopped after a kill, it looks whether the step that was under way has happened', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  await killedAfterItsChange(bench);

  const { result } = await bench.run({}, AbortSignal.abort());

  expect(bench.cluster.changes).toHaveLength(1);
  expect(result).toEqual({ status: 'stopped', why: 'stopped', step: 1, done: [0] });
});

test('stopped after a kill, a step that had not happened yet is left alone', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  const change: ExecutorPorts['control']['change'] = async (sent, options, signal) => {
    if (!options.dryRun) throw new Error('killed');
    return bench.ports.control.change(sent, options, signal);
  };
  const run = bench.run({ control: { ...bench.ports.control, change } });
  await expect(run).rejects.toThrow('killed');

  const { result } = await bench.run({}, AbortSignal.abort());

  expect(bench.cluster.changes).toEqual([]);
  expect(result).toEqual({ status: 'stopped', why: 'stopped', step: 0, done: [] });
});

test('a value that somebody put back after a kill is not set a second time', async () => {
  const fault = faultFor('correct-service-target-port');
  const bench = await benchFor(fault);
  await killedAfterItsChange(bench);
  const service = bench.cluster.get('services', 'shop', 'web');
  const before = fault.objects.services?.[0]?.spec;
  if (service && before) bench.cluster.put('services', { ...service, spec: before });

  const { result } = await bench.run();

  expect(bench.cluster.changes).toHaveLength(1);
  expect(result).toMatchObject({ status: 'applied' });
});

test('taken up long after its approval ran out, it does nothing more and ends with what was done', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  await killedAfterItsChange(bench);
  bench.advance(60);

  const { result } = await bench.run();

  expect(bench.cluster.changes).toHaveLength(1);
  expect(result).toEqual({ status: 'stopped', why: 'deadline', step: 1, done: [0] });
});

test.each([minutesLater(62), 'no instant'])(
  'a journal that was made up does not make an old approval count again',
  async (at) => {
    const bench = await benchFor(faultFor('recreate-stale-pods'));
    bench.advance(60);
    bench.journals.set(bench.request.terms.nonce, [
      { kind: 'begun', at },
      { kind: 'step-intended', phase: 'do', step: 0, at },
    ]);

    const { result } = await bench.run();

    expect(bench.cluster.changes).toEqual([]);
    expect(result).toEqual({ status: 'stopped', why: 'deadline', step: 0, done: [] });
  },
);

test('the deadline counts from its beginning, a kill in between included', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  await expect(bench.run(dyingAt(bench.ports, 12, 'after'))).rejects.toThrow('killed');
  bench.advance(10);

  const { result } = await bench.run();

  expect(result).toMatchObject({ status: 'stopped', why: 'deadline' });
});

test('a fix that does not help is told as such after a second look, and undo is offered', async () => {
  const bench = await benchFor(faultFor('restore-corefile'), 'root-cause');

  const { result } = await bench.run();

  expect(result).toMatchObject({ verification: { verdict: 'still-failing' }, undone: 'offered' });
  expect(bench.diagnosed).toEqual(['nonce-0123456789abcdef-v1', 'nonce-0123456789abcdef-v2']);
});

test('a correction that does not help is taken back at once, where the plan says so', async () => {
  const fault = faultFor('correct-service-target-port');
  const bench = await benchFor(fault, 'root-cause');

  const { result } = await bench.run();

  expect(result).toMatchObject({ verification: { verdict: 'still-failing' }, undone: 'done' });
  const { spec } = bench.cluster.get('services', 'shop', 'web') ?? {};
  expect(spec).toEqual(fault.objects.services?.[0]?.spec);
});

test('no verdict is no failure: nothing is taken back by itself', async () => {
  const bench = await benchFor(faultFor('correct-service-target-port'), 'inconclusive');

  const { result } = await bench.run();

  expect(result).toMatchObject({ verification: { verdict: 'unclear' }, undone: 'offered' });
});

test('the proof is asked of the pod that took the place of the one that was diagnosed', async () => {
  const bench = await benchFor(faultFor('recreate-stale-pods'));
  const plan: Plan = {
    ...bench.plan,
    verify: { ...bench.plan.verify, target: { kind: 'pod', pod: { namespace: 'shop', name: 'web-1' } } },
  };
  const asked: unknown[] = [];
  const diagnose: ExecutorPorts['diagnose'] = async ({ target }) => {
    asked.push(target);
    return undefined;
  };
  const request = approve(requestFor(plan));

  await executePlan(handed(request), { ...bench.ports, diagnose }, new AbortController().signal);

  expect(asked[0]).toMatchObject({ kind: 'pod', pod: { namespace: 'shop' } });
  expect(asked[0]).not.toMatchObject({ pod: { name: 'web-1' } });
});

test('every patch names the incident and the execution', async () => {
  const bench = await benchFor(faultFor('restart-coredns'));

  await bench.run();

  const { annotations } = bench.cluster.get('deployments', 'kube-system', 'coredns')?.metadata ?? {};
  expect(annotations).toEqual({
    'cni-triage/incident': 'dns-7k2p',
    'cni-triage/change': 'nonce-0123456789abcdef.do.0',
  });
});

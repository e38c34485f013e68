// Every remediation from its approval to its proof, and whatever can happen on the way: killed at each point, answers that
// never come, refusals halfway, taken back. Each step happens exactly once.

import { describe, expect, test } from 'vitest';
import type { ChangeReply } from '../../src/cluster/control.ts';
import { executePlan } from '../../src/remediation/executor.ts';
import type { Plan } from '../../src/remediation/plan.ts';
import { planUndo } from '../../src/remediation/plan-remediation.ts';
import { approve, benchFor, handed, minutesLater, requestFor } from '../support/approved-plans.ts';
import { countCalls, dyingAt } from '../support/dying-executor.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';

const ids = remediableFaults.map(({ remediation }) => remediation);
const changesOf = (plan: Plan): number => plan.steps.filter(({ kind }) => kind !== 'await').length;

describe.each(ids)('%s', (id) => {
  test('is rehearsed, done and proven', async () => {
    const bench = await benchFor(faultFor(id));

    const { result } = await bench.run();

    expect(result).toMatchObject({ status: 'applied', verification: { verdict: 'fixed' } });
    expect(bench.cluster.rehearsals).toEqual(bench.cluster.changes);
    expect(bench.cluster.changes).toHaveLength(changesOf(bench.plan));
  });

  test('killed at any point, it is taken up and each step happens exactly once', async () => {
    const undisturbed = await benchFor(faultFor(id));
    const calls = await countCalls(undisturbed);

    for (let fatal = 1; fatal <= calls; fatal += 1)
      for (const when of ['before', 'after'] as const) {
        const bench = await benchFor(faultFor(id));

        await expect(bench.run(dyingAt(bench.ports, fatal, when))).rejects.toThrow('killed');
        const { result } = await bench.run();

        expect(result, `killed ${when} call ${fatal}`).toMatchObject({
          status: 'applied',
          verification: { verdict: 'fixed' },
        });
        expect(bench.cluster.changes, `killed ${when} call ${fatal}`).toHaveLength(changesOf(bench.plan));
        const ends = bench.journals.get(bench.request.terms.nonce)?.filter(({ kind }) => kind === 'ended');
        expect(ends).toHaveLength(1);
      }
  });

  test('an answer that never comes is looked for in the cluster and not sent again', async () => {
    const bench = await benchFor(faultFor(id));
    bench.cluster.interfere = (_, { dryRun }) => (dryRun ? undefined : 'lost');

    const { result } = await bench.run();

    expect(result).toMatchObject({ status: 'applied' });
    expect(bench.cluster.changes).toHaveLength(changesOf(bench.plan));
  });

  test('refused halfway by the API server, it says at which step and what was done', async () => {
    const bench = await benchFor(faultFor(id));
    const last = bench.plan.steps.findLastIndex(({ kind }) => kind !== 'await');
    let sent = 0;
    bench.cluster.interfere = (_, { dryRun }): ChangeReply | undefined => {
      if (dryRun) return undefined;
      sent += 1;
      return sent === changesOf(bench.plan) ? { status: 'refused', detail: 'forbidden' } : undefined;
    };

    const { result } = await bench.run();

    expect(result).toMatchObject({ status: 'failed', step: last, failure: { kind: 'refused' } });
    expect(result.status === 'failed' && result.done).toHaveLength(last);
  });

  test('what was set can be taken back by a plan of its own', async () => {
    const fault = faultFor(id);
    const bench = await benchFor(fault);
    await bench.run();
    const undo = planUndo(
      bench.plan,
      bench.request.terms.digest,
      [...bench.plan.steps.keys()],
      minutesLater(3),
    );
    if (!undo) return expect(bench.plan.undo).toEqual({ kind: 'none-needed' });

    const request = approve(requestFor(undo, 'undo-nonce-0123456789'));
    const { result } = await executePlan(handed(request), bench.ports, new AbortController().signal);

    expect(result).toMatchObject({ status: 'applied' });
    for (const step of bench.plan.steps)
      if (step.kind === 'set') {
        const { resource, namespace, name } = step.object;
        const before = fault.objects[resource]?.find(({ metadata }) => metadata.name === name);
        const after = bench.cluster.get(resource, namespace, name);
        expect(withoutMarks([after?.data, after?.spec])).toEqual(withoutMarks([before?.data, before?.spec]));
      }
    return undefined;
  });
});

test('of two hundred at once one is carried out, and the others are told so', async () => {
  const bench = await benchFor(faultFor('restart-cni-agent'));

  const ends = await Promise.all(Array.from({ length: 200 }, () => bench.run()));
  const later = await bench.run();

  expect(bench.cluster.changes).toHaveLength(1);
  expect(ends.filter(({ result }) => result.status === 'applied')).toHaveLength(1);
  expect(
    ends.filter(({ result }) => result.status === 'refused' && result.refusal.kind === 'busy'),
  ).toHaveLength(199);
  expect(later).toMatchObject({ isRepeated: true, result: { status: 'applied' } });
});

/** The annotation by which a roll-out is started stays. */
const withoutMarks = (parts: unknown[]): unknown =>
  JSON.parse(
    JSON.stringify(parts, (key, value: unknown) => (key === 'cni-triage/restart' ? undefined : value)),
  );

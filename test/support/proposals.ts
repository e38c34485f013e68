// Proposals in every state that a person may meet, for tests of what is shown.

import type { JournalEntry } from '../../src/remediation/execution.ts';
import type { Plan } from '../../src/remediation/plan.ts';
import type { Proposal, SeenProposal } from '../../src/remediation/ports.ts';
import type { Verification } from '../../src/remediation/verify.ts';
import { approve, minutesLater, requestFor } from './approved-plans.ts';
import { plannedFor } from './planned-remedies.ts';
import { remediableFaults } from './remediable-faults.ts';
import { legs } from './verdict-samples.ts';

async function planOf(remediation: string): Promise<Plan> {
  const fault = remediableFaults.find((each) => each.remediation === remediation);
  if (!fault) throw new Error(`${remediation} mends no fault that is known`);
  return plannedFor(fault);
}

const sampleProposal = (remediation: string, changes: Partial<Proposal> = {}): Proposal => ({
  id: 'dns-7k2p-d-7k2p-0-x',
  order: {
    ...{ id: 'dns-7k2p-d-7k2p-0-x', cluster: 'prod-eu', incidentId: 'dns-7k2p', diagnosisId: 'd-7k2p' },
    ...{ finding: 0, remediation, requestedBy: 'U-requester', requestedAt: minutesLater(0) },
  },
  seal: '',
  language: 'en',
  thread: { channel: 'C0INCIDENTS', rootTs: '1.1' },
  ...changes,
});

const at = minutesLater(3);
const begun: JournalEntry = { kind: 'begun', at };
const done = (step: number): JournalEntry => ({ kind: 'step-done', phase: 'do', step, at, found: false });
const verified = (verdict: Verification['verdict'], isBroken: boolean): Verification => ({
  ...{ verdict, diagnosisId: 'd-after', legs: legs(isBroken) },
});

/** Named states of two fixes: one that restarts an agent, and one that sets something and can be taken back. */
export async function proposalStates(): Promise<Record<string, SeenProposal>> {
  const restart = await planOf('restart-cni-agent');
  const restore = await planOf('restore-corefile');
  const seen = (plan: Plan, changes: Partial<Proposal>, journal: JournalEntry[] = []): SeenProposal => ({
    proposal: sampleProposal(plan.remediation, { end: planned(plan), ...changes }),
    journal,
  });
  const planned = (plan: Plan) => ({ kind: 'planned', plan }) as const;
  const waiting = requestFor(restart);
  const approved = { request: approve(requestFor(restart)) };
  const restored = { request: approve(requestFor(restore)) };
  const high = requestFor({ ...restart, risk: 'high' });
  const [firstYes] = approve(high).approvals;
  return {
    planning: { proposal: sampleProposal('restart-cni-agent'), journal: [] },
    unfit: {
      proposal: sampleProposal('restart-coredns', {
        end: { kind: 'unfit', reason: { kind: 'other-cause', cause: 'scaled-to-zero' } },
      }),
      journal: [],
    },
    'not-planned': {
      proposal: sampleProposal('restart-coredns', { end: { kind: 'failed', why: 'cluster-unreachable' } }),
      journal: [],
    },
    waiting: seen(restart, { request: waiting }),
    'waiting-for-a-second': seen(restart, { request: { ...high, approvals: firstYes ? [firstYes] : [] } }),
    rejected: seen(restart, {
      request: {
        ...waiting,
        state: 'rejected',
        rejected: { by: 'U-lead', at: minutesLater(2), reason: 'The switch is being replaced <!channel>' },
      },
    }),
    approved: seen(restart, approved),
    running: seen(restart, approved, [begun, done(0)]),
    stopping: seen(restart, { ...approved, stoppedBy: 'U-second' }, [begun, done(0)]),
    stopped: seen(restore, restored, [
      begun,
      done(0),
      { kind: 'ended', at, result: { status: 'stopped', why: 'stopped', step: 1, done: [0] } },
    ]),
    refused: seen(restart, approved, [
      begun,
      {
        kind: 'ended',
        at,
        result: {
          status: 'refused',
          refusal: {
            kind: 'changed',
            differences: [{ kind: 'replaced', object: 'pods kube-flannel/agent' }],
          },
        },
      },
    ]),
    fixed: seen(restart, approved, [
      begun,
      ...restart.steps.map((_, step) => done(step)),
      {
        kind: 'ended',
        at,
        result: { status: 'applied', verification: verified('fixed', false), undone: 'none-needed' },
      },
    ]),
    'still-failing': seen(restore, restored, [
      begun,
      ...restore.steps.map((_, step) => done(step)),
      {
        kind: 'ended',
        at,
        result: { status: 'applied', verification: verified('still-failing', true), undone: 'offered' },
      },
    ]),
    'being-taken-back': seen(restore, { ...restored, undoneBy: 'x-undo' }, [
      begun,
      ...restore.steps.map((_, step) => done(step)),
      {
        kind: 'ended',
        at,
        result: { status: 'applied', verification: verified('still-failing', true), undone: 'offered' },
      },
    ]),
  };
}

// A desk with one incident under whose verdict a fix is offered: the real rules about fixes, with everything that would reach a
// cluster written down in memory. The worker's and the remediator's part is played by the test.

import type { ExecutionResult, JournalEntry } from '../../src/remediation/execution.ts';
import type { Risk } from '../../src/remediation/plan.ts';
import { createRemediationService, type RemediationService } from '../../src/remediation/service.ts';
import { keys } from '../support/approved-plans.ts';
import { createMemoryProposals, type MemoryProposals } from '../support/memory-proposals.ts';
import { plannedFor } from '../support/planned-remedies.ts';
import { remediableFaults } from '../support/remediable-faults.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { diagnoses } from '../support/verdict-samples.ts';
import { type Desk, startDesk } from './desk.ts';

export const anna = { user: 'U0ANNA', channel: 'C0INCIDENTS' };
export const sam = { user: 'U0SAM' };
export const liwei = { user: 'U0LIWEI' };
/** Anna and Sam are in it, Li Wei is not. */
const ONCALL = 'S0ONCALL';

export interface FixDesk extends Desk {
  memory: MemoryProposals;
  service: RemediationService;
  verdict(): Message;
  /** The newest message of a fix. */
  fix(): Message;
  /** Draws every proposal as the queue does. */
  draw(): Promise<void>;
  /** Anna presses the first fix, and the worker works it out. */
  ask(): Promise<void>;
  /** The remediator carries the newest one out. */
  end(result: ExecutionResult): Promise<void>;
  press(who: { user: string }, action: string, message?: Message): Promise<unknown>;
  /** What that person alone was told last. */
  heard(who: { user: string }): Promise<string>;
  state(): string | undefined;
}

export interface FixDeskOptions {
  remediation?: string;
  risk?: Risk;
  reasonFrom?: Risk;
  groups?: string[];
  /** False: no worker of the cluster is alive. */
  hasWorker?: boolean;
}

export async function startFixDesk(options: FixDeskOptions = {}): Promise<FixDesk> {
  const { remediation = 'restart-cni-agent', groups = [ONCALL] } = options;
  const fault = remediableFaults.find((each) => each.remediation === remediation);
  if (!fault) throw new Error(`${remediation} mends no fault that is known`);
  let changed = (): void => undefined;
  const memory = createMemoryProposals(() => changed());
  const made: { service?: RemediationService; clock?: { now(): Date } } = {};
  const desk = await startDesk({
    approverGroups: groups,
    fixes(clock) {
      const policy = {
        rules: [{ risks: ['low', 'medium', 'high'], users: [], groups }] as const,
        ...{ expiryMinutes: 15, ...(options.reasonFrom && { reasonFrom: options.reasonFrom }) },
      };
      made.clock = clock;
      made.service = createRemediationService({
        ...memory,
        keys,
        clock,
        policy: { ...policy, rules: [...policy.rules] },
        hasWorker: async () => options.hasWorker ?? true,
        onApproved: async () => undefined,
      });
      return made.service;
    },
  });
  changed = desk.workspace.state.changed;
  const { service, clock } = made as Required<typeof made>;
  await desk.workspace.people.type(anna, '/cni diagnose dns shop/web-7f');
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  desk.change({
    diagnosing: false,
    diagnosis: { ...diagnoses['root cause'], findings: [fault.finding] },
  });
  await desk.render();
  const plan = await plannedFor(fault);
  const newest = () => [...memory.proposals.values()].at(-1);

  const fixDesk: FixDesk = {
    ...{ ...desk, memory, service },
    verdict: () => desk.thread()[1] as Message,
    fix: () => desk.thread().at(-1) as Message,
    state: () => newest()?.request?.state,
    async draw() {
      // Slack takes one message a second.
      desk.advance(1000);
      for (const id of memory.proposals.keys()) {
        const seen = await memory.store.load(id);
        if (!seen) continue;
        const { messageTs } = await desk.slack.proposalSurface.render(seen, clock.now().getTime());
        if (messageTs === undefined) continue;
        await memory.store.change(id, (each) => ({ ...each, thread: { ...each.thread, messageTs } }));
      }
    },
    async ask() {
      const before = memory.proposals.size;
      await desk.workspace.people.click(anna, fixDesk.verdict(), fixActionOf(remediation, fixDesk.verdict()));
      await desk.workspace.until(() => memory.proposals.size > before && memory.orders.size > before);
      const id = newest()?.id ?? '';
      const { cluster, incidentId, diagnosisId } = newest()?.order ?? plan;
      const asked = { ...plan, cluster, incidentId, diagnosisId, risk: options.risk ?? plan.risk };
      await service.planned(id, { kind: 'planned', plan: asked });
      await fixDesk.draw();
    },
    async end(result) {
      const proposal = newest();
      const at = clock.now().toISOString();
      const steps = proposal?.request?.plan.steps ?? [];
      const done = steps.map(
        (_, step): JournalEntry => ({ kind: 'step-done', phase: 'do', step, at, found: false }),
      );
      memory.journals.set(proposal?.id ?? '', [
        { kind: 'begun', at },
        ...done,
        { kind: 'ended', at, result },
      ]);
      await fixDesk.draw();
    },
    press: (who, action, message = fixDesk.fix()) => desk.workspace.people.click(who, message, action),
    async heard({ user }) {
      await desk.workspace.until(() => desk.workspace.shownOnlyTo(user).length > 0);
      return wordsOfMessage(desk.workspace.shownOnlyTo(user).at(-1));
    },
  };
  return fixDesk;
}

/** The button under the verdict that asks for that remediation. */
export function fixActionOf(remediation: string, { blocks }: Message): string {
  const buttons = blocks.flatMap((block) =>
    block.type === 'actions' ? (block.elements as { action_id: string; value?: string }[]) : [],
  );
  const button = buttons.find(({ value }) => value?.endsWith(`/${remediation}`));
  if (!button) throw new Error(`the verdict does not offer ${remediation}`);
  return button.action_id;
}

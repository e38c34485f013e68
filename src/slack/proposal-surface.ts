// Slack as the place where proposals are seen: one message each in its incident's thread, posted once and then edited. What it
// says is proposal-message.ts.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Leg } from '../diagnosis/playbook.ts';
import type { ProposalSurface, SeenProposal } from '../remediation/ports.ts';
import { asSurfaceError } from './failures.ts';
import type { Posting } from './posting.ts';
import { proposalMessage } from './proposal-message.ts';
import { createTurns } from './turns.ts';

export interface ProposalSurfaceParts {
  posting: Pick<Posting, 'postOnce' | 'edit'>;
  /** Undefined: it has expired. */
  loadDiagnosis(id: string): Promise<Diagnosis | undefined>;
}

export function createProposalSurface({ posting, loadDiagnosis }: ProposalSurfaceParts): ProposalSurface {
  const inTurn = createTurns();
  // Two renderings that both found no message id: the second one edits what the first has posted.
  async function draw(seen: SeenProposal, nowMs: number): Promise<{ messageTs?: string }> {
    const { id, order, thread } = seen.proposal;
    const message = proposalMessage(seen, await legsBefore(seen), nowMs);
    const place = { channel: thread.channel, threadTs: thread.rootTs, since: order.requestedAt };
    const mark = { incident: order.incidentId, part: `fix ${id}` };
    if (thread.messageTs === undefined) return { messageTs: await posting.postOnce(place, mark, message) };
    // Never left out: the next step may be minutes away.
    if (await posting.edit(thread.channel, thread.messageTs, message)) return {};
    // Deleted or frozen: how it ends must be read all the same.
    return { messageTs: await posting.postOnce(place, { ...mark, part: `${mark.part} again` }, message) };
  }

  async function legsBefore({ proposal, journal }: SeenProposal): Promise<Leg[]> {
    if (!journal.some(({ kind }) => kind === 'ended')) return [];
    const diagnosis = await loadDiagnosis(proposal.order.diagnosisId);
    return diagnosis?.outcomes.flatMap(({ legs }) => legs) ?? [];
  }

  return {
    render: (seen, nowMs) =>
      inTurn(seen.proposal.id, async () => {
        try {
          return await draw(seen, nowMs);
        } catch (error) {
          throw asSurfaceError(error);
        }
      }),
  };
}

// Slack as a Surface: draws the whole state of an incident, its root message once and one reply for each diagnosis.
// Rendering again is harmless. It decides nothing about incidents and keeps no state that a restart would miss.

import type { Incident } from '../incidents/incident.ts';
import { requestedAt } from '../incidents/incident.ts';
import { unspoken } from '../incidents/journal.ts';
import { type Posted, type Surface, SurfaceRateLimited, SurfaceUnreachable } from '../incidents/ports.ts';
import { evidenceFile, evidenceFileName } from '../messages/evidence-file.ts';
import { asSurfaceError } from './failures.ts';
import {
  journalMessage,
  type ReplyMessage,
  replyMessage,
  rootMessage,
  type SlackMessage,
} from './messages.ts';
import type { Posting } from './posting.ts';
import { createTurns } from './turns.ts';

export interface SlackSurface extends Surface {
  /** Puts the evidence file into the thread, whatever the length of the verdict; returns the ids that are new. */
  postEvidence(incident: Incident): Promise<Posted>;
}

export interface SurfaceParts {
  posting: Posting;
  clock: { now(): Date };
  /** Whether fixes are offered under a verdict. */
  fixable: boolean;
  /** The thread cannot be written: tell the person who asked by another way. */
  onUnreachable(incident: Incident, reason: string): Promise<void>;
}

export function createSurface({ posting, clock, fixable, onUnreachable }: SurfaceParts): SlackSurface {
  const inTurn = createTurns();

  /** `posted` is told of each new message as soon as it is there. */
  async function draw(incident: Incident, posted: Posted): Promise<void> {
    const { channel, rootTs } = incident.thread;
    const root = rootMessage(incident, clock.now().getTime());
    const threadTs = rootTs ?? (await postRoot(incident, root));
    if (rootTs === undefined) posted.rootTs = threadTs;
    try {
      const reply = replyMessage(incident, { fixable });
      Object.assign(posted, await drawReply(incident, threadTs, reply));
      if (reply.abridged) Object.assign(posted, await drawEvidence(incident, threadTs));
      Object.assign(posted, await tellJournal(incident, threadTs));
    } finally {
      // Last, since it changes with every alert: in a storm it must not use up the edits that verdicts need. A root that
      // somebody deleted still has its thread, which is where the answer goes.
      if (rootTs !== undefined) await posting.edit(channel, rootTs, root);
    }
  }

  function postRoot({ id, thread, openedAt }: Incident, root: SlackMessage): Promise<string> {
    const place = { channel: thread.channel, since: openedAt };
    return posting.postOnce(place, { incident: id, part: 'root' }, root);
  }

  async function drawReply(incident: Incident, threadTs: string, reply: ReplyMessage): Promise<Posted> {
    const { channel, replyTs } = incident.thread;
    const place = { channel, threadTs, since: requestedAt(incident) };
    const mark = { incident: incident.id, part: `diagnosis ${incident.request.id}` };
    if (replyTs === undefined) return { replyTs: await posting.postOnce(place, mark, reply) };
    const edited = await posting.edit(channel, replyTs, reply, { optional: incident.diagnosing });
    if (edited || incident.diagnosing) return {};
    // The progress line was deleted or is frozen: the verdict must be read all the same.
    const again = await posting.postOnce(place, { ...mark, part: `${mark.part} verdict` }, reply);
    return again === replyTs ? {} : { replyTs: again };
  }

  async function drawEvidence(incident: Incident, threadTs: string): Promise<Posted> {
    const { diagnosis, thread, language } = incident;
    if (!diagnosis || thread.evidenceOf === diagnosis.id) return {};
    const place = { channel: thread.channel, threadTs, since: requestedAt(incident) };
    await posting.uploadOnce(place, evidenceFileName(diagnosis), evidenceFile(diagnosis, language));
    return { evidenceOf: diagnosis.id };
  }

  async function tellJournal({ id, thread, journal, language, openedAt }: Incident, threadTs: string) {
    const told = thread.toldUpTo ?? 0;
    const entries = unspoken(journal, told);
    const last = entries.at(-1);
    if (!last) return {};
    const place = { channel: thread.channel, threadTs, since: openedAt };
    // Named after where it begins: what came meanwhile goes into the message that was posted and not noted.
    const mark = { incident: id, part: `journal after ${told}` };
    await posting.postOnce(place, mark, journalMessage(entries, language));
    return { toldUpTo: last.number };
  }

  async function translating(incident: Incident, work: (posted: Posted) => Promise<void>): Promise<Posted> {
    const posted: Posted = {};
    try {
      await work(posted);
      return posted;
    } catch (error) {
      const translated = asSurfaceError(error);
      if (translated instanceof SurfaceRateLimited) translated.posted = posted;
      if (translated instanceof SurfaceUnreachable) await onUnreachable(incident, translated.reason);
      throw translated;
    }
  }

  return {
    render: (incident) =>
      inTurn(incident.id, () => translating(incident, (posted) => draw(incident, posted))),
    postEvidence: (incident) =>
      inTurn(incident.id, () =>
        translating(incident, async (posted) => {
          const { rootTs } = incident.thread;
          if (rootTs !== undefined) Object.assign(posted, await drawEvidence(incident, rootTs));
        }),
      ),
  };
}

// Slack as a Surface: draws the whole state of an incident, its root message once and one reply for each diagnosis.
// Rendering again is harmless. It decides nothing about incidents and keeps no state that a restart would miss.

import type { Incident } from '../incidents/incident.ts';
import { requestedAt } from '../incidents/incident.ts';
import { unspoken } from '../incidents/journal.ts';
import { type Posted, type Surface, SurfaceUnreachable } from '../incidents/ports.ts';
import { evidenceFile, evidenceFileName } from '../messages/evidence-file.ts';
import { asSurfaceError } from './failures.ts';
import { journalMessage, type ReplyMessage, replyMessage, rootMessage } from './messages.ts';
import type { Posting } from './posting.ts';

export interface SlackSurface extends Surface {
  /** Puts the evidence file into the thread, whatever the length of the verdict; returns the ids that are new. */
  postEvidence(incident: Incident): Promise<Posted>;
}

export interface SurfaceParts {
  posting: Posting;
  clock: { now(): Date };
  /** The thread cannot be written: tell the person who asked by another way. */
  onUnreachable(incident: Incident, reason: string): Promise<void>;
}

export function createSurface({ posting, clock, onUnreachable }: SurfaceParts): SlackSurface {
  const inTurn = createTurns();

  async function draw(incident: Incident): Promise<Posted> {
    const root = await drawRoot(incident);
    const reply = replyMessage(incident);
    const threadTs = root.rootTs ?? (incident.thread.rootTs as string);
    return {
      ...root,
      ...(await drawReply(incident, threadTs, reply)),
      ...(reply.abridged ? await drawEvidence(incident, threadTs) : {}),
      ...(await tellJournal(incident, threadTs)),
    };
  }

  async function drawRoot(incident: Incident): Promise<Posted> {
    const { channel, rootTs } = incident.thread;
    const message = rootMessage(incident, clock.now().getTime());
    if (rootTs === undefined) {
      const place = { channel, since: incident.openedAt };
      return { rootTs: await posting.postOnce(place, { incident: incident.id, part: 'root' }, message) };
    }
    // A root that somebody deleted still has its thread, which is where the answer goes.
    await posting.edit(channel, rootTs, message);
    return {};
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

  async function translating(incident: Incident, work: () => Promise<Posted>): Promise<Posted> {
    try {
      return await work();
    } catch (error) {
      const translated = asSurfaceError(error);
      if (translated instanceof SurfaceUnreachable) await onUnreachable(incident, translated.reason);
      throw translated;
    }
  }

  return {
    render: (incident) => inTurn(incident.id, () => translating(incident, () => draw(incident))),
    postEvidence: (incident) =>
      inTurn(incident.id, () =>
        translating(incident, async () =>
          incident.thread.rootTs === undefined ? {} : drawEvidence(incident, incident.thread.rootTs),
        ),
      ),
  };
}

/** Work on one key runs in the order in which it came; work on different keys at once. */
function createTurns() {
  const last = new Map<string, Promise<unknown>>();
  return function inTurn<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key);
      });
    last.set(key, settled);
    return mine;
  };
}

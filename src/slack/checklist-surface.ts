// Slack as the place where reports of the checklist are told: one message a report, however often it is tried, with the
// button under which somebody has reviewed the policies. What is told, and when, is decided elsewhere.

import type { ChecklistReport, ChecklistSurface } from '../checklist/ports.ts';
import type { Language } from '../incidents/intent.ts';
import { SurfaceUnreachable } from '../incidents/ports.ts';
import { reportLines } from '../messages/checklist.ts';
import { reviewButton } from '../messages/checklist-words.ts';
import { plain } from '../messages/fragment.ts';
import { buttonRow, linesBlock } from './blocks.ts';
import { escaped } from './escape.ts';
import { asSurfaceError } from './failures.ts';
import type { Addressee } from './fallback.ts';
import { fitted, notification } from './limits.ts';
import type { SlackMessage } from './messages.ts';
import type { Posting } from './posting.ts';

export interface ChecklistSurfaceParts {
  posting: Pick<Posting, 'postOnce'>;
  /** Where news and digests of a cluster go. Absent: nowhere. */
  channelOf(cluster: string): string | undefined;
  /** Of a channel in which nobody asked. */
  languageOf(channel: string): Language | undefined;
  clock: { now(): Date };
  /** The place where somebody asked takes no messages: tell that person by another way. */
  onUnreachable(asker: Addressee, reason: string): Promise<void>;
}

/** What its button carries is the id of the run. */
export const REVIEWED = 'policies-reviewed';

export function createChecklistSurface(parts: ChecklistSurfaceParts): ChecklistSurface {
  return {
    async tell(report) {
      const asked = 'asked' in report ? report.asked : undefined;
      const channel = asked?.channel ?? parts.channelOf(clusterOf(report));
      if (channel === undefined) return;
      const language = asked?.language ?? parts.languageOf(channel) ?? 'en';
      const now = parts.clock.now().toISOString();
      const mark = { incident: `check ${markOf(report, now)}`, part: report.kind };
      const since = 'run' in report ? report.run.startedAt : now;
      try {
        const place = { channel, ...(asked?.threadTs !== undefined && { threadTs: asked.threadTs }), since };
        await parts.posting.postOnce(place, mark, reportMessage(report, now, language));
      } catch (error) {
        const translated = asSurfaceError(error);
        if (asked && translated instanceof SurfaceUnreachable) {
          const asker = { id: markOf(report, now), person: asked.by, language };
          await parts.onUnreachable(asker, translated.reason);
        }
        throw translated;
      }
    },
  };
}

const clusterOf = (report: ChecklistReport): string =>
  'run' in report ? report.run.cluster : report.cluster;

/** A run is told once, a digest once a day. */
function markOf(report: ChecklistReport, now: string): string {
  if ('run' in report) return report.run.id;
  return report.kind === 'no-answer' ? report.id : `${clusterOf(report)} ${now.slice(0, 10)}`;
}

function reportMessage(report: ChecklistReport, now: string, language: Language): SlackMessage {
  const lines = reportLines(report, now, language);
  const reviewable = 'run' in report && isReviewable(report);
  const row = reviewable
    ? [buttonRow([{ action: REVIEWED, label: reviewButton[language], value: report.run.id }])]
    : [];
  return {
    text: notification(escaped(lines.map(plain).join('\n'))),
    blocks: fitted([linesBlock(lines), ...row]).blocks,
  };
}

/** Only what was told can be reviewed, and only where there is something to see. */
function isReviewable(report: Extract<ChecklistReport, { run: unknown }>): boolean {
  const policies = report.run.results.find(({ item }) => item === 'policies');
  const isTold = report.kind === 'answer' || report.items.includes('policies');
  return isTold && policies?.item === 'policies' && policies.status === 'attention';
}

// The answer to a command, as lines: what the service replied (service.ts) in the reader's language.

import type { Language } from '../incidents/intent.ts';
import type { Refusal, Reply } from '../incidents/service.ts';
import { actedLine, actRefusalLine } from './acts.ts';
import { auditLines } from './audit.ts';
import { checklistReplyLine } from './checklist-replies.ts';
import { doctorLines } from './doctor.ts';
import { durationWords } from './durations.ts';
import { channel, code, type Line, line } from './fragment.ts';
import { helpLines } from './help.ts';
import { notice } from './notices.ts';
import type { CommandName } from './refusals.ts';
import { reportLines } from './report.ts';
import { statusLines } from './status.ts';

export interface ReplyContext {
  command: CommandName;
  /** Playbooks that are built, for help. */
  playbooks: string[];
  language: Language;
  nowMs: number;
}

/** Empty when the incident's own thread is the answer. */
export function replyLines(reply: Reply, context: ReplyContext): Line[] {
  const { language } = context;
  switch (reply.kind) {
    case 'opened':
      return [];
    case 'joined':
    case 'rechecking': {
      const { id, thread } = reply.incident;
      return [line(notice(reply.kind, language, id), ' ', channel(thread.channel))];
    }
    case 'status':
      return statusLines(reply, language, context.nowMs);
    case 'report':
      return reportLines(reply.report, language);
    case 'audit':
      return auditLines(reply, language);
    case 'doctor':
      return doctorLines(reply.clusters, language, context.nowMs);
    case 'acted':
      return [actedLine(reply, language)];
    case 'checking':
    case 'drill-recorded':
      return [checklistReplyLine(reply, language)];
    case 'stopped':
      return [notice('stopped', language, reply.clusters.join(', ') || '–', String(reply.diagnoses))];
    case 'help':
      return helpLines(context.command, context.playbooks, reply.topic, language);
    case 'not-yet':
      return [
        notice('notYet', language, reply.name),
        ...reply.available.map((name) => line(code(`${context.command} diagnose ${name}`))),
      ];
    case 'refused':
      return refusalLines(reply.refusal, language);
  }
}

export function refusalLines(refusal: Refusal, language: Language): Line[] {
  switch (refusal.kind) {
    case 'unknown-cluster':
      return [notice('unknownCluster', language, refusal.cluster), liveClusters(refusal.live, language)];
    case 'cluster-needed':
      return refusal.live.length === 0
        ? [notice('noLiveCluster', language)]
        : [notice('clusterNeeded', language), liveClusters(refusal.live, language)];
    case 'no-worker':
      return [notice('noWorker', language, refusal.cluster, durationWords(refusal.silentMs, language))];
    case 'store-unavailable':
      return [notice('storeUnavailable', language)];
    default:
      return [actRefusalLine(refusal, language)];
  }
}

const liveClusters = (names: string[], language: Language): Line =>
  names.length === 0
    ? notice('noLiveCluster', language)
    : notice('liveClusters', language, names.slice(0, 20).join(', '));

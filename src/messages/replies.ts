// The answer to a command, as lines: what the service replied (service.ts) in the reader's language.

import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { ClusterStatus, Refusal, Reply } from '../incidents/service.ts';
import { checklistReplyLine } from './checklist-replies.ts';
import { durationWords } from './durations.ts';
import { channel, code, type Line, line, quoted, strong } from './fragment.ts';
import { helpLines } from './help.ts';
import { notice } from './notices.ts';
import type { Label, Phrase } from './phrase.ts';
import type { CommandName } from './refusals.ts';
import { rootWords } from './root.ts';

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
      return statusLines(reply.clusters, reply.open, context);
    case 'stopped':
      return [notice('stopped', language, reply.clusters.join(', ') || '–', String(reply.diagnoses))];
    case 'help':
      return helpLines(context.command, context.playbooks, reply.topic, language);
    case 'checking':
    case 'drill-recorded':
      return [checklistReplyLine(reply, language)];
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
    case 'unknown-incident':
      return [notice('unknownIncident', language, refusal.id)];
    case 'store-unavailable':
      return [notice('storeUnavailable', language)];
  }
}

const liveClusters = (names: string[], language: Language): Line =>
  names.length === 0
    ? notice('noLiveCluster', language)
    : notice('liveClusters', language, names.slice(0, 20).join(', '));

const labels = {
  clusters: { en: 'Clusters', zh: '集群' },
  none: { en: 'none', zh: '无' },
  open: { en: 'Open incidents', zh: '未关闭的事件' },
} satisfies Record<string, Label>;

const workers: Phrase<[workers: number, running: number, queued: number]> = {
  en: (count, running, queued) => `${count} worker(s) alive · ${running} running · ${queued} waiting`,
  zh: (count, running, queued) => `${count} 个 worker 在线 · 运行中 ${running} · 排队 ${queued}`,
};

const silent: Phrase<[span: string]> = {
  en: (span) => `no worker alive, last heard ${span} ago`,
  zh: (span) => `无 worker 在线，最后一次心跳在 ${span}前`,
};

const SHOWN = 15;

function statusLines(clusters: ClusterStatus[], open: Incident[], context: ReplyContext): Line[] {
  const { language, nowMs } = context;
  const none = clusters.length + open.length === 0;
  return [
    line(strong(labels.clusters[language]), clusters.length === 0 ? ` ${labels.none[language]}` : ''),
    ...clusters
      .slice(0, SHOWN)
      .map((cluster) => line(quoted(cluster.cluster), ' ', clusterWords(cluster, language))),
    ...(none ? [notice('noLiveCluster', language)] : []),
    line(strong(labels.open[language]), open.length === 0 ? ` ${labels.none[language]}` : ` ${open.length}`),
    ...open
      .slice(0, SHOWN)
      .map((incident) =>
        line(
          quoted(incident.id),
          ' ',
          rootWords(incident, nowMs).headline,
          ' ',
          channel(incident.thread.channel),
        ),
      ),
  ];
}

const clusterWords = (cluster: ClusterStatus, language: Language): string =>
  cluster.alive
    ? workers[language](cluster.workers, cluster.running, cluster.queued)
    : silent[language](durationWords(cluster.silentMs, language));

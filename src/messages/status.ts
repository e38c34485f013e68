// The answer to `status`: which clusters have workers, what became of all alerts, and who is waiting for whom, the least
// time left first.

import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { AlertCounts } from '../incidents/ports.ts';
import type { ClusterStatus, Reply } from '../incidents/service.ts';
import { durationWords } from './durations.ts';
import { channel, type Line, line, person, quoted, strong } from './fragment.ts';
import { notice } from './notices.ts';
import type { Label, Phrase } from './phrase.ts';
import { rootWords } from './root.ts';

const labels = {
  clusters: { en: 'Clusters', zh: '集群' },
  none: { en: 'none', zh: '无' },
  open: { en: 'Open incidents', zh: '未关闭的事件' },
  alerts: { en: 'Alerts', zh: '告警' },
} satisfies Record<string, Label>;

const workers: Phrase<[workers: number, running: number, queued: number]> = {
  en: (count, running, queued) => `${count} worker(s) alive · ${running} running · ${queued} waiting`,
  zh: (count, running, queued) => `${count} 个 worker 在线 · 运行中 ${running} · 排队 ${queued}`,
};

const silent: Phrase<[span: string]> = {
  en: (span) => `no worker alive, last heard ${span} ago`,
  zh: (span) => `无 worker 在线，最后一次心跳在 ${span}前`,
};

const alertWords: Phrase<[counts: AlertCounts, dropped: number]> = {
  en: (counts, dropped) =>
    `${counts.received} received · ${counts.opened} opened an incident · ${counts.joined} joined one · ` +
    `${counts.ended} ended · ${counts.repeated} repeated · ${counts.ignored} not about the network · ` +
    `${counts.waiting} waiting · ${dropped} dropped`,
  zh: (counts, dropped) =>
    `收到 ${counts.received} · 新建事件 ${counts.opened} · 并入事件 ${counts.joined} · 恢复 ${counts.ended} · ` +
    `重复 ${counts.repeated} · 与网络无关 ${counts.ignored} · 待处理 ${counts.waiting} · 丢弃 ${dropped}`,
};

const left: Phrase<[span: string]> = {
  en: (span) => `${span} left to respond`,
  zh: (span) => `响应剩余 ${span}`,
};
const overdue: Phrase<[span: string]> = {
  en: (span) => `response overdue by ${span}`,
  zh: (span) => `响应已超时 ${span}`,
};

const more: Phrase<[count: number]> = {
  en: (count) => `and ${count} more`,
  zh: (count) => `另有 ${count} 个`,
};

const SHOWN = 15;

export function statusLines(
  { clusters, open, alerts }: Extract<Reply, { kind: 'status' }>,
  language: Language,
  nowMs: number,
): Line[] {
  const none = clusters.length + open.length === 0;
  return [
    line(strong(labels.clusters[language]), clusters.length === 0 ? ` ${labels.none[language]}` : ''),
    ...shown(clusters, (cluster) => line(quoted(cluster.cluster), ' ', clusterWords(cluster, language))),
    ...(none ? [notice('noLiveCluster', language)] : []),
    ...(alerts.received > 0
      ? [line(strong(labels.alerts[language]), ` ${alertWords[language](alerts, dropped(alerts))}`)]
      : []),
    line(strong(labels.open[language]), open.length === 0 ? ` ${labels.none[language]}` : ` ${open.length}`),
    ...shown(open, (incident) =>
      line(
        ...[quoted(incident.id), ' ', waitingFor(incident, language, nowMs), ' · '],
        ...[rootWords(incident, nowMs).headline, ' ', channel(incident.thread.channel)],
      ),
    ),
  ];

  function shown<T>(all: T[], draw: (each: T) => Line): Line[] {
    const rest = all.length - SHOWN;
    return [...all.slice(0, SHOWN).map(draw), ...(rest > 0 ? [line(more[language](rest))] : [])];
  }
}

const clusterWords = (cluster: ClusterStatus, language: Language): string =>
  cluster.alive
    ? workers[language](cluster.workers, cluster.running, cluster.queued)
    : silent[language](durationWords(cluster.silentMs, language));

/** Every alert has one fate; what has none was lost, and must be seen here if it ever happens. */
function dropped({ received, ...fates }: AlertCounts): number {
  return received - Object.values(fates).reduce((sum, count) => sum + count, 0);
}

function waitingFor({ clock, owner }: Incident, language: Language, nowMs: number): Line {
  if (clock.answered) return line(person(owner ?? clock.answered.by));
  const leftMs = Date.parse(clock.dueAt) - nowMs;
  const say = leftMs >= 0 ? left : overdue;
  return line(strong(say[language](durationWords(Math.abs(leftMs), language))));
}

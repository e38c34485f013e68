// What changed in a cluster, in lines: what, from what to what, by which program and when. The latest first, a few and a
// count of the rest.

import type { Change, RecentChanges, SettingKind } from '../diagnosis/recent-changes.ts';
import type { Language } from '../incidents/intent.ts';
import { type Fragment, type Line, line, quoted, shortened, time } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

const kinds: Record<SettingKind, Label> = {
  node: { en: 'node', zh: '节点' },
  'pod-range': { en: 'Pod range of', zh: 'Pod 网段' },
  kubelet: { en: 'kubelet of', zh: 'kubelet' },
  'node-label': { en: 'label of', zh: '节点标签' },
  'cni-settings': { en: 'CNI settings', zh: 'CNI 设置' },
  'cni-config': { en: 'CNI configuration file on', zh: 'CNI 配置文件' },
  'cni-agent': { en: 'CNI agent on', zh: 'CNI agent' },
  corefile: { en: 'Corefile', zh: 'Corefile' },
  'dns-service': { en: 'DNS Service', zh: 'DNS Service' },
  'dns-workload': { en: 'CoreDNS Deployment', zh: 'CoreDNS Deployment' },
  'kube-proxy-settings': { en: 'kube-proxy settings', zh: 'kube-proxy 设置' },
  'kube-proxy-mode': { en: 'kube-proxy mode on', zh: 'kube-proxy 模式' },
  policy: { en: 'NetworkPolicy', zh: 'NetworkPolicy' },
};

const acts: Record<Change['what'], Label> = {
  added: { en: 'added', zh: '新增' },
  removed: { en: 'removed', zh: '被删除' },
  changed: { en: 'changed', zh: '被修改' },
};

const others: Phrase<[count: number]> = { en: (n) => ` and ${n} more`, zh: (n) => ` 等 ${n + 1} 处` };
const more: Phrase<[count: number]> = { en: (n) => `${n} more`, zh: (n) => `另有 ${n} 项` };
const separators = {
  aside: { en: [' (', ')'], zh: ['（', '）'] },
  colon: { en: ': ', zh: '：' },
  comma: { en: ', ', zh: '，' },
  next: { en: '; ', zh: '；' },
} as const;

const since: Record<Language, (at: Line) => Line> = {
  en: (at) => line('Changed since the last healthy check (', at, '): '),
  zh: (at) => line('自上次健康检查（', at, '）以来的变更：'),
};
const nothing: Record<Language, (at: Line) => Line> = {
  en: (at) => line('Nothing that was compared has changed since the last healthy check (', at, ').'),
  zh: (at) => line('自上次健康检查（', at, '）以来，已比对的设置没有变更。'),
};

const SHOWN = 3;
const VALUE_LIMIT = 60;

/** One line for a diagnosis or a check. */
export function changedSince(
  { since: sinceAt, changes, omitted = 0 }: RecentChanges,
  nowAt: string,
  language: Language,
): Line {
  const at = instant(sinceAt, nowAt);
  if (changes.length === 0) return nothing[language](at);
  return line(since[language](at), changesLine(changes, nowAt, language, omitted));
}

/** Whether the line leaves out what changeLines has. */
export const isShortened = ({ changes }: RecentChanges): boolean => changes.length > SHOWN;

/** Each on a line of its own. */
export const changeLines = ({ changes }: RecentChanges, nowAt: string, language: Language): Line[] =>
  changes.map((change) => changeWords(change, nowAt, language));

/** The latest few, and how many more there are; `omitted`: beside those that are given. */
export function changesLine(changes: Change[], nowAt: string, language: Language, omitted = 0): Line {
  const shown = changes.slice(0, SHOWN).map((change) => changeWords(change, nowAt, language));
  const rest = changes.length - shown.length + omitted;
  const all = rest > 0 ? [...shown, line(more[language](rest))] : shown;
  return all.flatMap((words, at) => (at === 0 ? words : line(separators.next[language], words)));
}

function changeWords(change: Change, nowAt: string, language: Language): Line {
  const { kind, what, subjects, by, at } = change;
  const [subject = ''] = subjects;
  const rest = subjects.length > 1 ? others[language](subjects.length - 1) : '';
  const name = kind === 'corefile' ? '' : ` ${quoted(shortened(subject, VALUE_LIMIT))}${rest}`;
  const [open, close] = separators.aside[language];
  const writer = by === undefined ? [] : line(quoted(by));
  const when = at === undefined ? [] : instant(at, nowAt);
  const origin = [writer, when].filter((piece) => piece.length > 0);
  const aside = origin.flatMap((piece, index) =>
    index === 0 ? piece : line(separators.comma[language], piece),
  );
  const detail = detailOf(change);
  return line(
    `${kinds[kind][language]}${name} ${acts[what][language]}`,
    aside.length > 0 ? line(open, aside, close) : '',
    detail === '' ? '' : `${separators.colon[language]}${detail}`,
  );
}

/** Foreign text, between backticks. A digest tells nobody anything. */
function detailOf({ what, before = '', after = '', lines }: Change): string {
  const value = (text: string): string => quoted(shortened(text, VALUE_LIMIT));
  if (lines) {
    const [old] = lines.removed;
    const [now] = lines.added;
    return [old === undefined ? '' : `− ${value(old)}`, now === undefined ? '' : `+ ${value(now)}`]
      .filter(Boolean)
      .join(' ');
  }
  const isTold = what === 'changed' && ![before, after].some((text) => /^sha256:|\n|^$/.test(text));
  return isTold ? `${value(before)} → ${value(after)}` : '';
}

/** The time of day and, when it was another day, the day. */
export function instant(at: string, nowAt: string): Line {
  const day = at.slice(0, 10);
  const clock: Fragment = time(at);
  return day === nowAt.slice(0, 10) ? [clock] : line(`${day} `, clock);
}

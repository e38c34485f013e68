// The answer to `doctor`: first whether all is well and where not, then a short block for each cluster, what is wrong first. The
// sentences are `doctor-words.ts`.

import type { ClusterHealth, Complaint, RightsFindings, RoleHealth } from '../doctor/examination.ts';
import type { Language } from '../incidents/intent.ts';
import { adviceLine, complaintLine, roleNames } from './doctor-words.ts';
import { durationWords } from './durations.ts';
import { code, type Line, line, plain, strong } from './fragment.ts';
import { stateSigns } from './interface.ts';
import { notice } from './notices.ts';
import type { Label, Phrase } from './phrase.ts';
import { separated } from './rights.ts';

type State = 'wrong' | 'untold' | 'well';

const CLUSTERS_SHOWN = 6;
const COMPLAINTS_SHOWN = 4;
const FIXES_SHOWN = 4;

const signs: Record<State, string> = {
  wrong: stateSigns.failed,
  untold: stateSigns.inconclusive,
  well: stateSigns.cleared,
};

const summaries: Record<State, Label> = {
  wrong: { en: 'Something is wrong in', zh: '有问题：' },
  untold: { en: 'Not everything could be told about', zh: '无法完整检查：' },
  well: { en: 'All is well in', zh: '一切正常：' },
};

const ownRights: Record<State, Label> = {
  wrong: {
    en: 'A worker with these credentials would lack rights in',
    zh: '使用当前凭据的 worker 权限不足：',
  },
  untold: {
    en: 'Not everything could be told about a worker with these credentials in',
    zh: '无法完整检查使用当前凭据的 worker：',
  },
  well: {
    en: 'A worker with these credentials would have all rights that it needs in',
    zh: '使用当前凭据的 worker 权限齐全：',
  },
};

const living: Phrase<[role: string, count: number]> = {
  en: (role, count) => `${role}: ${count} alive`,
  zh: (role, count) => `${role}：${count} 个在线`,
};
const silent: Phrase<[role: string, span: string]> = {
  en: (role, span) => `${role}: none alive, last heard ${span} ago`,
  zh: (role, span) => `${role}：无在线，最后一次心跳在 ${span}前`,
};
const never: Phrase<[role: string]> = {
  en: (role) => `${role}: none`,
  zh: (role) => `${role}：无`,
};
const checked: Record<'well' | 'enough' | 'other', Phrase<[span: string]>> = {
  well: {
    en: (span) => `rights neither missing nor too many, checked ${span} ago`,
    zh: (span) => `权限不缺也不多，检查于 ${span}前`,
  },
  enough: {
    en: (span) => `no rights missing, checked ${span} ago`,
    zh: (span) => `权限不缺，检查于 ${span}前`,
  },
  other: { en: (span) => `rights checked ${span} ago`, zh: (span) => `权限检查于 ${span}前` },
};
const fixes: Phrase<[names: string]> = {
  en: (names) => (names === '' ? 'no fixes enabled' : `fixes: ${names}`),
  zh: (names) => (names === '' ? '未启用修复' : `修复：${names}`),
};
const more: Phrase<[count: number]> = {
  en: (count) => `and ${count} more`,
  zh: (count) => `另有 ${count} 项`,
};
const whatToDo: Label = { en: 'What to do:', zh: '处理办法：' };
const separators: Label = { en: ', ', zh: '、' };
const space: Label = { en: ' ', zh: '' };

const order: State[] = ['wrong', 'untold', 'well'];

export function doctorLines(clusters: ClusterHealth[], language: Language, nowMs: number): Line[] {
  if (clusters.length === 0) return [notice('noLiveCluster', language)];
  const byState = order.map((state) => ({
    state,
    of: clusters.filter(({ complaints }) => stateOf(complaints) === state),
  }));
  const sorted = byState.flatMap(({ of }) => of);
  const rest = sorted.length - CLUSTERS_SHOWN;
  return [
    ...byState.filter(({ of }) => of.length > 0).map(({ state, of }) => summaryLine(state, of, language)),
    ...sorted.slice(0, CLUSTERS_SHOWN).flatMap((cluster) => clusterLines(cluster, language, nowMs)),
    ...(rest > 0 ? [line(more[language](rest))] : []),
  ];
}

/** For a terminal, whose credentials are those of a person: only what they lack counts. */
export function ownRightsLines(
  { lacks, unseen }: RightsFindings,
  cluster: string,
  language: Language,
  nowMs: number,
): Line[] {
  const complaints = [
    ...lacks.map((lack): Complaint => ({ kind: 'lacks', role: 'worker', ...lack })),
    ...unseen.map((each): Complaint => ({ kind: 'unseen', role: 'worker', unseen: each })),
  ];
  const state = stateOf(complaints);
  return [
    line(`${signs[state]} `, strong(ownRights[state][language]), space[language], code(cluster)),
    ...complaintLines(complaints, undefined, language, nowMs),
  ];
}

const summaryLine = (state: State, clusters: ClusterHealth[], language: Language): Line => {
  const names = clusters.slice(0, CLUSTERS_SHOWN).map(({ cluster }) => line(code(cluster)));
  const rest = clusters.length - names.length;
  return line(
    `${signs[state]} `,
    strong(summaries[state][language]),
    space[language],
    ...separated(names, separators[language]),
    rest > 0 ? ` ${more[language](rest)}` : '',
  );
};

function clusterLines(
  { cluster, worker, remediator, complaints }: ClusterHealth,
  language: Language,
  nowMs: number,
): Line[] {
  const enabled = [...new Set([worker, remediator].flatMap((role) => role.fixes?.enabled ?? []))];
  const [oldest] = [worker, remediator].flatMap(({ checkedAt }) => checkedAt ?? []).toSorted();
  const facts = [
    roleWords('worker', worker, language),
    ...(remediator.silentMs === undefined && enabled.length === 0
      ? []
      : [roleWords('remediator', remediator, language)]),
    fixes[language](fixNames(enabled, language)),
    ...(oldest === undefined ? [] : [checkedWords(complaints, nowMs - Date.parse(oldest), language)]),
  ];
  return [
    line(code(cluster), ` · ${facts.join(' · ')}`),
    ...complaintLines(complaints, remediator.fixes, language, nowMs),
  ];
}

function complaintLines(
  complaints: readonly Complaint[],
  ofRemediator: ClusterHealth['remediator']['fixes'],
  language: Language,
  nowMs: number,
): Line[] {
  const sorted = order.flatMap((state) => complaints.filter((each) => stateOf([each]) === state));
  const shown = sorted.slice(0, COMPLAINTS_SHOWN);
  const rest = sorted.length - shown.length;
  const advised = shown
    .map((each) => adviceLine(each, ofRemediator, language))
    .filter((each) => each !== undefined);
  const distinct = [...new Map(advised.map((each) => [plain(each), each])).values()];
  return [
    ...shown.map((each) => line(`${signOf(each)} `, complaintLine(each, language, nowMs))),
    ...(rest > 0 ? [line(more[language](rest))] : []),
    ...(distinct.length > 0 ? [line(whatToDo[language]), ...distinct.map((each) => line('– ', each))] : []),
  ];
}

function fixNames(enabled: string[], language: Language): string {
  const shown = enabled.slice(0, FIXES_SHOWN).join(separators[language]);
  const rest = enabled.length - FIXES_SHOWN;
  return rest > 0 ? `${shown} ${more[language](rest)}` : shown;
}

function checkedWords(complaints: readonly Complaint[], ageMs: number, language: Language): string {
  const outcome = stateOf(complaints) === 'well' ? 'enough' : 'other';
  const span = durationWords(Math.max(0, ageMs), language);
  return checked[complaints.length === 0 ? 'well' : outcome][language](span);
}

function roleWords(
  role: 'worker' | 'remediator',
  { alive, silentMs }: RoleHealth,
  language: Language,
): string {
  const name = roleNames[role][language];
  if (alive > 0) return living[language](name, alive);
  return silentMs === undefined
    ? never[language](name)
    : silent[language](name, durationWords(silentMs, language));
}

/** What could not be told is not fine, and not proven to be wrong either. */
function stateOf(complaints: readonly Complaint[]): State {
  const grave = complaints.filter(({ kind }) => kind !== 'beyond-in-part');
  if (grave.length === 0) return 'well';
  const isUntold = ({ kind }: Complaint): boolean =>
    kind === 'unseen' || kind === 'unreported' || kind === 'outdated';
  return grave.every(isUntold) ? 'untold' : 'wrong';
}

/** A complaint is never fine, also where all is well. */
const signOf = (complaint: Complaint): string =>
  stateOf([complaint]) === 'wrong' ? signs.wrong : signs.untold;

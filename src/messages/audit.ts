// The audit of fixes for people: its last lines, and the names of the files with all of them. The chain itself is
// `remediation/audit.ts`.

import type { Language } from '../incidents/intent.ts';
import type { AuditAct, AuditLine } from '../remediation/audit.ts';
import { type Fragment, type Line, line, person, quoted, shortened, strong } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { remediationName } from './remediation-names.ts';

/** What was asked, decided and done about fixes within a period. */
export interface AuditPeriod {
  sinceAt: string;
  untilAt: string;
  /** Of which lines are told; absent: of all. The files have all of them, or the chain would not hold. */
  cluster?: string;
  lines: AuditLine[];
}

const SHOWN = 15;
const RESULT_LIMIT = 80;

const acts: Record<AuditAct, Label> = {
  requested: { en: 'asked for', zh: '申请' },
  planned: { en: 'planned', zh: '制定方案' },
  approved: { en: 'approved', zh: '批准' },
  rejected: { en: 'rejected or stopped', zh: '拒绝或中止' },
  refused: { en: 'refused', zh: '未被接受' },
  begun: { en: 'begun', zh: '开始执行' },
  'step-done': { en: 'step done', zh: '步骤完成' },
  ended: { en: 'ended', zh: '执行结束' },
  'enabled-changed': { en: 'enabled fixes changed', zh: '启用的修复项变更' },
};

const title: Phrase<[lines: number, since: string, until: string]> = {
  en: (lines, since, until) =>
    `Audit of fixes: ${lines === 1 ? '1 entry' : `${lines} entries`} from ${since} to ${until}`,
  zh: (lines, since, until) => `修复审计：${since} 至 ${until} 共 ${lines} 条记录`,
};

const rest: Phrase<[shown: number]> = {
  en: (shown) => `These are the last ${shown}. The files have all of them.`,
  zh: (shown) => `以上为最近 ${shown} 条，全部记录见文件。`,
};

const verifying: Label = {
  en: '`npx cni audit verify FILE` says whether a line of the `.jsonl` file was altered, removed or inserted.',
  zh: '用 `npx cni audit verify FILE` 可检查 `.jsonl` 文件中的记录是否被修改、删除或插入。',
};

export function auditLines({ sinceAt, untilAt, cluster, lines }: AuditPeriod, language: Language): Line[] {
  const told = lines.filter((each) => cluster === undefined || each.cluster === cluster);
  const shown = told.slice(-SHOWN);
  const heading = title[language](told.length, minuteOf(sinceAt), minuteOf(untilAt));
  return [
    line(strong(heading), ...(cluster === undefined ? [] : [' · ', quoted(cluster)])),
    ...shown.map((each) => entryLine(each, language)),
    ...(shown.length < told.length ? [line(rest[language](shown.length))] : []),
    ...(lines.length > 0 ? [line(verifying[language])] : []),
  ];
}

function entryLine(
  { at, who, what, cluster, incidentId, remediation, result }: AuditLine,
  language: Language,
): Line {
  return line(
    `${minuteOf(at)} · `,
    whoOf(who),
    ` · ${acts[what][language]} · ${remediationName(remediation, language)} · `,
    `${quoted(cluster)} · ${quoted(incidentId)}`,
    result === '' ? '' : ` · ${quoted(shortened(result, RESULT_LIMIT))}`,
  );
}

const whoOf = (who: string): Fragment | string => (who === 'bot' || who === 'remediator' ? who : person(who));

const minuteOf = (at: string): string => `${at.slice(0, 16).replace('T', ' ')} UTC`;

export const auditFileName = ({ sinceAt, untilAt }: AuditPeriod, ending: 'jsonl' | 'csv'): string =>
  `audit-${sinceAt.slice(0, 10)}-to-${untilAt.slice(0, 10)}.${ending}`;

/** What `npx cni audit verify` says about a file. `first`: number of its first line. */
export const chainWords: {
  whole: Phrase<[lines: number, first: number, lastHash: string]>;
  empty: Label;
  broken: Phrase<[number: number]>;
  unreadable: Phrase<[row: number]>;
} = {
  whole: {
    en: (lines, first, lastHash) =>
      `The chain is whole: ${lines} lines, from number ${first}. Hash of the last: ${lastHash}`,
    zh: (lines, first, lastHash) => `链完整：共 ${lines} 条，自编号 ${first} 起。最后一条的哈希：${lastHash}`,
  },
  empty: { en: 'The file has no lines.', zh: '文件中没有记录。' },
  broken: {
    en: (number) =>
      `The chain is broken at number ${number}: this line, or one before it, was altered, removed or inserted.`,
    zh: (number) => `链在编号 ${number} 处断裂：该条或其之前的记录被修改、删除或插入。`,
  },
  unreadable: {
    en: (row) => `Row ${row} of the file is no line of an audit.`,
    zh: (row) => `文件第 ${row} 行不是审计记录。`,
  },
};

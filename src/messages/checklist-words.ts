// The words of the checklist: names of its items, what each came to when it is not a finding's own sentence, and the frames
// of answers, news and digests.

import type { CheckItem, CheckStatus, PoolUse, SuccessRate } from '../checklist/checklist.ts';
import { type Line, line, quoted } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

export const itemNames: Record<CheckItem, Label> = {
  'cni-health': { en: 'CNI components', zh: 'CNI 组件' },
  pools: { en: 'IP addresses', zh: 'IP 地址' },
  mesh: { en: 'Across nodes', zh: '跨节点连通' },
  dns: { en: 'DNS answers', zh: 'DNS 解析' },
  policies: { en: 'NetworkPolicies', zh: 'NetworkPolicy' },
  drill: { en: 'Failure drill', zh: '故障演练' },
  version: { en: 'CNI version', zh: 'CNI 版本' },
};

export const statusSigns: Record<CheckStatus, string> = {
  fine: '✅',
  attention: '🟡',
  failed: '🔴',
  unknown: '❔',
};

/** Beside the sign: colour is never the only sign. */
export const statusWords: Record<CheckStatus, Label> = {
  fine: { en: 'fine', zh: '正常' },
  attention: { en: 'attention', zh: '需关注' },
  failed: { en: 'failed', zh: '异常' },
  unknown: { en: 'not known', zh: '未知' },
};

export const reviewButton: Label = { en: 'I reviewed this', zh: '我已审查' };

const percent = (share: number): string => `${Math.round(share * 100)} %`;
// Rounded down: 99.96 % must not read as all.
const success = ({ answers, failed }: SuccessRate): string =>
  `${(Math.floor(((answers - failed) / answers) * 1000) / 10).toString()} %`;

export const labels = {
  componentsWork: {
    en: 'agents, configuration and programs are in order',
    zh: 'agent、配置与插件程序均正常',
  },
  nodesReach: { en: 'pods reach each other between nodes', zh: '各节点上的 Pod 可互相访问' },
  oneNode: { en: 'one node, so there is no way between nodes', zh: '只有一个节点，无需跨节点' },
  dnsWorks: { en: 'names resolve', zh: '域名解析正常' },
  couldNotCheck: { en: 'could not be checked', zh: '未能检查' },
  notCounted: { en: 'addresses in use could not be counted', zh: '无法统计已用地址' },
  noPolicies: { en: 'there are none', zh: '集群中没有 NetworkPolicy' },
  policiesUnread: { en: 'the list could not be read', zh: '无法读取列表' },
  neverDrilled: {
    en: `none recorded; hold one, then ${quoted('check drill passed WHAT')}`,
    zh: `尚无记录，请演练一次，并用 ${quoted('check drill passed 内容')} 登记`,
  },
  passed: { en: 'passed', zh: '通过' },
  notPassed: { en: 'failed', zh: '未通过' },
  rememberedByBot: {
    en: `The bot remembers policy reviews and failure drills: ask it with ${quoted('/cni check')}.`,
    zh: `策略审查与故障演练由 bot 记录，请在 Slack 中执行 ${quoted('/cni check')} 查看。`,
  },
  noAgents: { en: 'no agent was seen', zh: '未看到 CNI agent' },
  stop: { en: '. ', zh: '。' },
  comma: { en: ', ', zh: '，' },
  colon: { en: ': ', zh: '：' },
  gap: { en: ' ', zh: '' },
} satisfies Record<string, Label>;

export const sentences = {
  pool: {
    en: ({ node, used, capacity }: PoolUse) =>
      `${quoted(node)} uses ${used} of ${capacity} (${percent(used / capacity)})`,
    zh: ({ node, used, capacity }: PoolUse) =>
      `${quoted(node)} 已用 ${used}/${capacity}（${percent(used / capacity)}）`,
  },
  fullest: {
    en: (pool: string) => `the fullest node, ${pool}`,
    zh: (pool: string) => `使用率最高的节点 ${pool}`,
  },
  fullIn: {
    en: (node: string, span: string) => `${quoted(node)} is full in about ${span} if it goes on like this`,
    zh: (node: string, span: string) => `按目前趋势 ${quoted(node)} 约 ${span}后用尽`,
  },
  notCountedOn: {
    en: (nodes: string) => `not counted: ${nodes}`,
    zh: (nodes: string) => `未能统计：${nodes}`,
  },
  sampled: {
    en: (nodes: number, of: number) => `a sample of ${nodes} of ${of} nodes`,
    zh: (nodes: number, of: number) => `抽样 ${nodes}/${of} 个节点`,
  },
  more: {
    en: (count: number) => ` (+${count} more)`,
    zh: (count: number) => `（另有 ${count} 项）`,
  },
  counted: {
    en: (rate: SuccessRate) => `CoreDNS answered ${success(rate)} of ${rate.answers} queries since `,
    zh: (rate: SuccessRate) => `CoreDNS 成功应答 ${success(rate)}（共 ${rate.answers} 次查询），统计起点 `,
  },
  probed: {
    en: ({ answers, failed }: SuccessRate) =>
      `${answers - failed} of the ${answers} queries of this check were answered`,
    zh: ({ answers, failed }: SuccessRate) => `本次探测 ${answers} 次查询，成功 ${answers - failed} 次`,
  },
  policiesUnreviewed: {
    en: (count: number) => `${count}, never reviewed`,
    zh: (count: number) => `共 ${count} 条，尚未审查`,
  },
  policiesSame: {
    en: (count: number) => `${count}, all as reviewed on `,
    zh: (count: number) => `共 ${count} 条，无变更，上次审查 `,
  },
  policiesChanged: {
    en: (count: number) => `${count} changed since the review of `,
    zh: (count: number) => `${count} 条有变更，上次审查 `,
  },
  policiesNotRead: {
    en: (kinds: string) => `${kinds} are not read`,
    zh: (kinds: string) => `未读取 ${kinds}`,
  },
  by: { en: (person: Line) => line(' by ', person), zh: (person: Line) => line('（', person, '）') },
  drilled: {
    en: (day: string, what: string, result: string) => `${result} on ${day}: ${what}`,
    zh: (day: string, what: string, result: string) => `${day} ${result}：${what}`,
  },
  runs: {
    en: (version: string, nodes: number) => `${quoted(version)} on ${nodes} node(s)`,
    zh: (version: string, nodes: number) => `${nodes} 个节点运行 ${quoted(version)}`,
  },
  supported: {
    en: (_lines: string, _day: string) => 'a line that is maintained',
    zh: (_lines: string, _day: string) => '该版本线仍在维护',
  },
  unsupported: {
    en: (lines: string, day: string) => `no longer maintained; on ${day} these were: ${lines}`,
    zh: (lines: string, day: string) => `已停止维护；截至 ${day} 仍在维护的版本线：${lines}`,
  },
  'not-known': {
    en: (_lines: string, _day: string) => 'I do not know whether it is still maintained',
    zh: (_lines: string, _day: string) => '无法判断是否仍在维护',
  },
  goOn: {
    en: (command: string) => `Look closer with ${quoted(command)}`,
    zh: (command: string) => `可执行 ${quoted(command)} 进一步排查`,
  },
  checkedOn: {
    en: (day: string) => `(checked on ${day})`,
    zh: (day: string) => `（检查于 ${day}）`,
  },
  // biome-ignore lint/suspicious/noExplicitAny: the entries differ in what they take, and each is called with its own
} satisfies Record<string, Record<'en' | 'zh', (...parameters: any[]) => string | Line>>;

export const spans: Record<'hours' | 'days', Phrase<[number]>> = {
  hours: { en: (n) => `${n} h`, zh: (n) => `${n} 小时` },
  days: { en: (n) => `${n} days`, zh: (n) => `${n} 天` },
};

export const headings = {
  answer: { en: (name) => `Checklist of ${name}`, zh: (name) => `集群 ${name} 运维检查` },
  news: { en: (name) => `Checklist of ${name}: news`, zh: (name) => `集群 ${name} 运维检查有变化` },
  digest: { en: (name) => `Checklist of ${name}: the week`, zh: (name) => `集群 ${name} 运维检查周报` },
  'no-answer': {
    en: (name) => `Checklist of ${name}: nothing was checked`,
    zh: (name) => `集群 ${name} 运维检查未能执行`,
  },
} satisfies Record<string, Phrase<[string]>>;

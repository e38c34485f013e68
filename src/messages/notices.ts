// One-sentence answers of the bot about a request or about itself. Foreign words come between backticks, shortened.

import type { Language } from '../incidents/intent.ts';
import { type Line, line, quoted, shortened } from './fragment.ts';
import type { Phrase } from './phrase.ts';

const help = quoted('help');

const notices = {
  notYet: {
    en: (verb) => `${verb} is not built yet. ${help} shows what works today.`,
    zh: (verb) => `${verb} 尚未实现，目前可用的命令见 ${help}。`,
  },
  inSlack: {
    en: (command) => `That is kept where everybody sees it: type ${command} in Slack.`,
    zh: (command) => `该操作需要所有人可见，请在 Slack 中输入 ${command}。`,
  },
  unknownCluster: {
    en: (name) => `I know no cluster ${name}.`,
    zh: (name) => `没有名为 ${name} 的集群。`,
  },
  clusterNeeded: {
    en: () => `Which cluster? Say it with ${quoted('--cluster NAME')}.`,
    zh: () => `请用 ${quoted('--cluster NAME')} 指定集群。`,
  },
  liveClusters: {
    en: (names) => `Clusters with a live worker: ${names}.`,
    zh: (names) => `当前有 worker 在线的集群：${names}。`,
  },
  noLiveCluster: {
    en: () => 'No worker of any cluster is alive. Start one beside its cluster, on the same Redis.',
    zh: () => '目前没有任何集群的 worker 在线。请在目标集群旁启动 worker，并连接同一个 Redis。',
  },
  noWorker: {
    en: (cluster, span) => `The worker of ${cluster} has been silent for ${span}. Start it, then ask again.`,
    zh: (cluster, span) => `集群 ${cluster} 的 worker 已失联 ${span}，请先恢复 worker 再重试。`,
  },
  unknownIncident: {
    en: (id) => `I know no incident ${id} any more. Start a new one with the same command.`,
    zh: (id) => `事件 ${id} 已不存在，请用相同命令重新发起。`,
  },
  noAlertFires: {
    en: (id) => `No alert of ${id} fires now, so there is nothing to silence.`,
    zh: (id) => `${id} 当前没有触发中的告警，无需静默。`,
  },
  noAlertmanager: {
    en: () => 'I know no Alertmanager to silence alerts in. Set `ALERTMANAGER_URL` at the bot.',
    zh: () => '未配置 Alertmanager，无法静默告警。请在 bot 上设置 `ALERTMANAGER_URL`。',
  },
  silenceFailed: {
    en: (why) =>
      `Alertmanager did not take the silence (${why}), so the alerts go on. Try again in a moment.`,
    zh: (why) => `Alertmanager 未接受静默请求（${why}），告警仍会继续，请稍后重试。`,
  },
  storeUnavailable: {
    en: () =>
      'I cannot reach my store (Redis), so nothing was done. Try again in a moment; if it stays so, look at the bot.',
    zh: () => '无法连接存储（Redis），请求未执行。请稍后重试；若持续出现，请检查 bot。',
  },
  slow: {
    en: () =>
      'Your request arrived, but my store (Redis) is slow to answer. I go on; ask for `status` in a minute.',
    zh: () => '请求已收到，但存储（Redis）响应缓慢。我会继续处理，请稍后用 `status` 查看。',
  },
  joined: {
    en: (id) => `That is being looked at already: incident ${id}. Its thread gets the answer, in`,
    zh: (id) => `该问题已在处理中：事件 ${id}，结果见其消息串，位于`,
  },
  rechecking: {
    en: (id) => `That is an open incident: ${id}. I check again in its thread, in`,
    zh: (id) => `该问题已有未关闭的事件：${id}，正在其消息串中重新检查，位于`,
  },
  stopped: {
    en: (clusters, count) => `Stopped. Diagnoses ended: ${count}, on ${clusters}.`,
    zh: (clusters, count) => `已停止，终止诊断 ${count} 个，集群 ${clusters}。`,
  },
  internal: {
    en: (reference) =>
      `That failed through a fault of mine; nothing was changed. The log has it under ${reference}.`,
    zh: (reference) => `处理失败，原因在我这边，未做任何变更。日志编号 ${reference}。`,
  },
  feedbackNoted: { en: () => 'Noted, thank you.', zh: () => '已记录，谢谢。' },
  evidencePosted: { en: () => 'The evidence file is in this thread.', zh: () => '证据文件已在本消息串中。' },
  evidenceFailed: {
    en: () => 'The evidence file could not be uploaded just now. Try again in a moment.',
    zh: () => '证据文件暂时上传失败，请稍后重试。',
  },
  fileFailed: {
    en: (name, why) => `The file ${name} could not be uploaded here (${why}).`,
    zh: (name, why) => `文件 ${name} 无法上传到此处（${why}）。`,
  },
  noteLabel: { en: (id) => `For the thread of ${id}`, zh: (id) => `记录到 ${id} 的消息串` },
  noteEmpty: { en: () => 'Write something first.', zh: () => '请先填写内容。' },
  noEvidence: {
    en: () => 'No diagnosis has ended here yet, so there is no evidence to show.',
    zh: () => '尚无已完成的诊断，暂无证据。',
  },
  fullText: {
    en: () => 'Shortened; the full text is in the evidence file.',
    zh: () => '内容有删节，完整内容见证据文件。',
  },
  cannotPost: {
    en: (why) =>
      `I may not post in that channel (${why}). Invite me with \`/invite @cni-triage\`, then ask again.`,
    zh: (why) => `我无法在该频道发言（${why}）。请先执行 \`/invite @cni-triage\`，然后重试。`,
  },
  recordedOther: {
    en: (words) => `That file is a recorded ${words}, and answers nothing else.`,
    zh: (words) => `该文件录制的是 ${words}，不能用于其他命令。`,
  },
  agentPlaced: {
    en: (count) => `cni-agent runs on ${count} nodes; it is removed when this ends.`,
    zh: (count) => `cni-agent 已在 ${count} 个节点上运行，结束时会自动移除。`,
  },
  agentThere: {
    en: () => 'cni-agent is installed already; nothing was placed.',
    zh: () => 'cni-agent 已安装，无需放置。',
  },
  agentRemoved: { en: () => 'cni-agent was removed again.', zh: () => 'cni-agent 已移除。' },
  agentRefused: {
    en: (why) => `cni-agent could not be placed: ${why}`,
    zh: (why) => `无法放置 cni-agent：${why}`,
  },
  archived: {
    en: (why) =>
      `That channel is closed (${why}), so the answer has nowhere to go. Ask again from another one.`,
    zh: (why) => `该频道已关闭（${why}），无法发布结果，请在其他频道重新发起。`,
  },
} satisfies Record<string, Phrase<string[]>>;

export type NoticeKind = keyof typeof notices;

export function notice(kind: NoticeKind, language: Language, ...foreign: string[]): Line {
  const say: (...parameters: string[]) => string = notices[kind][language];
  return line(say(...foreign.map((text) => quoted(shortened(text, 120)))));
}

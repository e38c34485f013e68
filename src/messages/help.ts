// Help: the commands that work today, in the reader's language. The grammar itself is incidents/grammar.ts.

import type { Language } from '../incidents/intent.ts';
import { code, type Line, line, quoted, shortened, strong } from './fragment.ts';
import { faultName } from './interface.ts';
import type { Label, Phrase } from './phrase.ts';
import type { CommandName } from './refusals.ts';

const title: Label = {
  en: 'I find out what is broken in a cluster network, and say so in one thread.',
  zh: '我负责定位集群网络故障，并在一个消息串中给出结论。',
};

/** Where help is read: a terminal has neither threads nor a bot to ask about. */
export type HelpPlace = 'chat' | 'terminal';

const forms: { form: string; playbook?: string; place?: HelpPlace; meaning: Label }[] = [
  {
    form: 'diagnose dns',
    playbook: 'dns',
    meaning: { en: 'does DNS work in this cluster?', zh: '检查集群 DNS 是否正常' },
  },
  {
    form: 'diagnose dns shop/web-7f example.com',
    playbook: 'dns',
    meaning: { en: 'from that pod, for that name', zh: '从指定 Pod 解析指定域名' },
  },
  {
    form: 'diagnose pod shop/web-7f -> db.shop:5432',
    playbook: 'pod',
    meaning: { en: 'can that pod reach that Service?', zh: '检查 Pod 能否访问该 Service' },
  },
  {
    form: 'diagnose cross-node n1 n2',
    playbook: 'cross-node',
    meaning: { en: 'do pods on two nodes reach each other?', zh: '检查两个节点上的 Pod 能否互通' },
  },
  {
    form: 'diagnose policy shop/web-7f -> db.shop:5432',
    playbook: 'policy',
    meaning: { en: 'does a NetworkPolicy stop it?', zh: '检查是否被 NetworkPolicy 拦截' },
  },
  {
    form: 'diagnose ipam',
    playbook: 'ipam',
    meaning: { en: 'are pod addresses running out?', zh: '检查 Pod IP 是否即将耗尽' },
  },
  {
    form: 'diagnose mtu n1 n2',
    playbook: 'mtu',
    meaning: { en: 'do large packets pass?', zh: '检查大包能否通过' },
  },
  {
    form: 'diagnose cni-health',
    playbook: 'cni-health',
    meaning: {
      en: 'are the CNI’s own components and files in order?',
      zh: '检查 CNI 组件与配置文件是否正常',
    },
  },
  {
    form: 'diagnose cluster',
    playbook: 'cluster',
    meaning: { en: 'the emergency check: everything at once', zh: '应急检查：一次运行全部诊断' },
  },
  {
    form: 'check',
    meaning: { en: 'the operations checklist, now', zh: '立即执行运维检查清单' },
  },
  {
    form: 'check drill passed CoreDNS scaled to zero',
    place: 'chat',
    meaning: { en: 'record a failure drill for it', zh: '登记一次故障演练' },
  },
  {
    form: 'status',
    place: 'chat',
    meaning: {
      en: 'clusters, alerts, and open incidents by time left',
      zh: '查看集群、告警，以及按剩余时间排列的未关闭事件',
    },
  },
  {
    form: 'ack dns-7k2p',
    place: 'chat',
    meaning: { en: 'I take it: stops the response clock', zh: '确认接手，停止响应计时' },
  },
  {
    form: 'assign dns-7k2p @name',
    place: 'chat',
    meaning: { en: 'somebody else takes it', zh: '指派给他人' },
  },
  {
    form: 'note dns-7k2p text',
    place: 'chat',
    meaning: { en: 'write something down in its thread', zh: '在其消息串中记录备注' },
  },
  {
    form: 'escalate dns-7k2p',
    place: 'chat',
    meaning: { en: 'call the escalation group', zh: '升级并通知用户组' },
  },
  {
    form: 'silence dns-7k2p 1h',
    place: 'chat',
    meaning: { en: 'silence its alerts in Alertmanager', zh: '在 Alertmanager 中静默其告警' },
  },
  {
    form: 'resolve dns-7k2p',
    place: 'chat',
    meaning: { en: 'it is over', zh: '标记为已解决' },
  },
  {
    form: 'report 7d',
    place: 'chat',
    meaning: { en: 'response and resolution times, with a CSV file', zh: '响应与解决时长，附 CSV 文件' },
  },
  {
    form: 'audit 7d',
    place: 'chat',
    meaning: { en: 'who asked for, approved and carried out which fix', zh: '修复的申请、批准与执行记录' },
  },
  {
    form: 'doctor',
    place: 'chat',
    meaning: {
      en: 'who is alive in each cluster, and which rights are missing or too many',
      zh: '查看各集群进程是否在线，以及权限缺失或过大之处',
    },
  },
  {
    form: 'stop',
    place: 'chat',
    meaning: { en: 'end every running diagnosis', zh: '终止所有正在执行的诊断' },
  },
  {
    form: 'agent ensure diagnose dns',
    place: 'terminal',
    meaning: { en: 'with agents only for the time of the run', zh: '仅在运行期间放置 agent' },
  },
  {
    form: 'doctor',
    place: 'terminal',
    meaning: {
      en: 'whether your credentials suffice for diagnoses',
      zh: '检查当前凭据的权限是否足够诊断',
    },
  },
  {
    form: 'audit verify FILE',
    place: 'terminal',
    meaning: { en: 'whether an exported audit was altered', zh: '检查导出的审计记录是否被改动' },
  },
  {
    form: 'approval-key',
    place: 'terminal',
    meaning: { en: 'a new pair of keys for approvals, as two files', zh: '生成审批用的密钥对（两个文件）' },
  },
  {
    form: '--replay FILE',
    place: 'terminal',
    meaning: { en: 'a recorded diagnosis again', zh: '重放已录制的诊断' },
  },
];

const footers: Record<HelpPlace, Label> = {
  chat: {
    en: 'Every command takes `--cluster NAME`. Inside a thread, mention me with the same words.',
    zh: '所有命令都支持 `--cluster NAME`。在消息串内请 @ 我并使用相同的命令。',
  },
  terminal: {
    en: 'Options: `--context`, `--kubeconfig`, `--json`, `--record FILE`, `--lang en|zh`, `--agent-image`. Exit codes: 0 cleared, 1 cause found, 2 usage, 3 inconclusive, 4 cluster out of reach.',
    zh: '选项：`--context`、`--kubeconfig`、`--json`、`--record FILE`、`--lang en|zh`、`--agent-image`。退出码：0 正常，1 找到根因，2 用法错误，3 无法得出结论，4 无法访问集群。',
  },
};

const nothingMore: Phrase<[topic: string]> = {
  en: (topic) => `I know no more about ${topic}.`,
  zh: (topic) => `没有关于 ${topic} 的更多说明。`,
};

/** `playbooks` are those that are built; forms of others are left out. `topic` narrows to one of them. */
export function helpLines(
  command: CommandName,
  playbooks: string[],
  topic: string | undefined,
  language: Language,
  place: HelpPlace = 'chat',
): Line[] {
  const known = forms.filter(
    (form) =>
      (form.playbook === undefined || playbooks.includes(form.playbook)) &&
      (form.place === undefined || form.place === place),
  );
  const chosen = topic === undefined ? known : known.filter((form) => form.form.split(' ').includes(topic));
  if (topic !== undefined && chosen.length === 0)
    return [line(nothingMore[language](quoted(shortened(faultName(topic, language), 80))))];
  return [
    line(strong(title[language])),
    ...chosen.map((form) => line(code(`${command} ${form.form}`), ` ${form.meaning[language]}`)),
    line(footers[place][language]),
  ];
}

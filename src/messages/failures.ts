// Why a diagnosis gave no verdict at all: the headline for the root message and what a person does next.

import type { DiagnosisFailure } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { quoted, shortened } from './fragment.ts';

export interface FailureWords {
  /** One line, no full stop. */
  headline: string;
  detail: string;
  steps: string[];
}

type FailureSentences<K extends DiagnosisFailure['kind']> = (
  failure: Extract<DiagnosisFailure, { kind: K }>,
  cluster: string,
) => FailureWords;

const foreign = (text: string): string => quoted(shortened(text, 300));
const list = (names: string[]): string => names.slice(0, 8).map(foreign).join(', ');

const sentences: { [K in DiagnosisFailure['kind']]: Record<Language, FailureSentences<K>> } = {
  'no-worker': {
    en: (_, cluster) => ({
      headline: `no worker of ${quoted(cluster)} takes the job`,
      detail: 'The request is stored; nothing was checked.',
      steps: [`Start the worker of ${quoted(cluster)}, or look at why it stopped`, 'Then check again'],
    }),
    zh: (_, cluster) => ({
      headline: `集群 ${quoted(cluster)} 没有 worker 接单`,
      detail: '请求已保存，尚未执行任何检查。',
      steps: [`启动 ${quoted(cluster)} 的 worker，或排查其停止原因`, '然后重新检查'],
    }),
  },
  'unknown-cluster': {
    en: (_, cluster) => ({
      headline: `no worker of ${quoted(cluster)} was ever heard`,
      detail: 'The alert is kept; nothing was checked.',
      steps: [
        `Start a worker with the name ${quoted(cluster)} beside that cluster, or correct the cluster label of its alerts`,
        'Then check again',
      ],
    }),
    zh: (_, cluster) => ({
      headline: `从未收到集群 ${quoted(cluster)} 的 worker 心跳`,
      detail: '告警已保存，尚未执行任何检查。',
      steps: [`在该集群旁启动名为 ${quoted(cluster)} 的 worker，或修正其告警的 cluster 标签`, '然后重新检查'],
    }),
  },
  'cluster-unreachable': {
    en: ({ detail }, cluster) => ({
      headline: `the API server of ${quoted(cluster)} does not answer the worker`,
      detail: `What came back: ${foreign(detail)}`,
      steps: [
        'Check that the API server is up',
        "Check the worker's route and credentials to it",
        'Check again',
      ],
    }),
    zh: ({ detail }, cluster) => ({
      headline: `worker 无法访问 ${quoted(cluster)} 的 API server`,
      detail: `返回信息：${foreign(detail)}`,
      steps: ['确认 API server 正常运行', '检查 worker 到 API server 的网络与凭据', '重新检查'],
    }),
  },
  'no-permission': {
    en: ({ detail }, cluster) => ({
      headline: `the worker may not read what it needs in ${quoted(cluster)}`,
      detail: `Refused: ${foreign(detail)}`,
      steps: ["Apply the worker's RBAC from deploy/", 'Check again'],
    }),
    zh: ({ detail }, cluster) => ({
      headline: `worker 在 ${quoted(cluster)} 中缺少所需的读取权限`,
      detail: `被拒绝：${foreign(detail)}`,
      steps: ['应用 deploy/ 中 worker 的 RBAC', '重新检查'],
    }),
  },
  'target-missing': {
    en: ({ what, name, nearest }) => ({
      headline: `there is no ${what} ${foreign(name)}`,
      detail: nearest.length > 0 ? `Did you mean ${list(nearest)}?` : 'Nothing there has a similar name.',
      steps: ['Ask again with the right name'],
    }),
    zh: ({ what, name, nearest }) => ({
      headline: `不存在名为 ${foreign(name)} 的${{ pod: ' Pod', node: '节点', namespace: ' Namespace' }[what]}`,
      detail: nearest.length > 0 ? `您要找的是不是 ${list(nearest)}？` : '没有名称相近的对象。',
      steps: ['请用正确的名称重新发起'],
    }),
  },
  'target-ambiguous': {
    en: ({ name, candidates }) => ({
      headline: `${foreign(name)} fits ${candidates.length} pods`,
      detail: `They are ${list(candidates)}`,
      steps: ['Ask again with one of them'],
    }),
    zh: ({ name, candidates }) => ({
      headline: `${foreign(name)} 匹配到 ${candidates.length} 个 Pod`,
      detail: `分别是 ${list(candidates)}`,
      steps: ['请指定其中一个重新发起'],
    }),
  },
  'timed-out': {
    en: (_, cluster) => ({
      headline: `the diagnosis of ${quoted(cluster)} did not end in time`,
      detail: 'It was stopped; what it had seen until then is not kept.',
      steps: ['Check again', 'If it happens twice, look at the worker'],
    }),
    zh: (_, cluster) => ({
      headline: `${quoted(cluster)} 的诊断未能按时完成`,
      detail: '诊断已被终止，此前的观测结果未保留。',
      steps: ['重新检查', '若再次发生，请排查 worker'],
    }),
  },
  stopped: {
    en: () => ({
      headline: 'the diagnosis was stopped',
      detail: 'Somebody used the kill switch; whatever ran on nodes was ended.',
      steps: ['Check again when it may run'],
    }),
    zh: () => ({
      headline: '诊断已被停止',
      detail: '有人执行了停止命令，节点上的探测均已终止。',
      steps: ['待允许执行后重新检查'],
    }),
  },
  internal: {
    en: () => ({
      headline: 'the diagnosis stopped through a fault of mine',
      detail: "The worker's log has the error under this incident's id. Nothing was changed.",
      steps: ['Check again', 'If it happens twice, report it with the incident id'],
    }),
    zh: () => ({
      headline: '诊断因程序自身错误而中止',
      detail: 'worker 日志中以本事件 ID 记录了该错误，未做任何变更。',
      steps: ['重新检查', '若再次发生，请附上事件 ID 反馈'],
    }),
  },
};

export function failureWords(failure: DiagnosisFailure, cluster: string, language: Language): FailureWords {
  // Kind and fields of a failure always match; TypeScript cannot follow that through the union of kinds.
  const say = sentences[failure.kind][language] as FailureSentences<DiagnosisFailure['kind']>;
  return say(failure, cluster);
}

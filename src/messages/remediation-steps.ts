// The steps of a plan, each in one sentence with the real names. Foreign words stand between backticks.

import type { Language } from '../incidents/intent.ts';
import type { Condition, Step } from '../remediation/plan.ts';
import { quoted, shortened } from './fragment.ts';
import type { Phrase } from './phrase.ts';

type StepOf<K extends Step['kind']> = Extract<Step, { kind: K }>;
type ConditionOf<K extends Condition['kind']> = Extract<Condition, { kind: K }>;

const podName = ({ pod }: StepOf<'delete-pod' | 'evict-pod'>): string =>
  quoted(`${pod.namespace}/${pod.name}`);
const objectName = ({ namespace, name }: { namespace?: string | undefined; name: string }): string =>
  quoted(namespace === undefined ? name : `${namespace}/${name}`);

const kinds: Record<StepOf<'set'>['object']['resource'], string> = {
  nodes: 'Node',
  pods: 'Pod',
  services: 'Service',
  configmaps: 'ConfigMap',
  deployments: 'Deployment',
  daemonsets: 'DaemonSet',
};

const SHOWN = 60;
/** What fits on a line is shown; the whole of the rest is in the details. */
const isShort = (value: unknown): boolean => JSON.stringify(value).length <= SHOWN;
const valueWords = (value: unknown): string => quoted(shortened(JSON.stringify(value), SHOWN));

const onNode: Phrase<[node: string]> = {
  en: (node) => (node === '' ? '' : ` on ${quoted(node)}`),
  zh: (node) => (node === '' ? '' : `（节点 ${quoted(node)}）`),
};

const deletePod: Phrase<[step: StepOf<'delete-pod'>]> = {
  en: (step) => `Delete pod ${podName(step)}${onNode.en(step.node)}`,
  zh: (step) => `删除 Pod ${podName(step)}${onNode.zh(step.node)}`,
};

const evictPod: Phrase<[step: StepOf<'evict-pod'>]> = {
  en: (step) => `Evict pod ${podName(step)}${onNode.en(step.node)}, as far as its disruption budget allows`,
  zh: (step) => `驱逐 Pod ${podName(step)}${onNode.zh(step.node)}，遵守其 PodDisruptionBudget`,
};

const restart: Phrase<[step: StepOf<'restart'>]> = {
  en: ({ workload }) => `Restart ${kinds[workload.resource]} ${objectName(workload)} by a roll-out`,
  zh: ({ workload }) => `滚动重启 ${kinds[workload.resource]} ${objectName(workload)}`,
};

const set: Phrase<[step: StepOf<'set'>]> = {
  en: (step) => {
    const what = `${quoted(step.path.join('.'))} of ${kinds[step.object.resource]} ${objectName(step.object)}`;
    if (!isShort(step.from) || !isShort(step.to)) return `Replace ${what}; the details have both texts`;
    if (step.to === null) return `Remove ${what}; it is ${valueWords(step.from)} now`;
    if (step.from === null) return `Set ${what} to ${valueWords(step.to)}; there is none now`;
    return `Set ${what} from ${valueWords(step.from)} to ${valueWords(step.to)}`;
  },
  zh: (step) => {
    const what = `${kinds[step.object.resource]} ${objectName(step.object)} 的 ${quoted(step.path.join('.'))}`;
    if (!isShort(step.from) || !isShort(step.to)) return `替换 ${what}，新旧内容见详情`;
    if (step.to === null) return `移除 ${what}，当前为 ${valueWords(step.from)}`;
    if (step.from === null) return `将 ${what} 设为 ${valueWords(step.to)}，当前未设置`;
    return `将 ${what} 从 ${valueWords(step.from)} 改为 ${valueWords(step.to)}`;
  },
};

const rolledOut: Phrase<[condition: ConditionOf<'rolled-out'>]> = {
  en: ({ workload }) =>
    `Wait until ${kinds[workload.resource]} ${objectName(workload)} is rolled out and ready`,
  zh: ({ workload }) => `等待 ${kinds[workload.resource]} ${objectName(workload)} 完成滚动并就绪`,
};

const podsReady: Phrase<[condition: ConditionOf<'pods-ready'>]> = {
  en: ({ count, namespace, node }) =>
    `Wait until ${count} pod(s) of it in ${quoted(namespace)} are ready${onNode.en(node ?? '')}`,
  zh: ({ count, namespace, node }) =>
    `等待 ${quoted(namespace)} 中对应的 ${count} 个 Pod 就绪${onNode.zh(node ?? '')}`,
};

export function stepWords(step: Step, language: Language): string {
  switch (step.kind) {
    case 'delete-pod':
      return deletePod[language](step);
    case 'evict-pod':
      return evictPod[language](step);
    case 'restart':
      return restart[language](step);
    case 'set':
      return set[language](step);
    case 'await':
      return step.condition.kind === 'rolled-out'
        ? rolledOut[language](step.condition)
        : podsReady[language](step.condition);
  }
}

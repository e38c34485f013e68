// The fixed phrases of a verdict: labels of its parts and the sentences that frame what the findings say.

import type { Coverage, ElsewhereReason, KnownFact } from '../diagnosis/playbook.ts';
import { quoted } from './fragment.ts';
import { elsewhereWords } from './interface.ts';
import type { Label, Phrase } from './phrase.ts';

const labels = {
  whatToDo: { en: 'What to do:', zh: '处理步骤：' },
  layer: { en: 'Layer', zh: '层次' },
  node: { en: 'node', zh: '节点' },
  notChecked: { en: 'Not checked:', zh: '未检查：' },
  advisory: { en: 'Also seen, not the cause:', zh: '另外注意到（并非根因）：' },
  alsoExplains: { en: 'Also explained by this:', zh: '由此引起的现象：' },
  noFault: { en: 'No network fault found.', zh: '未发现网络故障。' },
  lookElsewhere: {
    en: 'If it fails all the same, look at the application, or check again while it fails, from the pod that complains.',
    zh: '若业务仍然异常，请排查应用本身，或在故障发生时指定出问题的 Pod 重新检查。',
  },
  couldNotTell: { en: 'I could not tell.', zh: '无法得出结论。' },
  whatIKnow: { en: 'What I know:', zh: '目前已知：' },
  whatWouldSettle: { en: 'What would settle it:', zh: '如何得出结论：' },
  noDiagnosis: { en: 'Nothing was diagnosed:', zh: '未能执行诊断：' },
  guide: { en: 'First steps for this fault meanwhile:', zh: '此类故障可先行处理：' },
  apiServer: { en: 'the API server', zh: 'API server' },
  colon: { en: ': ', zh: '：' },
  stop: { en: '.', zh: '。' },
  /** After a label that ends in a colon or a sentence: full-width marks bring their own space. */
  gap: { en: ' ', zh: '' },
} satisfies Record<string, Label>;

const whatToDoAbout: Phrase<[number: number]> = {
  en: (number) => `What to do about ${number}:`,
  zh: (number) => `处理步骤（${number}）：`,
};

const severalChecks: Phrase<[place: string, count: number]> = {
  en: (place, count) => `${count} checks on ${place}`,
  zh: (place, count) => `${place} 上的 ${count} 项检查`,
};

type Known<K extends KnownFact['kind']> = Phrase<[fact: Extract<KnownFact, { kind: K }>]>;

const replicas: Known<'replicas'> = {
  en: ({ workload, ready, desired }) => `${quoted(workload)}: ${ready} of ${desired} replicas are ready`,
  zh: ({ workload, ready, desired }) => `${quoted(workload)}：${desired} 个副本中有 ${ready} 个就绪`,
};

const endpoints: Known<'endpoints'> = {
  en: ({ service, ready }) => `Service ${quoted(service)} has ${ready} ready endpoints`,
  zh: ({ service, ready }) => `Service ${quoted(service)} 有 ${ready} 个就绪的 endpoint`,
};

/** The entries take their own kind of fact; whoever looks one up by kind has that fact at hand. */
const known = { replicas, endpoints } as Record<KnownFact['kind'], Phrase<[fact: KnownFact]>>;

const aside: Phrase<[text: string]> = { en: (text) => ` (${text})`, zh: (text) => `（${text}）` };

const cause: Record<'proven' | 'likely', Label> = {
  proven: { en: 'Cause (proven):', zh: '根因（已证实）：' },
  likely: { en: 'Cause (likely):', zh: '根因（很可能）：' },
};

const suspect: Record<'proven' | 'likely', Label> = {
  proven: { en: 'Seen:', zh: '已观察到：' },
  likely: { en: 'Likely involved:', zh: '可能相关：' },
};

const cleared: Phrase<[fault: string, target: string, checks: number, span: string]> = {
  en: (fault, target, checks, span) => `${fault} works for ${target}. ${checks} checks answered in ${span}.`,
  zh: (fault, target, checks, span) => `${target} 的 ${fault} 正常，${span}内完成 ${checks} 项检查。`,
};

const answered: Phrase<[seen: number, total: number, span: string]> = {
  en: (seen, total, span) => `${seen} of ${total} checks were answered in ${span}`,
  zh: (seen, total, span) => `${total} 项检查中有 ${seen} 项得到结果，用时 ${span}`,
};

const covered: Phrase<[coverage: Coverage]> = {
  en: ({ nodes, of }) =>
    `Covered ${nodes} of ${of} nodes, a sample. What is wrong with one other node alone may not show: name it and a peer to have the two looked at.`,
  zh: ({ nodes, of }) =>
    `已抽样检查 ${of} 个节点中的 ${nodes} 个，未抽到的节点若有单独故障，结果中可能看不到：可指定该节点和一个对端重新检查。`,
};

const wholeCluster: Phrase<[cluster: string]> = {
  en: (name) => `cluster ${name}`,
  zh: (name) => `集群 ${name}`,
};

const crashed: Phrase<[playbook: string]> = {
  en: (playbook) => `The ${playbook} playbook stopped through a fault of mine; the worker's log has it`,
  zh: (playbook) => `${playbook} 诊断流程因程序自身错误中止，详见 worker 日志`,
};

const goOn: Phrase<[command: string]> = {
  en: (command) => `Go on with ${command}`,
  zh: (command) => `接着执行 ${command}`,
};

const reportCrash: Phrase<[]> = {
  en: () => 'Check again; if it happens twice, report it with the incident id',
  zh: () => '重新检查；若再次发生，请附上事件 ID 反馈',
};

const elsewhere: Record<ElsewhereReason, Label> = elsewhereWords;

export const phrases = {
  ...labels,
  whatToDoAbout,
  severalChecks,
  aside,
  cause,
  suspect,
  cleared,
  answered,
  covered,
  wholeCluster,
  crashed,
  goOn,
  reportCrash,
  elsewhere,
  known,
};

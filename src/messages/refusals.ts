// Answers to a request that did not become a diagnosis: what is wrong with it and what to type instead.
// Foreign words appear only between backticks and shortened.

import type { GrammarRefusal, Language } from '../incidents/intent.ts';
import { type Line, line, quoted, shortened } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';

/** The command as it is spelled on this surface: `/cni` in Slack, `cni` in a terminal, a mention in a thread. */
export type CommandName = string;

const missingNames: Record<Extract<GrammarRefusal, { kind: 'missing' }>['what'], Label> = {
  pod: { en: 'the pod', zh: 'Pod' },
  playbook: { en: 'what to diagnose', zh: '要诊断的内容' },
  destination: { en: 'the destination after `->`', zh: '`->` 之后的目标' },
  value: { en: 'a value', zh: '参数值' },
};

const invalidNames: Record<Extract<GrammarRefusal, { kind: 'invalid-name' }>['what'], Label> = {
  pod: { en: 'pod name', zh: 'Pod 名称' },
  namespace: { en: 'namespace', zh: 'Namespace 名称' },
  node: { en: 'node name', zh: '节点名称' },
  name: { en: 'DNS name', zh: '域名' },
  cluster: { en: 'cluster name', zh: '集群名称' },
  port: { en: 'port', zh: '端口' },
};

const refusals = {
  empty: { en: () => 'Tell me what to do.', zh: () => '请告诉我要做什么。' },
  unknownVerb: {
    en: (word) => `I do not know the word ${word}.`,
    zh: (word) => `无法识别 ${word}。`,
  },
  missing: { en: (what) => `Something is missing: ${what}.`, zh: (what) => `缺少${what}。` },
  invalidName: {
    en: (text, what) => `${text} is not a valid ${what}.`,
    zh: (text, what) => `${text} 不是合法的${what}。`,
  },
  unexpected: {
    en: (word) => `I do not understand ${word} at that place.`,
    zh: (word) => `此处不应出现 ${word}。`,
  },
  tryThis: { en: (form) => `Try ${form}`, zh: (form) => `可以试试 ${form}` },
} satisfies Record<string, Phrase<string[]>>;

export function grammarRefusal(refusal: GrammarRefusal, command: CommandName, language: Language): Line[] {
  return [
    line(sentenceOf(refusal, language)),
    line(refusals.tryThis[language](quoted(`${command} ${shortened(refusal.nearest, 200)}`.trim()))),
  ];
}

function sentenceOf(refusal: GrammarRefusal, language: Language): string {
  const foreign = (text: string): string => quoted(shortened(text, 80));
  switch (refusal.kind) {
    case 'empty':
      return refusals.empty[language]();
    case 'unknown-verb':
      return refusals.unknownVerb[language](foreign(refusal.word));
    case 'missing':
      return refusals.missing[language](missingNames[refusal.what][language]);
    case 'invalid-name':
      return refusals.invalidName[language](foreign(refusal.text), invalidNames[refusal.what][language]);
    case 'unexpected':
      return refusals.unexpected[language](foreign(refusal.word));
  }
}

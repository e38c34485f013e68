// The sentences of findings: for each code, in each language, the headline, the cause and what a person should do.
// Codes come from the playbooks by declaration merging, so a code without sentences does not compile.

import type { Finding, FindingCode } from '../diagnosis/finding.ts';
import type { Language } from '../incidents/intent.ts';
import { cniSentences } from './cni.ts';
import { dnsSentences } from './dns.ts';
import type { FindingSentences, SentencesOf } from './finding-sentences.ts';
import { mtuSentences } from './mtu.ts';
import { netfilterSentences } from './netfilter.ts';
import { nodeSentences } from './node.ts';
import { podSentences } from './pod.ts';
import { serviceSentences } from './service.ts';

const sentences: SentencesOf<FindingCode> = {
  ...cniSentences,
  ...dnsSentences,
  ...mtuSentences,
  ...netfilterSentences,
  ...nodeSentences,
  ...podSentences,
  ...serviceSentences,
};

export interface FindingWords {
  headline: string;
  cause: string;
  steps: string[];
}

export function wordsOf(finding: Finding, language: Language): FindingWords {
  // Code and params of a finding always match; TypeScript cannot follow that through the union of codes.
  const entry = sentences[finding.code][language] as FindingSentences<FindingCode>;
  return { headline: entry.headline(finding), cause: entry.cause(finding), steps: entry.steps(finding) };
}

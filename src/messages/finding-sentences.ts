// The shape of a finding's sentences. The sentences themselves are in a file per area; `findings.ts` puts them together.

import type { Finding, FindingCode } from '../diagnosis/finding.ts';
import type { Language } from '../incidents/intent.ts';

export interface FindingSentences<C extends FindingCode> {
  /** What is broken and where, in one line a phone can show. No full stop. */
  headline(finding: Extract<Finding, { code: C }>): string;
  /** The cause in one or two sentences, after "Cause (proven):". */
  cause(finding: Extract<Finding, { code: C }>): string;
  /** What to do, in order, with real names filled in. Never empty. */
  steps(finding: Extract<Finding, { code: C }>): string[];
}

/** Code -> language -> sentences. */
export type SentencesOf<C extends FindingCode> = { [K in C]: Record<Language, FindingSentences<K>> };

/** Code -> sentences in one language, for areas with a file a language. */
export type SentencesIn<C extends FindingCode> = { [K in C]: FindingSentences<K> };

/** The codes of one area: `CodesOf<'dns'>` are all `dns.*`. */
export type CodesOf<Area extends string> = Extract<FindingCode, `${Area}.${string}`>;

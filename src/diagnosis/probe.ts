// A probe: one question asked of the cluster from a vantage, with a time budget, and the pure parser of its answer.
// Probes are data. They do not run themselves: `ask.ts` sends them, so equal ones are sent once and all can be replayed.

import type { Question, RawAnswer } from '../cluster/access.ts';
import type { PodRef } from './target.ts';

/** Where a probe runs from. */
export type Vantage =
  | { kind: 'api' }
  | { kind: 'node'; node: string }
  | { kind: 'pod'; pod: PodRef; node: string };

/**
 * The question in words, by topic. Each file in `probes/` adds its topics and their parameters by declaration
 * merging; `messages/` must then hold a sentence for each topic in every language, or the compiler complains.
 */
// biome-ignore lint/suspicious/noEmptyInterface: filled by declaration merging in probes/
export interface ProbeTopics {}

export type ProbeLabel = {
  [T in keyof ProbeTopics]: { topic: T; params: ProbeTopics[T] };
}[keyof ProbeTopics];

export interface Probe<T> {
  /** Parameters and vantage included: two probes with one id are one question. */
  id: string;
  label: ProbeLabel;
  vantage: Vantage;
  question: Question;
  /** Turns the raw answer into a value; throws `Unparsable` when it is not what the tool should print. */
  parse(raw: RawAnswer): T;
}

/** The answer is not in the form that the parser knows; becomes evidence `unavailable: unparsable`. */
export class Unparsable extends Error {
  override name = 'Unparsable';
}

export const describeVantage = (vantage: Vantage): string => {
  switch (vantage.kind) {
    case 'api':
      return 'api';
    case 'node':
      return vantage.node;
    case 'pod':
      return `${vantage.pod.namespace}/${vantage.pod.name}@${vantage.node}`;
  }
};

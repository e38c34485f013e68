// Two faults in one lab at the same time, made of two that exist: what is asked about both, and which causes are right.
// No fault by itself.

import type { ExpectedCause, Fault, Injection, Lab } from '../../fault.ts';

interface Together {
  readonly name: string;
  readonly first: Fault;
  readonly second: Fault;
  /** What to type after `diagnose`, for a question that sees both. */
  words(injections: readonly [Injection, Injection]): readonly string[];
  /** Absent: the causes of both. Given where one explains the other. */
  causes?(injections: readonly [Injection, Injection]): readonly ExpectedCause[];
}

export const together = ({ name, first, second, words, causes }: Together): Fault => ({
  name,
  inject: async (lab) => {
    const injections = [await first.inject(lab), await second.inject(lab)] as const;
    return {
      words: words(injections),
      expect: { outcome: 'root-cause', causes: causes?.(injections) ?? injections.flatMap(causesOf) },
    };
  },
  recover: async (lab: Lab) => {
    // A fault waits until the lab is healthy, which it is only when the other one is mended, too.
    await Promise.all([first.recover(lab), second.recover(lab)]);
  },
});

export const causesOf = ({ expect }: Injection): readonly ExpectedCause[] =>
  expect.outcome === 'root-cause' ? expect.causes : [];

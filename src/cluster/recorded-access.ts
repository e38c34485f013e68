// Records every answer of a live access into a bundle, and answers from a bundle as if the cluster were there.
// A bundle is self-contained: the request, every raw answer with its instant and duration, and the verdict.

import type { Answer, ClusterAccess, Question } from './access.ts';

/** Answers by question. Credentials were taken out before they got here. */
export type RecordedAnswers = Record<string, Answer>;

/** Equal questions have equal keys, whatever order their members were written in. */
export function questionKey(question: Question): string {
  return JSON.stringify(question, (_key, value: unknown) =>
    typeof value === 'object' && value !== null && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value,
  );
}

export function createRecordingAccess(access: ClusterAccess): ClusterAccess & { answers(): RecordedAnswers } {
  const recorded = new Map<string, Answer>();
  return {
    async answer(question, signal) {
      const answer = await access.answer(question, signal);
      recorded.set(questionKey(question), answer);
      return answer;
    },
    answers: () => Object.fromEntries([...recorded].sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

/** A question that was not recorded is answered `no-vantage`: the bundle is a place from which it cannot be seen. */
export function createReplayAccess(answers: RecordedAnswers): ClusterAccess {
  return {
    answer: async (question) =>
      answers[questionKey(question)] ?? {
        at: '',
        ms: 0,
        status: 'unavailable',
        reason: 'no-vantage',
        detail: 'this question is not in the recorded bundle',
      },
  };
}

// A ClusterAccess that puts each question once, whoever of several askers puts it first; for the length of one job.

import type { Answer, ClusterAccess } from './access.ts';
import { questionKey } from './recorded-access.ts';

/** All askers share the signal of the one who asked first. */
export function createSharedAccess(access: ClusterAccess): ClusterAccess {
  const asked = new Map<string, Promise<Answer>>();
  return {
    answer(question, signal) {
      const key = questionKey(question);
      const known = asked.get(key);
      if (known) return known;
      const answer = access.answer(question, signal);
      asked.set(key, answer);
      return answer;
    },
  };
}

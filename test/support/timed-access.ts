// A ClusterAccess in simulated time: recorded answers that take as long as a test says, with the API server answering only
// so many questions at once. Nothing waits for real: time jumps to the next answer when nobody has anything left to do.

import { setImmediate } from 'node:timers/promises';
import type { Answer, ClusterAccess, Question } from '../../src/cluster/access.ts';
import { createReplayAccess, type RecordedAnswers } from '../../src/cluster/recorded-access.ts';
import { unavailable } from './spoiled-drills.ts';

export interface TimedAccess extends ClusterAccess {
  asked: Question[];
  elapsedMs(): number;
  /** Lets time pass until this is settled. */
  run<T>(diagnosis: Promise<T>): Promise<T>;
}

interface Pending {
  dueMs: number;
  settle(): void;
}

// As many as the HTTP agent has connections (src/cluster/connection.ts).
const API_CONNECTIONS = 16;

export function createTimedAccess(
  answers: RecordedAnswers,
  latencyMs: (question: Question) => number,
): TimedAccess {
  const replay = createReplayAccess(answers);
  const asked: Question[] = [];
  const pending = new Set<Pending>();
  /** When each connection is free again. */
  const connections = Array.from({ length: API_CONNECTIONS }, () => 0);
  let nowMs = 0;

  /** Questions to the API server wait for a connection; those to nodes have a stream each. */
  function dueMs(question: Question): number {
    if (question.via === 'node') return nowMs + latencyMs(question);
    const free = connections.indexOf(Math.min(...connections));
    const due = Math.max(nowMs, connections[free] ?? 0) + latencyMs(question);
    connections[free] = due;
    return due;
  }

  async function answer(question: Question, signal: AbortSignal): Promise<Answer> {
    asked.push(question);
    const recorded = await replay.answer(question, signal);
    const deadlineMs = nowMs + question.timeoutMs;
    const due = dueMs(question);
    const { promise, resolve } = Promise.withResolvers<Answer>();
    const inTime = due <= deadlineMs;
    pending.add({
      dueMs: inTime ? due : deadlineMs,
      settle: () => resolve(inTime ? recorded : unavailable(recorded, 'timeout', 'no answer in time')),
    });
    return promise;
  }

  return {
    asked,
    answer,
    elapsedMs: () => nowMs,
    async run(diagnosis) {
      let settled = false;
      const done = diagnosis.finally(() => {
        settled = true;
      });
      done.catch(() => undefined);
      for (;;) {
        // Everything that can go on without an answer goes on first.
        await setImmediate();
        if (settled) return done;
        const [next] = [...pending].sort((a, b) => a.dueMs - b.dueMs);
        if (!next) throw new Error('the diagnosis waits for something that is no answer');
        pending.delete(next);
        nowMs = next.dueMs;
        next.settle();
      }
    },
  };
}

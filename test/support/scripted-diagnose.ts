// A Diagnose that tests lead by the hand: every run waits until the test lets it progress, finish or fail.

import { setTimeout as delay } from 'node:timers/promises';
import type { DiagnosisRequest } from '../../src/diagnosis/diagnosis.ts';
import type { Progress } from '../../src/incidents/incident.ts';
import type { Diagnose } from '../../src/incidents/ports.ts';
import { sampleDiagnosis } from './sample-diagnosis.ts';

type Result = Awaited<ReturnType<Diagnose>>;

export interface Run {
  request: DiagnosisRequest;
  signal: AbortSignal;
  progress(done: number): void;
  finish(outcome?: 'root-cause' | 'cleared' | 'inconclusive'): void;
  crash(error: Error): void;
}

export interface ScriptedDiagnose {
  diagnose: Diagnose;
  runs: Run[];
  /** The run with that number (from 0), as soon as it has started. */
  run(number: number): Promise<Run>;
}

export function createScriptedDiagnose(): ScriptedDiagnose {
  const runs: Run[] = [];

  const diagnose: Diagnose = (request, onProgress, signal) => {
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    runs.push({
      request,
      signal,
      progress: (done) => onProgress(progressOf(done)),
      finish: (outcome = 'root-cause') => resolve({ ok: true, diagnosis: sampleDiagnosis(request, outcome) }),
      crash: reject,
    });
    return promise;
  };

  return { diagnose, runs, run: (number) => eventually(() => runs[number]) };
}

const progressOf = (done: number): Progress => ({ done, total: 100, elapsedMs: done, waiting: [] });

/** The first value that is neither undefined nor false; fails after a generous time. */
export async function eventually<T>(
  look: () => T | Promise<T>,
  patienceMs = 45_000,
): Promise<NonNullable<T>> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    if (Date.now() > deadline) throw new Error(`still not so after ${patienceMs} ms: ${look}`);
    await delay(10);
  }
}

// Replays a bundle as `cni --replay` does, for tests: a playbook that throws is the test's failure, and questions that the
// bundle holds no answer to are told.

import { type Bundle, diagnoseReplay } from '../../src/diagnose.ts';
import type { DiagnosisRequest } from '../../src/diagnosis/diagnosis.ts';
import type { EngineResult } from '../../src/diagnosis/engine.ts';

export interface Replayed {
  result: EngineResult;
  /** Keys of the questions that were asked and not recorded. */
  unrecorded: string[];
}

export async function replayBundle(
  bundle: Bundle,
  request: DiagnosisRequest = bundle.request,
): Promise<Replayed> {
  const unrecorded: string[] = [];
  const answers = new Proxy(bundle.answers, {
    get: (recorded, key: string) => {
      if (!(key in recorded)) unrecorded.push(key);
      return recorded[key];
    },
  });
  const result = await diagnoseReplay(
    { ...bundle, answers },
    {
      request,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onCrash: (_playbook, error) => {
        throw error;
      },
    },
  );
  return { result, unrecorded };
}

/** Of a bundle from which there is a diagnosis. */
export async function diagnosisOf(bundle: Bundle, request?: DiagnosisRequest) {
  const { result } = await replayBundle(bundle, request);
  if (!result.ok) throw new Error(`no diagnosis: ${JSON.stringify(result.problem)}`);
  return result.diagnosis;
}

// Requests and diagnoses of no particular cluster, for tests that are not about what was found.

import type { Diagnosis, DiagnosisRequest } from '../../src/diagnosis/diagnosis.ts';

export const sampleRequest = (changes: Partial<DiagnosisRequest> = {}): DiagnosisRequest => ({
  id: 'd-sample',
  cluster: 'prod-eu',
  playbook: 'dns',
  target: { kind: 'cluster' },
  ...changes,
});

export function sampleDiagnosis(
  request: DiagnosisRequest,
  outcome: 'root-cause' | 'cleared' | 'inconclusive' = 'cleared',
): Diagnosis {
  return {
    schemaVersion: 1,
    ...request,
    facts: { kubernetesVersion: 'v1.34.4', cni: 'flannel', nodes: [] },
    outcomes: [{ playbook: request.playbook, outcome, reasons: [], known: [], legs: [], unchecked: [] }],
    findings: [],
    probes: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    durationMs: 1200,
  };
}

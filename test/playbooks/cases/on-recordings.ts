// All cases on recordings with changed answers, by what is so in them.

import { badInputCases } from './bad-input.ts';
import { cniHealthCases } from './cni-health.ts';
import { hungReplicaCases } from './hung-replicas.ts';
import { nodeCases } from './nodes.ts';
import type { RecordedCase } from './recorded-case.ts';

export const casesOnRecordings: Record<string, RecordedCase[]> = {
  'not everything can be looked at': badInputCases,
  'the components of a CNI': cniHealthCases,
  'CoreDNS that answers nobody': hungReplicaCases,
  'states of nodes that the lab cannot stage': nodeCases,
};

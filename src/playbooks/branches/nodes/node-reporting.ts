// A node whose kubelet does not report: nothing of it can be asked, and what Kubernetes says of its pods is old. Its traffic may
// pass all the same. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { NodeFacts } from '../../../diagnosis/facts.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import { nodeCodes } from './node-codes.ts';
import { nodeFinding } from './node-finding.ts';

export function checkReporting(
  { name, ready, notReadyReason = '' }: NodeFacts,
  listed: Evidence<unknown>,
): Finding[] {
  if (ready) return [];
  return [
    {
      code: 'node.not-ready',
      params: { message: notReadyReason },
      ...nodeFinding(name, nodeCodes['node.not-ready'], [listed]),
      explains: [],
    },
  ];
}

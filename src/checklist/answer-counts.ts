// Asks every CoreDNS pod for its counts of answers. Those that do not tell are left out.

import type { Ask } from '../diagnosis/playbook.ts';
import { Pod } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { readAnswerCounts } from '../probes/coredns-metrics.ts';
import type { AnswerSample } from './checklist.ts';

// As the dns playbook lists them.
const listPods = listObjects('pods', Pod, {
  namespace: 'kube-system',
  labelSelector: 'k8s-app in (kube-dns, coredns)',
});

/** Undefined: not one of them tells. `at`: ISO 8601. */
export async function countAnswers(ask: Ask, at: string): Promise<AnswerSample | undefined> {
  const listed = await ask(listPods);
  if (listed.status === 'unavailable') return undefined;
  const told = await Promise.all(
    listed.value
      .filter(({ spec, status }) => spec.nodeName !== '' && status.podIP !== '')
      .map(async ({ metadata, spec, status }) => {
        const pod = { name: metadata.name, node: spec.nodeName, address: status.podIP };
        const counts = await ask(readAnswerCounts(pod));
        return counts.status === 'observed' ? [[metadata.uid, counts.value] as const] : [];
      }),
  );
  return told.flat().length === 0 ? undefined : { at, pods: Object.fromEntries(told.flat()) };
}

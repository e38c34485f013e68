// How many queries a CoreDNS pod has answered since it started, and how many of them with a failure of its own, from its
// metrics (plugin prometheus, coredns plugin/metrics). Asked from the pod's own node, so that no overlay is needed.

import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import { fetchText } from './http-text.ts';

export interface AnswerCounts {
  answers: number;
  /** Of them with SERVFAIL: CoreDNS could not find out. That a name does not exist is an answer. */
  failed: number;
}

// Default of the prometheus plugin, and what kubeadm's Corefile and its Service have.
const PORT = 9153;

export const readAnswerCounts = (pod: { name: string; node: string; address: string }): Probe<AnswerCounts> =>
  fetchText({
    node: pod.node,
    address: pod.address,
    port: PORT,
    path: '/metrics',
    to: pod.name,
    parse: parseAnswerCounts,
  });

const BUILD = /^coredns_build_info\{/m;
const RESPONSES = /^coredns_dns_responses_total\{([^}]*)\} (\S+)$/gm;

/** A CoreDNS that nobody has asked yet has no such counters, and has answered nothing. */
export function parseAnswerCounts(text: string): AnswerCounts {
  if (!BUILD.test(text)) throw new Unparsable('these are not the metrics of CoreDNS');
  const counts: AnswerCounts = { answers: 0, failed: 0 };
  for (const [, labels = '', count] of text.matchAll(RESPONSES)) {
    counts.answers += Number(count);
    if (labels.includes('rcode="SERVFAIL"')) counts.failed += Number(count);
  }
  return counts;
}

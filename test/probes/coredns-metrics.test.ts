// CoreDNS's own counts: what it answered, what of that was a failure of its own, and what is not CoreDNS at all.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { parseAnswerCounts } from '../../src/probes/coredns-metrics.ts';

// Of a CoreDNS whose upstream was dead for a while; the counters of responses and the build only.
const captured = readFileSync(new URL('output/coredns-1.14-metrics.txt', import.meta.url), 'utf8');

test('every answer counts, and only SERVFAIL is a failure', () => {
  expect(parseAnswerCounts(captured)).toEqual({ answers: 169, failed: 3 });
});

test('a CoreDNS that nobody has asked has answered nothing', () => {
  const fresh = captured
    .split('\n')
    .filter((line) => !line.startsWith('coredns_dns_responses_total'))
    .join('\n');

  expect(parseAnswerCounts(fresh)).toEqual({ answers: 0, failed: 0 });
});

test('the metrics of another program are not taken for CoreDNS', () => {
  expect(() => parseAnswerCounts('go_goroutines 12\n')).toThrow(Unparsable);
});

// How many queries CoreDNS answers: by its own counts between two checks where they can be read, else by the queries that
// the dns playbook has just made. A root cause of DNS is a failure, whatever the counts say: what never arrives is not
// counted. Pure.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { LegCell } from '../diagnosis/playbook.ts';
import type { AnswerSample, CheckParams, CheckStatus, SuccessRate } from './checklist.ts';
import type { Verdict } from './examined.ts';

// CoreDNS's own mixin warns at 1 % SERVFAIL and is critical at 3 % (coredns-mixin alerts, CoreDNSErrorsHigh).
const ATTENTION = 0.01;
const FAILURE = 0.03;
/** Fewer answers than this make no rate. */
const MIN_ANSWERS = 20;

export function judgeDns(
  diagnosis: Diagnosis | undefined,
  { status, examined }: Verdict,
  now: AnswerSample | undefined,
  before: AnswerSample | undefined,
): { status: CheckStatus; params: CheckParams['dns'] } {
  const counted = now && before && countedBetween(before, now);
  const rate = counted ?? (diagnosis && probed(diagnosis));
  const params = { ...examined, ...(rate && { rate }) };
  if (status === 'failed' || !counted) return { status, params };
  const share = counted.failed / counted.answers;
  if (share > FAILURE) return { status: 'failed', params };
  // Doubt of the playbook is about more than answers: the counts say that those who ask are answered.
  return { status: share > ATTENTION || status === 'attention' ? 'attention' : 'fine', params };
}

/** A pod that was not there before, or started anew since, has counted from zero. */
function countedBetween(before: AnswerSample, now: AnswerSample): SuccessRate | undefined {
  const growth = Object.entries(now.pods).map(([uid, counts]) => {
    const old = before.pods[uid];
    return old && old.answers <= counts.answers && old.failed <= counts.failed
      ? { answers: counts.answers - old.answers, failed: counts.failed - old.failed }
      : counts;
  });
  const answers = growth.reduce((sum, each) => sum + each.answers, 0);
  const failed = growth.reduce((sum, each) => sum + each.failed, 0);
  return answers < MIN_ANSWERS ? undefined : { answers, failed, basis: 'metrics', since: before.at };
}

function probed({ outcomes }: Diagnosis): SuccessRate | undefined {
  const cells = outcomes
    .flatMap(({ legs }) => legs.flatMap(({ cells }): LegCell[] => Object.values(cells)))
    .filter(({ status }) => status !== 'unknown');
  const failed = cells.filter(({ status }) => status === 'failed').length;
  return cells.length === 0 ? undefined : { answers: cells.length, failed, basis: 'probing' };
}

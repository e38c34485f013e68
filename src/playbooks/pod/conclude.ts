// From what was examined to an outcome: a cause that was found, traffic that fails without one, traffic that could not be
// tried, or all well. Pure.

import type { Unavailable } from '../../diagnosis/evidence.ts';
import type { Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { ElsewhereReason, InconclusiveReason, Outcome } from '../../diagnosis/playbook.ts';
import { onceEach, trafficOf } from '../branches/examine-ways.ts';
import type { Examined } from '../branches/examined.ts';
import { asAdvice } from '../branches/suspect.ts';
import { reasonsFor, toReason } from '../branches/unseen-reasons.ts';

export interface Conclusion {
  examined: Examined[];
  /** What Kubernetes says of the pods themselves: explains failing traffic; the complaint itself when all passes. */
  states: Finding[];
  /** `namespace/name` of the asker; absent: a node. */
  asker?: string;
  /** What to say when traffic fails and nothing explains it. */
  otherwise: { why: ElsewhereReason; next: string };
  /** Nothing that could be tried would tell more: what was read of it has to do. */
  untried?: boolean;
}

export function conclude({ examined, states, asker, otherwise, untried = false }: Conclusion): Outcome {
  const traffic = trafficOf(examined);
  const seen = sparingServices(onceEach(examined.flatMap((each) => each.findings)), asker);
  const findings = [...seen, ...states.map((state) => weigh(state, seen, traffic))];
  const legs = examined.flatMap((each) => each.legs);
  const unchecked = [
    ...new Map(examined.flatMap((each) => each.unchecked.map((one) => [one.probe, one]))).values(),
  ];
  if (findings.some(({ advisory }) => !advisory)) return { outcome: 'root-cause', findings, legs, unchecked };
  if (traffic === 'passes' || (untried && traffic === 'unknown' && unchecked.length === 0))
    return { outcome: 'cleared', findings, legs, unchecked };
  const unseen = reasonsFor(unchecked);
  const reasons: InconclusiveReason[] =
    traffic === 'unknown' && unseen.length > 0 ? unseen : [{ kind: 'elsewhere', ...otherwise }, ...unseen];
  return { outcome: 'inconclusive', reasons, findings, known: [], legs, unchecked };
}

// Told by connections from the asker; the others are told by objects and rules, whoever asks.
const TRIED_FROM_ASKER: FindingCode[] = ['service.dead-endpoint', 'service.hairpin-broken'];

/** What stops the asker itself makes every endpoint look dead from there. */
function sparingServices(findings: Finding[], asker: string | undefined): Finding[] {
  const isAskers = ({ code, subject, layer, advisory }: Finding): boolean =>
    !advisory &&
    code.startsWith('pod.') &&
    layer !== 'app' &&
    `${subject.namespace}/${subject.name}` === asker;
  return findings.some(isAskers) ? findings.filter(({ code }) => !TRIED_FROM_ASKER.includes(code)) : findings;
}

/**
 * A pod that does not do well may do so because of what was found: its state is a cause alone, or of what it explains. That
 * a node does not report stops no traffic by itself.
 */
function weigh(state: Finding, seen: Finding[], traffic: Examined['traffic']): Finding {
  if (state.code === 'node.not-ready' && traffic !== 'fails') return asAdvice(state);
  const causes = seen.filter(({ advisory }) => !advisory);
  const explains = causes.some(({ code }) => state.explains.includes(code));
  return causes.length === 0 || explains ? state : asAdvice(state);
}

/** What cannot be asked at all. */
export const unasked = (...evidence: Unavailable[]): Outcome => ({
  outcome: 'inconclusive',
  reasons: evidence.map(toReason),
  findings: [],
  known: [],
  legs: [],
  unchecked: [],
});

export const elsewhere = (why: ElsewhereReason, next: string): Outcome => ({
  outcome: 'inconclusive',
  reasons: [{ kind: 'elsewhere', why, next }],
  findings: [],
  known: [],
  legs: [],
  unchecked: [],
});

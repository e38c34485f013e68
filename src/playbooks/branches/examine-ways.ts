// Several ways examined together, with their controls, in one turn: what passes on one of them clears suspects on another,
// and what two of them uncover is said once.

import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { accepts, readListeners } from '../../probes/listeners.ts';
import type { CniNetwork } from '../cni/network.ts';
import type { Examined } from './examined.ts';
import { explainWay } from './explain-way.ts';
import { checkGatewayOwnership, checkOwnership } from './pods/address-owners.ts';
import { vantageOfPod } from './pods/pod-network.ts';
import { type Attempt, isRefused, losesPings, reachOf, toLeg, tryWay, type Way } from './reach.ts';
import { seenWorking } from './seen-working.ts';
import { asAdvice } from './suspect.ts';
import { readWay, type WayQuestion, type WayState } from './way-state.ts';

export interface ExaminedWay extends Omit<Examined, 'legs'> {
  state: WayState;
}

export interface ExaminedWays extends Examined {
  ways: ExaminedWay[];
  controls: Attempt[];
}

export async function examineWays(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  questions: {
    ways: WayQuestion[];
    controls: Way[];
    /** Pods whose address, or that of their gateway, might have a second owner. */
    owned: Pod[];
  },
): Promise<ExaminedWays> {
  const [tried, controls, ownerships, thefts] = await Promise.all([
    Promise.all(questions.ways.map((way) => readWay(ask, facts, cni, way))),
    Promise.all(questions.controls.map((way) => tryWay(ask, way))),
    Promise.all(questions.owned.map((pod) => checkOwnership(ask, cni, pod))),
    Promise.all(questions.owned.map((pod) => checkGatewayOwnership(ask, cni, pod))),
  ]);
  const shared = questions.owned.filter((_, at) => ownerships[at]?.finding !== undefined);
  const states = await Promise.all(
    tried.map((state) => (isTo(state, shared) ? unmasked(ask, state) : state)),
  );
  const seen = seenWorking([...states.map(({ attempt }) => attempt), ...controls]);
  const ways = states.map((state) => ({ state, ...explainWay(state, cni, seen) }));
  const duplicates = [
    ...ownerships.flatMap(({ finding }) => (finding ? [weigh(finding, ways)] : [])),
    ...thefts.flatMap((finding) => (finding ? [weighTheft(finding, ways)] : [])),
  ];
  return {
    ways,
    controls,
    traffic: trafficOf(ways),
    legs: [
      ...states.map(({ attempt }) => toLeg(attempt, false)),
      ...controls.map((control) => toLeg(control, true)),
    ],
    findings: onceEach([...duplicates, ...ways.flatMap(({ findings }) => findings)]),
    unchecked: [
      ...new Set([
        ...ways.flatMap(({ unchecked }) => unchecked),
        ...ownerships.flatMap(({ unseen }) => unseen),
      ]),
    ],
  };
}

const isTo = ({ question }: WayState, pods: Pod[]): boolean =>
  pods.some(({ metadata }) => metadata.uid === question.to?.pod?.metadata.uid);

/** Whoever refuses a port on which the pod listens answers in its name: that is no answer. */
async function unmasked(ask: Ask, state: WayState): Promise<WayState> {
  const { attempt, question } = state;
  if (!question.to?.pod || !isRefused(attempt)) return state;
  const listeners = await ask(readListeners(vantageOfPod(question.to.pod)));
  const isOpen =
    listeners.status === 'observed' &&
    listeners.value.some(
      (each) => each.protocol === 'tcp' && each.port === attempt.port && accepts(each, attempt.address),
    );
  return isOpen ? { ...state, attempt: { ...attempt, wanted: 'connection' } } : state;
}

/** A second owner is a cause where traffic of that pod fails, and a danger as long as it passes. */
function weigh(finding: Finding, ways: ExaminedWay[]): Finding {
  const { name } = finding.subject;
  const concerns = ({ state: { question } }: ExaminedWay): boolean =>
    (question.way.from.kind === 'pod' && question.way.from.pod.name === name) ||
    question.to?.pod?.metadata.name === name;
  return ways.some((way) => way.traffic === 'fails' && concerns(way)) ? finding : asAdvice(finding);
}

/** Of two gateways now one, now the other takes a packet: a share is lost. */
function weighTheft(finding: Finding, ways: ExaminedWay[]): Finding {
  const suffers = ways.some(
    ({ state: { attempt } }) => reachOf(attempt) === 'unreached' || losesPings(attempt),
  );
  return suffers ? finding : asAdvice(finding);
}

/** The worst of them. */
export function trafficOf(ways: Pick<Examined, 'traffic'>[]): Examined['traffic'] {
  const all = ways.map(({ traffic }) => traffic);
  return (['fails', 'lossy', 'unknown'] as const).find((each) => all.includes(each)) ?? 'passes';
}

/** What is a cause on one way is no advice on another. */
export function onceEach(findings: Finding[]): Finding[] {
  const keyOf = ({ code, subject, node }: Finding): string => JSON.stringify([code, subject, node]);
  const sorted = findings.toSorted((a, b) => Number(a.advisory) - Number(b.advisory));
  return sorted.filter((each, at) => sorted.findIndex((other) => keyOf(other) === keyOf(each)) === at);
}

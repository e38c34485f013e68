// Asks what an account may do in each place that matters, and holds it against what it needs. Where not every right is listed, those
// that are needed and missing are asked for one by one. What could not be told is said to be unseen: it is neither lacking nor fine.

import type { ReadRights, RightsReply } from '../cluster/rights.ts';
import type { Right } from '../remediation/step-rights.ts';
import type { Need, Purpose, RightsFindings, Unseen } from './examination.ts';
import { harmfulBeyond, notGranted, widest } from './granted.ts';
import { type AnsweredRight, keyOf } from './single-rights.ts';

/** The report is told every few seconds; an administrator's account has hundreds. */
const MOST_BEYOND = 50;

/** A place and the rules there. Absent namespace: everywhere. */
export interface Reading {
  namespace: string | undefined;
  reply: RightsReply;
}

/** The API server, as one account asks it about itself. */
export interface RightsSource {
  read: ReadRights;
  /** One answer for each right, in their order. */
  askSingly(rights: readonly Right[], signal: AbortSignal): Promise<AnsweredRight[]>;
}

/** One list for each namespace that is in the needs, and one of what is granted everywhere. `alsoIn`: nothing is needed there. */
export async function reviewRights(
  needs: readonly Need[],
  { read, askSingly }: RightsSource,
  signal: AbortSignal,
  alsoIn: readonly string[] = [],
): Promise<RightsFindings> {
  const places = [...new Set([undefined, ...needs.map(({ rule }) => rule.namespace), ...alsoIn])];
  const readings = await Promise.all(
    places.map(async (namespace) => ({ namespace, reply: await read(namespace, signal) })),
  );
  return judgeRights(needs, readings, await askSingly(unsettled(needs, readings), signal));
}

/** `answers`: to what the lists left open. */
export function judgeRights(
  needs: readonly Need[],
  readings: readonly Reading[],
  answers: readonly AnsweredRight[],
): RightsFindings {
  const rules = needs.map(({ rule }) => rule);
  const denied = answers.filter(({ reply }) => reply.status === 'denied').map(({ right }) => keyOf(right));
  const isDenied = (right: Right): boolean => denied.includes(keyOf(right));
  return {
    lacks: byPurpose(
      unlisted(needs, readings).map(({ serves, rights, settled }) => ({
        serves,
        rights: settled ? rights : rights.filter(isDenied),
      })),
    ),
    beyond: widest(
      readings.flatMap(({ namespace, reply }) =>
        reply.status === 'read' ? harmfulBeyond(namespace, reply.rules, rules) : [],
      ),
    ).slice(0, MOST_BEYOND),
    ...(readings.some(({ reply }) => isPartial(reply)) && { beyondInPart: true }),
    unseen: [...readings.flatMap(unseenIn), ...unanswered(answers)],
  };
}

interface Unlisted {
  serves: Purpose;
  rights: Right[];
  /** Whether they are lacking. Where not every rule is listed, they may be granted all the same. */
  settled: boolean;
}

const unlisted = (needs: readonly Need[], readings: readonly Reading[]): Unlisted[] =>
  needs.filter(isUsed).flatMap(({ serves, rule }) => {
    const reply = readings.find(({ namespace }) => namespace === rule.namespace)?.reply;
    return reply?.status === 'read'
      ? [{ serves, rights: notGranted(rule, reply.rules), settled: !reply.incomplete }]
      : [];
  });

/** Each once. */
function unsettled(needs: readonly Need[], readings: readonly Reading[]): Right[] {
  const open = unlisted(needs, readings).filter(({ settled }) => !settled);
  return [...new Map(open.flatMap(({ rights }) => rights).map((right) => [keyOf(right), right])).values()];
}

function byPurpose(lacking: RightsFindings['lacks']): RightsFindings['lacks'] {
  const groups = Object.groupBy(
    lacking.filter(({ rights }) => rights.length > 0),
    ({ serves }) => JSON.stringify(serves),
  );
  return Object.values(groups).flatMap((equal = []) => {
    const [first] = equal;
    return first ? [{ serves: first.serves, rights: equal.flatMap(({ rights }) => rights) }] : [];
  });
}

const isUsed = ({ serves }: Need): boolean => serves.kind !== 'diagnosis' || serves.part !== 'planned';

const isPartial = (reply: RightsReply): boolean => reply.status === 'read' && reply.incomplete;

function unseenIn({ namespace, reply }: Reading): Unseen[] {
  const where = namespace === undefined ? {} : { namespace };
  if (reply.status === 'unavailable') return [{ kind: 'unreadable', ...where, detail: reply.detail }];
  // Beside a list that an authorizer left incomplete there always is an error, which says just that.
  return reply.error !== '' && !reply.incomplete ? [{ kind: 'faulty', ...where, detail: reply.error }] : [];
}

/** Those with the same reason together. */
function unanswered(answers: readonly AnsweredRight[]): Unseen[] {
  const open = answers.flatMap(({ right, reply }) =>
    reply.status === 'unavailable' ? [{ right, detail: reply.detail }] : [],
  );
  return Object.entries(Object.groupBy(open, ({ detail }) => detail)).map(([detail, equal = []]) => ({
    ...{ kind: 'unanswered', detail },
    rights: equal.map(({ right }) => right),
  }));
}

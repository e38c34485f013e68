// Asks what an account may do in each place that matters, and holds it against what it needs. What could not be told is said to be
// unseen: it is neither lacking nor fine.

import type { ReadRights, RightsReply } from '../cluster/rights.ts';
import type { Right } from '../remediation/step-rights.ts';
import type { Need, Purpose, RightsFindings, Unseen } from './examination.ts';
import { harmfulBeyond, notGranted, widest } from './granted.ts';

/** The report is told every few seconds; an administrator's account has hundreds. */
const MOST_BEYOND = 50;

/** A place and the rules there. Absent namespace: everywhere. */
export interface Reading {
  namespace: string | undefined;
  reply: RightsReply;
}

/** One question for each namespace that is in the needs, and one for what is granted everywhere. `alsoIn`: nothing is needed there. */
export async function reviewRights(
  needs: readonly Need[],
  read: ReadRights,
  signal: AbortSignal,
  alsoIn: readonly string[] = [],
): Promise<RightsFindings> {
  const places = [...new Set([undefined, ...needs.map(({ rule }) => rule.namespace), ...alsoIn])];
  const readings = await Promise.all(
    places.map(async (namespace) => ({ namespace, reply: await read(namespace, signal) })),
  );
  return judgeRights(needs, readings);
}

export function judgeRights(needs: readonly Need[], readings: readonly Reading[]): RightsFindings {
  const rules = needs.map(({ rule }) => rule);
  return {
    lacks: byPurpose(needs.map(({ serves, rule }) => ({ serves, rights: lackingOf(rule, readings) }))),
    beyond: widest(
      readings.flatMap(({ namespace, reply }) =>
        reply.status === 'read' ? harmfulBeyond(namespace, reply.rules, rules) : [],
      ),
    ).slice(0, MOST_BEYOND),
    unseen: readings.flatMap(unseenIn),
  };
}

/** Where not every rule is listed, one that is not listed may be granted all the same. */
function lackingOf(rule: Need['rule'], readings: readonly Reading[]): Right[] {
  const reply = readings.find(({ namespace }) => namespace === rule.namespace)?.reply;
  return reply?.status === 'read' && !reply.incomplete ? notGranted(rule, reply.rules) : [];
}

function byPurpose(lacking: RightsFindings['lacks']): RightsFindings['lacks'] {
  const groups = Object.groupBy(
    lacking.filter(({ serves, rights }) => rights.length > 0 && !isForLater(serves)),
    ({ serves }) => JSON.stringify(serves),
  );
  return Object.values(groups).flatMap((equal = []) => {
    const [first] = equal;
    return first ? [{ serves: first.serves, rights: equal.flatMap(({ rights }) => rights) }] : [];
  });
}

const isForLater = (serves: Purpose): boolean => serves.kind === 'diagnosis' && serves.part === 'planned';

function unseenIn({ namespace, reply }: Reading): Unseen[] {
  const where = namespace === undefined ? {} : { namespace };
  if (reply.status === 'unavailable') return [{ kind: 'unreadable', ...where, detail: reply.detail }];
  return reply.incomplete || reply.error !== ''
    ? [{ kind: 'incomplete', ...where, detail: reply.error }]
    : [];
}

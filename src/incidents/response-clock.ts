// The response clock: from the first alert or command to the first human act (ack, assign, approve, resolve). It is
// never paused. Nothing here reads a clock: a sweep says what time it is, so that no restart can lose a reminder.

export type HumanAct = 'acknowledged' | 'assigned' | 'approved' | 'resolved';

export interface ResponseClock {
  startedAt: string;
  /** Instant until which the first human act is due. */
  dueAt: string;
  /** The last step that was told: reminders at 50 and 80 %, the breach at 100 %. */
  told: ClockStep;
  /** The first human act; absent while nobody has acted. */
  answered?: { by: string; act: HumanAct; at: string };
}

/** Per cent of the response time that are over. */
export type ClockStep = 0 | 50 | 80 | 100;

const steps = [100, 80, 50] as const;

/** The step that is reached; one that passed while nobody looked is skipped for the later one. */
function stepAt({ startedAt, dueAt }: ResponseClock, nowMs: number): ClockStep {
  const started = Date.parse(startedAt);
  const span = Date.parse(dueAt) - started;
  const elapsed = nowMs - started;
  return steps.find((percent) => elapsed * 100 >= span * percent) ?? 0;
}

/** A step that has not been told yet; undefined when there is none, or somebody has acted. */
export function nextStep(clock: ResponseClock, nowMs: number): Exclude<ClockStep, 0> | undefined {
  if (clock.answered) return undefined;
  const step = stepAt(clock, nowMs);
  return step > clock.told && step !== 0 ? step : undefined;
}

export const answer = (clock: ResponseClock, by: string, act: HumanAct, at: string): ResponseClock =>
  clock.answered ? clock : { ...clock, answered: { by, act, at } };

/** Whether the first human act came too late, or has not come though it is due. */
export const isBreached = ({ dueAt, answered }: ResponseClock, endedAt: string): boolean =>
  Date.parse(answered?.at ?? endedAt) > Date.parse(dueAt);

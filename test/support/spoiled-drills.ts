// Recorded drills with some answers changed: states that the lab cannot stage, and answers that could not be had.

import type { Answer, Question, UnavailableReason } from '../../src/cluster/access.ts';
import type { Bundle } from '../../src/diagnose.ts';

/** The answer in the place of the recorded one; undefined: as it was. */
export type Change = (question: Question, answer: Answer) => Answer | undefined;

/** A change that nothing meets is the test's mistake. */
export function spoilAnswers<B extends Pick<Bundle, 'answers'>>(bundle: B, change: Change): B {
  let met = 0;
  const answers = Object.fromEntries(
    Object.entries(bundle.answers).map(([key, answer]) => {
      const changed = change(JSON.parse(key) as Question, answer);
      if (changed) met += 1;
      return [key, changed ?? answer];
    }),
  );
  if (met === 0) throw new Error('the change meets no answer of the recording');
  return { ...bundle, answers };
}

export const unavailable = (
  { at, ms }: Answer,
  reason: UnavailableReason = 'timeout',
  detail = 'taken away by a test',
): Answer => ({ at, ms, status: 'unavailable', reason, detail });

/** Whether the question is that program with these arguments (as much of the line as is given), on that node. */
export function runs(question: Question, line: string, node?: string): boolean {
  if (question.via !== 'node' || question.command.kind !== 'run') return false;
  return (
    `${question.command.argv.join(' ')} `.startsWith(`${line} `) && (node ?? question.node) === question.node
  );
}

export const lists = (question: Question, resource: string): boolean =>
  question.via === 'api' && question.read.verb === 'list' && question.read.resource === resource;

/** What the program printed, changed. */
export function printing(answer: Answer, change: (stdout: string) => string): Answer {
  if (answer.status !== 'answered' || answer.raw.kind !== 'exited')
    throw new Error('no program was recorded here');
  return { ...answer, raw: { ...answer.raw, stdout: change(answer.raw.stdout) } };
}

/** A file with another text. */
export function reading(answer: Answer, text: string): Answer {
  if (answer.status !== 'answered' || answer.raw.kind !== 'text')
    throw new Error('no file was recorded here');
  return { ...answer, raw: { ...answer.raw, text } };
}

/** The objects of a list, changed: each, or (with undefined) taken out of it. */
export function listing<T>(answer: Answer, change: (item: T) => T | undefined): Answer {
  if (answer.status !== 'answered' || answer.raw.kind !== 'objects')
    throw new Error('no list was recorded here');
  const items = structuredClone(answer.raw.items as T[]).flatMap((item) => change(item) ?? []);
  return { ...answer, raw: { ...answer.raw, items } };
}

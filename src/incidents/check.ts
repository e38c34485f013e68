// The verbs of the operations checklist: orders a check, whose answer comes by itself, or writes a failure drill down.
// Which cluster is meant was decided before.

import type { Intent, Language } from './intent.ts';

/** What people ask of the checklist by words; `checklist/` implements it. */
export interface ChecklistOrders {
  /** Equal ids are one check. */
  check(id: string, cluster: string, asked: CheckAsker): Promise<void>;
  recordDrill(cluster: string, by: string, what: string, result: 'passed' | 'failed'): Promise<void>;
}

interface CheckAsker {
  channel: string;
  /** Root of the thread in which it was asked; absent outside of threads. */
  threadTs?: string;
  by: string;
  language: Language;
}

export type ChecklistIntent = Extract<Intent, { verb: 'check' | 'record-drill' }>;

export type ChecklistReply =
  /** Its answer comes to where it was asked. */
  { kind: 'checking'; cluster: string } | { kind: 'drill-recorded'; cluster: string };

/** `id`: the same for a command that is delivered twice. */
export async function askChecklist(
  checklist: ChecklistOrders,
  intent: ChecklistIntent,
  cluster: string,
  id: string,
  { channel, threadTs, by, language }: CheckAsker,
): Promise<ChecklistReply> {
  switch (intent.verb) {
    case 'check':
      await checklist.check(id, cluster, {
        ...{ channel, by, language },
        ...(threadTs !== undefined && { threadTs }),
      });
      return { kind: 'checking', cluster };
    case 'record-drill':
      await checklist.recordDrill(cluster, by, intent.what, intent.result);
      return { kind: 'drill-recorded', cluster };
  }
}

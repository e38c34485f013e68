// `cni check`: the items of the checklist that a terminal can judge, since it remembers nothing from one time to the next.
// What people review and rehearse is remembered by the bot.

import { randomUUID } from 'node:crypto';
import type { CheckItem, ChecklistEnd, ChecklistRun } from './checklist/checklist.ts';
import type { ApiConnection } from './cluster/connection.ts';
import { createLiveAccess } from './cluster/live-access.ts';
import { noAnswerLines, rememberedByBot, runLines } from './messages/checklist.ts';
import { runChecklistThrough } from './run-checklist.ts';
import { renderLines, type TerminalStyle } from './terminal/render.ts';

const ITEMS: CheckItem[] = ['cni-health', 'pools', 'mesh', 'dns', 'version'];

export async function checkNow(
  connection: ApiConnection,
  cluster: string,
  signal: AbortSignal,
  onCrash: (playbook: string, error: unknown) => void,
): Promise<ChecklistEnd> {
  await using access = createLiveAccess(connection);
  const request = { id: `c-${randomUUID()}`, cluster, items: ITEMS };
  const options = { request, history: { poolSamples: [] }, signal, onCrash };
  // Awaited here, or the access would be closed before it is used.
  return await runChecklistThrough(access, options, { now: () => new Date() });
}

/** A failed item decides, then one that is not known; what only wants attention is no failure. */
export function verdictOfRun({ results }: ChecklistRun): 'cleared' | 'root-cause' | 'inconclusive' {
  if (results.some(({ status }) => status === 'failed')) return 'root-cause';
  return results.some(({ status }) => status === 'unknown') ? 'inconclusive' : 'cleared';
}

export function renderCheck(end: ChecklistEnd, cluster: string, style: TerminalStyle): string {
  const { language } = style;
  const lines = end.ok
    ? [...runLines(end.run, end.run.startedAt, language), rememberedByBot(language)]
    : noAnswerLines(cluster, end.failure, language);
  return renderLines(lines, style);
}

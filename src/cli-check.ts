// `cni check`: the items of the checklist that a terminal can judge, since it remembers nothing from one time to the next;
// what people review and rehearse is remembered by the bot. Recorded and replayed like a diagnosis.

import { randomUUID } from 'node:crypto';
import type {
  CheckItem,
  ChecklistEnd,
  ChecklistHistory,
  ChecklistRequest,
  ChecklistRun,
} from './checklist/checklist.ts';
import type { ApiConnection } from './cluster/connection.ts';
import { createLiveAccess } from './cluster/live-access.ts';
import {
  createRecordingAccess,
  createReplayAccess,
  type RecordedAnswers,
} from './cluster/recorded-access.ts';
import { noAnswerLines, rememberedByBot, runLines } from './messages/checklist.ts';
import { runChecklistThrough } from './run-checklist.ts';
import { renderLines, type TerminalStyle } from './terminal/render.ts';

/** Everything that the judgements came from. */
export interface CheckBundle {
  bundleVersion: 1;
  request: ChecklistRequest;
  answers: RecordedAnswers;
  run: ChecklistRun;
}

export interface CheckOptions {
  signal: AbortSignal;
  onCrash(playbook: string, error: unknown): void;
}

const ITEMS: CheckItem[] = ['cni-health', 'pools', 'mesh', 'dns', 'version'];
const nothing: ChecklistHistory = { poolSamples: [] };

export async function checkNow(
  connection: ApiConnection,
  cluster: string,
  options: CheckOptions,
): Promise<{ end: ChecklistEnd; bundle?: CheckBundle }> {
  await using access = createLiveAccess(connection);
  const recording = createRecordingAccess(access);
  const request = { id: `c-${randomUUID()}`, cluster, items: ITEMS };
  const clock = { now: () => new Date() };
  const end = await runChecklistThrough(recording, { ...options, request, history: nothing }, clock);
  if (!end.ok) return { end };
  return { end, bundle: { bundleVersion: 1, request, answers: recording.answers(), run: end.run } };
}

/** Judges the answers of a bundle by the rules of today; its clock is the bundle's. */
export function replayCheck(
  { request, answers, run }: CheckBundle,
  options: CheckOptions,
  history = nothing,
): Promise<ChecklistEnd> {
  const clock = { now: () => new Date(run.startedAt) };
  return runChecklistThrough(createReplayAccess(answers), { ...options, request, history }, clock);
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

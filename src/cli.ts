#!/usr/bin/env node
// `cni`: the slash grammar in a terminal. Exit codes: 0 cleared, 1 root cause found, 2 usage, 3 inconclusive,
// 4 the cluster cannot be reached; of `check` 0 nothing failed, 1 an item failed, 3 one is not known; of `audit verify` 0 the
// chain is whole, 1 it is broken; of `doctor` 0 no right is lacking, 1 one is, 3 not all is known. `--json` prints the result and nothing else.

import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { readBundle, writeBundle } from './bundle-files.ts';
import type { ChecklistEnd, ChecklistRun } from './checklist/checklist.ts';
import { makeApprovalKey, type Told, verifyAudit } from './cli-approvals.ts';
import { checkNow, renderCheck, replayCheck, verdictOfRun } from './cli-check.ts';
import { renderOwnRights, reviewOwnRights, verdictOfRights } from './cli-doctor.ts';
import { printRoles } from './cli-rbac.ts';
import { placeAgents } from './cluster/agent-placement.ts';
import { type ApiConnection, createApiConnection, loadKubeConfig } from './cluster/connection.ts';
import { diagnosable } from './diagnosable.ts';
import { diagnoseLive, diagnoseReplay } from './diagnose.ts';
import { type Diagnosis, type DiagnosisRequest, verdictOf } from './diagnosis/diagnosis.ts';
import type { EngineResult } from './diagnosis/engine.ts';
import type { RightsFindings } from './doctor/examination.ts';
import { parse } from './incidents/grammar.ts';
import type { Intent, Language } from './incidents/intent.ts';
import { helpLines } from './messages/help.ts';
import { notice } from './messages/notices.ts';
import { grammarRefusal } from './messages/refusals.ts';
import { createProgress } from './terminal/progress.ts';
import { renderDiagnosis, renderFailure, renderLines, type TerminalStyle } from './terminal/render.ts';

const EXIT = { cleared: 0, 'root-cause': 1, usage: 2, inconclusive: 3, unreachable: 4 } as const;
const COMMAND = 'cni';

const OPTIONS = {
  json: { type: 'boolean' },
  context: { type: 'string' },
  kubeconfig: { type: 'string' },
  cluster: { type: 'string' },
  record: { type: 'string' },
  replay: { type: 'string' },
  lang: { type: 'string' },
  'agent-image': { type: 'string' },
  enable: { type: 'string' },
  cni: { type: 'string' },
  namespaces: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

type Options = ReturnType<typeof readArguments>['values'];

function readArguments(argv: string[]) {
  // `->` looks like options to the parser; the grammar knows the arrow sign as well.
  const words = argv.map((word) => word.replaceAll('->', '→'));
  return parseArgs({ args: words, options: OPTIONS, allowPositionals: true });
}

async function main(argv: string[]): Promise<number> {
  const style = styleOf(argv);
  let read: ReturnType<typeof readArguments>;
  try {
    read = readArguments(argv);
  } catch (error) {
    // parseArgs names the option that it does not know.
    process.stderr.write(`${(error as Error).message}\n`);
    return EXIT.usage;
  }
  const { values, positionals } = read;
  const stop = new AbortController();
  process.once('SIGINT', () => stop.abort());

  const [first, second, ...rest] = positionals;
  if (first === 'agent' && second === 'ensure') return ensureAgents(rest, values, style, stop.signal);
  if (first === 'rbac') return tell(printRoles(values, style.language));
  if (first === 'approval-key') return tell(await makeApprovalKey(second ?? '.', style.language));
  if (first === 'audit' && second === 'verify' && rest[0] !== undefined)
    return tell(await verifyAudit(rest[0], style.language));
  return runWords(positionals, values, style, stop.signal);
}

function tell({ status, sentence }: Told): number {
  process[status === 'impossible' ? 'stderr' : 'stdout'].write(`${sentence}\n`);
  return { well: EXIT.cleared, broken: EXIT['root-cause'], impossible: EXIT.usage }[status];
}

function styleOf(argv: string[]): TerminalStyle {
  const asked = argv[argv.indexOf('--lang') + 1];
  const system = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('zh') ? 'zh' : 'en';
  const language: Language = argv.includes('--lang') ? (asked === 'zh' ? 'zh' : 'en') : system;
  return { language, colour: process.stdout.isTTY === true, columns: process.stdout.columns ?? 100 };
}

async function runWords(
  words: string[],
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  if (options.replay !== undefined && words.length === 0)
    return replay(options.replay, undefined, options, style, signal);
  if (options.help)
    return show(helpLines(COMMAND, diagnosable, words[1], style.language, 'terminal'), style, EXIT.cleared);
  const parsed = parse(words.join(' '));
  if (!parsed.ok) {
    process.stderr.write(renderLines(grammarRefusal(parsed.refusal, COMMAND, style.language), style));
    return EXIT.usage;
  }
  return runIntent(parsed.intent, words, options, style, signal);
}

function show(lines: Parameters<typeof renderLines>[0], style: TerminalStyle, code: number): number {
  process.stdout.write(renderLines(lines, style));
  return code;
}

async function runIntent(
  intent: Intent,
  words: readonly string[],
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  if (intent.verb === 'help')
    return show(
      helpLines(COMMAND, diagnosable, intent.topic, style.language, 'terminal'),
      style,
      EXIT.cleared,
    );
  if (intent.verb === 'check') return check(intent.cluster, options, style, signal);
  if (intent.verb === 'doctor') return doctor(intent.cluster, options, style, signal);
  if (intent.verb === 'not-yet')
    return show([notice('notYet', style.language, intent.name)], style, EXIT.usage);
  if (intent.verb !== 'diagnose')
    return show([notice('inSlack', style.language, `/cni ${words.join(' ')}`)], style, EXIT.usage);
  if (!diagnosable.includes(intent.playbook))
    return show([notice('notYet', style.language, `diagnose ${intent.playbook}`)], style, EXIT.usage);
  const request = {
    id: `d-${randomUUID()}`,
    cluster: options.cluster ?? intent.cluster ?? options.context ?? 'local',
    playbook: intent.playbook,
    target: intent.target,
  };
  if (options.replay !== undefined) return replay(options.replay, request, options, style, signal);
  const connected = connect(options);
  if (!connected.ok) {
    process.stderr.write(renderFailure(connected.failure, request, style));
    return EXIT.unreachable;
  }
  const progress = createProgress(process.stderr, style.language);
  const { result, bundle } = await diagnoseLive(connected.connection, {
    request,
    signal,
    onProgress: (state) => progress.update(state),
    onCrash: reportCrash,
  });
  progress.stop();
  if (options.record !== undefined && bundle) await writeBundle(options.record, bundle);
  return report(result, request, options, style);
}

async function check(
  named: string | undefined,
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  if (options.replay !== undefined) return replay(options.replay, 'check', options, style, signal);
  const cluster = options.cluster ?? named ?? options.context ?? 'local';
  const connected = connect(options);
  if (!connected.ok) return reportCheck(connected, cluster, options, style);
  const { end, bundle } = await checkNow(connected.connection, cluster, { signal, onCrash: reportCrash });
  if (options.record !== undefined && bundle) await writeBundle(options.record, bundle);
  return reportCheck(end, cluster, options, style);
}

async function doctor(
  named: string | undefined,
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  const cluster = options.cluster ?? named ?? options.context ?? 'local';
  const connected = connect(options);
  if (!connected.ok) {
    process.stderr.write(renderFailure(connected.failure, { cluster, playbook: 'doctor' }, style));
    return EXIT.unreachable;
  }
  const findings = await reviewOwnRights(connected.connection, signal);
  process.stdout.write(
    options.json ? toJson(findings) : renderOwnRights(findings, cluster, style, new Date()),
  );
  return EXIT[verdictOfRights(findings)];
}

function reportCheck(end: ChecklistEnd, cluster: string, options: Options, style: TerminalStyle): number {
  if (!end.ok) {
    process.stderr.write(renderCheck(end, cluster, style));
    return EXIT.unreachable;
  }
  process.stdout.write(options.json ? toJson(end.run) : renderCheck(end, cluster, style));
  return EXIT[verdictOfRun(end.run)];
}

type Connected =
  | { ok: true; connection: ApiConnection }
  | { ok: false; failure: { kind: 'cluster-unreachable'; detail: string } };

function connect(options: Options): Connected {
  try {
    return { ok: true, connection: createApiConnection(loadKubeConfig(options.kubeconfig, options.context)) };
  } catch (error) {
    return { ok: false, failure: { kind: 'cluster-unreachable', detail: (error as Error).message } };
  }
}

/** Without words the recorded request is replayed; with them, another question is put to the recorded answers. */
async function replay(
  file: string,
  asked: DiagnosisRequest | 'check' | undefined,
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  const bundle = await readBundle(file).catch((error: Error) => error);
  if (bundle instanceof Error) {
    process.stderr.write(`${file}: ${bundle.message}\n`);
    return EXIT.usage;
  }
  if ('run' in bundle && (asked === undefined || asked === 'check')) {
    const end = await replayCheck(bundle, { signal, onCrash: reportCrash });
    return reportCheck(end, bundle.request.cluster, options, style);
  }
  if ('run' in bundle || asked === 'check') {
    const recorded = 'run' in bundle ? 'check' : `diagnose ${bundle.request.playbook}`;
    process.stderr.write(renderLines([notice('recordedOther', style.language, recorded)], style));
    return EXIT.usage;
  }
  const request = asked
    ? { ...asked, id: bundle.request.id, cluster: bundle.request.cluster }
    : bundle.request;
  const result = await diagnoseReplay(bundle, {
    request,
    signal,
    onProgress: () => undefined,
    onCrash: reportCrash,
  });
  return report(result, request, options, style);
}

function report(
  result: EngineResult,
  request: DiagnosisRequest,
  options: Options,
  style: TerminalStyle,
): number {
  if (!result.ok) {
    process.stderr.write(renderFailure(result.problem, request, style));
    return result.problem.kind.startsWith('target-') ? EXIT.usage : EXIT.unreachable;
  }
  const { diagnosis } = result;
  process.stdout.write(options.json ? toJson(diagnosis) : renderDiagnosis(diagnosis, style));
  return EXIT[verdictOf(diagnosis)];
}

const toJson = (result: Diagnosis | ChecklistRun | RightsFindings): string =>
  `${JSON.stringify(result, null, 2)}\n`;

/** Our bug: the verdict says that it is inconclusive, and whoever reports it needs the trace. */
const reportCrash = (playbook: string, error: unknown): void => {
  process.stderr.write(`playbook ${playbook}: ${error instanceof Error ? error.stack : String(error)}\n`);
};

/** Places agents where there are none, runs the words that follow (or waits for Ctrl-C), and takes them away again. */
async function ensureAgents(
  words: string[],
  options: Options,
  style: TerminalStyle,
  signal: AbortSignal,
): Promise<number> {
  const image = options['agent-image'] ?? 'cni-triage:dev';
  const kubeConfig = loadKubeConfig(options.kubeconfig, options.context);
  const placement = await placeAgents(kubeConfig, image, signal);
  if (placement.status === 'refused') {
    process.stderr.write(renderLines([notice('agentRefused', style.language, placement.detail)], style));
    return EXIT.unreachable;
  }
  const said =
    placement.status === 'placed'
      ? notice('agentPlaced', style.language, `${placement.ready}/${placement.wanted}`)
      : notice('agentThere', style.language);
  process.stderr.write(renderLines([said], style));
  try {
    if (words.length > 0) return await runWords(words, options, style, signal);
    if (placement.status === 'placed')
      await new Promise((resolve) => signal.addEventListener('abort', resolve));
    return EXIT.cleared;
  } finally {
    if (placement.status === 'placed') {
      await placement.remove();
      process.stderr.write(renderLines([notice('agentRemoved', style.language)], style));
    }
  }
}

// `cni ... | head` closes the pipe when it has read enough; that is not an error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

// Node would end with 1, which here means that a root cause was found.
process.exitCode = await main(process.argv.slice(2)).catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  return EXIT.inconclusive;
});

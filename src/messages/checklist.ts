// A report of the checklist as lines: a heading, then one line an item with its sign, its word and what it came to, then
// what has changed. Which items are told was decided elsewhere.

import { type CheckParams, type CheckResult, checkItems, type Examined } from '../checklist/checklist.ts';
import type { ChecklistReport, KeptRun, OrderEnded } from '../checklist/ports.ts';
import type { Language } from '../incidents/intent.ts';
import { changedSince, changesLine, instant } from './changes.ts';
import {
  headings,
  itemNames,
  labels,
  sentences,
  spans,
  statusSigns,
  statusWords,
} from './checklist-words.ts';
import { failureWords } from './failures.ts';
import { wordsOf } from './findings.ts';
import { type Line, line, person, quoted, shortened, strong } from './fragment.ts';
import { reasonWords } from './inconclusive.ts';

/** `nowAt`: ISO 8601; a result of another day says which. */
export function reportLines(report: ChecklistReport, nowAt: string, language: Language): Line[] {
  switch (report.kind) {
    case 'no-answer':
      return noAnswerLines(report.cluster, report.failure, language);
    case 'answer':
      return runLines(report.run, nowAt, language);
    case 'news': {
      const { results, changed, cluster } = report.run;
      const heading = headingLine('news', cluster, language);
      const told = results.filter(({ item }) => report.items.includes(item));
      const isBad = told.some(({ status }) => status === 'failed');
      const changes = changed && isBad ? [changedSince(changed, nowAt, language)] : [];
      return [heading, ...told.map((result) => resultLine(result, nowAt, language)), ...changes];
    }
    case 'digest': {
      const heading = headingLine('digest', report.cluster, language);
      const known = report.results.map((result) => resultLine(result, nowAt, language));
      const never = checkItems
        .filter((item) => !report.results.some((result) => result.item === item))
        .map((item) => itemLine(item, 'unknown', line(labels.couldNotCheck[language]), language));
      return [heading, ...known, ...never];
    }
  }
}

/** All that a run found. */
export function runLines({ cluster, results, changed }: KeptRun, nowAt: string, language: Language): Line[] {
  const changes = changed ? [changedSince(changed, nowAt, language)] : [];
  return [
    headingLine('answer', cluster, language),
    ...results.map((result) => resultLine(result, nowAt, language)),
    ...changes,
  ];
}

/** Why nothing was checked. */
export function noAnswerLines(
  cluster: string,
  failure: NonNullable<OrderEnded['failure']>,
  language: Language,
): Line[] {
  const { headline, detail } = failureWords(failure, cluster, language);
  return [headingLine('no-answer', cluster, language), line(headline), line(detail)];
}

/** In a terminal, where two items are missing. */
export const rememberedByBot = (language: Language): Line => line(labels.rememberedByBot[language]);

const headingLine = (kind: keyof typeof headings, cluster: string, language: Language): Line =>
  line(strong(headings[kind][language](cluster)));

function resultLine(result: CheckResult, nowAt: string, language: Language): Line {
  const day = result.at.slice(0, 10);
  const age = day === nowAt.slice(0, 10) ? '' : ` ${sentences.checkedOn[language](day)}`;
  return line(itemLine(result.item, result.status, wordsFor(result, language), language), age);
}

const itemLine = (item: CheckResult['item'], status: CheckResult['status'], said: Line, language: Language) =>
  line(
    `${statusSigns[status]} `,
    strong(itemNames[item][language]),
    `${labels.colon[language]}${statusWords[status][language]} — `,
    said,
  );

function wordsFor(result: CheckResult, language: Language): Line {
  switch (result.item) {
    case 'cni-health':
      return examinedWords(result, result.params, labels.componentsWork[language], language);
    case 'mesh': {
      const fine = result.params.notApplicable ? labels.oneNode : labels.nodesReach;
      return examinedWords(result, result.params, fine[language], language);
    }
    case 'dns':
      return dnsWords(result, language);
    case 'pools':
      return line(poolWords(result.params, language));
    case 'policies':
      return policyWords(result, language);
    case 'drill':
      return line(drillWords(result.params, language));
    case 'version':
      return line(versionWords(result.params, language));
  }
}

const COMMANDS = { 'cni-health': 'diagnose cni-health', mesh: 'diagnose cross-node', dns: 'diagnose dns' };
const REASON_LIMIT = 160;

function examinedWords(
  { item, status }: Pick<Extract<CheckResult, { item: keyof typeof COMMANDS }>, 'item' | 'status'>,
  { finding, more, reason, coverage }: Examined,
  fine: string,
  language: Language,
): Line {
  const found = finding
    ? wordsOf(finding, language).headline + (more > 0 ? sentences.more[language](more) : '')
    : '';
  const doubt = reason
    ? shortened(reasonWords(reason, language), REASON_LIMIT)
    : labels.couldNotCheck[language];
  const said =
    status === 'fine' ? fine : status === 'unknown' ? doubt : found || statusWords[status][language];
  const sample = coverage
    ? labels.comma[language] + sentences.sampled[language](coverage.nodes, coverage.of)
    : '';
  const next =
    status === 'failed' || status === 'unknown'
      ? labels.stop[language] + sentences.goOn[language](COMMANDS[item])
      : '';
  return line(said + sample + next);
}

function dnsWords(result: Extract<CheckResult, { item: 'dns' }>, language: Language): Line {
  const { rate, finding } = result.params;
  const told =
    rate?.since !== undefined
      ? line(sentences.counted[language](rate), instant(rate.since, result.at))
      : rate
        ? line(sentences.probed[language](rate))
        : [];
  // What never reaches CoreDNS it does not count, so a finding says more than the rate.
  if (told.length > 0 && !finding && result.status !== 'unknown') return told;
  const words = examinedWords(result, result.params, labels.dnsWorks[language], language);
  return told.length > 0 && finding ? line(words, labels.stop[language], told) : words;
}

const SHOWN_NODES = 3;
const HOUR_MS = 60 * 60 * 1000;

function poolWords(params: CheckParams['pools'], language: Language): string {
  const { crowded, fullest, forecast, counted, unseen, leftOut } = params;
  const more = (count: number): string => (count > 0 ? sentences.more[language](count) : '');
  const shown = crowded.slice(0, SHOWN_NODES).map((pool) => sentences.pool[language](pool));
  const use =
    shown.length > 0
      ? shown.join(labels.comma[language]) + more(crowded.length - shown.length)
      : fullest
        ? sentences.fullest[language](sentences.pool[language](fullest))
        : labels.notCounted[language];
  const missing = unseen.slice(0, SHOWN_NODES).map(quoted).join(labels.comma[language]);
  return [
    use,
    ...(forecast ? [sentences.fullIn[language](forecast.node, spanWords(forecast.fullInMs, language))] : []),
    ...(unseen.length > 0
      ? [sentences.notCountedOn[language](missing) + more(unseen.length - SHOWN_NODES)]
      : []),
    ...(leftOut > 0 ? [sentences.sampled[language](counted, counted + unseen.length + leftOut)] : []),
  ].join(labels.stop[language]);
}

const spanWords = (ms: number, language: Language): string => {
  const hours = Math.max(1, Math.round(ms / HOUR_MS));
  return hours < 48 ? spans.hours[language](hours) : spans.days[language](Math.round(hours / 24));
};

function policyWords({ params, at }: Extract<CheckResult, { item: 'policies' }>, language: Language): Line {
  const { changes, changed, policies, review, unseen, unread } = params;
  const limits =
    unread.length > 0
      ? labels.stop[language] + sentences.policiesNotRead[language](unread.map(quoted).join(', '))
      : '';
  if (unseen !== undefined) return line(labels.policiesUnread[language]);
  if (!review)
    return line(
      policies === 0 ? labels.noPolicies[language] : sentences.policiesUnreviewed[language](policies),
      limits,
    );
  const reviewed = line(review.at.slice(0, 10), sentences.by[language]([person(review.by)]));
  if (changed === 0) return line(sentences.policiesSame[language](policies), reviewed, limits);
  const said = changesLine(changes, at, language);
  return line(sentences.policiesChanged[language](changed), reviewed, labels.colon[language], said, limits);
}

function drillWords({ last }: CheckParams['drill'], language: Language): string {
  if (!last) return labels.neverDrilled[language];
  const result = last.result === 'passed' ? labels.passed : labels.notPassed;
  return sentences.drilled[language](
    last.at.slice(0, 10),
    quoted(shortened(last.what, 120)),
    result[language],
  );
}

function versionWords(params: CheckParams['version'], language: Language): string {
  const { versions, support, maintained, lookedUpOn } = params;
  if (versions.length === 0) return labels.noAgents[language];
  const runs = versions
    .slice(0, SHOWN_NODES)
    .map(({ version, nodes }) => sentences.runs[language](version, nodes.length))
    .join(labels.comma[language]);
  return `${runs}${labels.comma[language]}${sentences[support][language](maintained.join(', '), lookedUpOn)}`;
}

// The verdict as a document: cause, proof, controls, action, what was not checked (docs: thread.md). A cleared one
// says what was seen to work; an inconclusive one what is known and what would settle it.

import { type Diagnosis, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Unavailable } from '../diagnosis/evidence.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { FaultType, InconclusiveReason } from '../diagnosis/playbook.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { DiagnosisFailure } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { Document, Part } from './document.ts';
import { durationWords } from './durations.ts';
import { failureWords } from './failures.ts';
import { wordsOf } from './findings.ts';
import { firstSteps } from './first-steps.ts';
import { code, type Line, line, quoted, shortened, strong } from './fragment.ts';
import { faultName, layerNames, settlingWords, unavailableWords } from './interface.ts';
import { legTable } from './legs.ts';
import { wordsOfProbe } from './probes.ts';
import { phrases } from './verdict-phrases.ts';

/** What fits a phone's screen or two; the evidence file has the rest. */
const SHOWN = { causes: 3, advisories: 3, steps: 6, legs: 12, reasons: 4, unchecked: 4 };

export function verdictDocument(diagnosis: Diagnosis, language: Language): Document {
  const outline = outlineOf(diagnosis);
  switch (verdictOf(diagnosis)) {
    case 'root-cause':
      return rootCause(outline, language);
    case 'cleared':
      return cleared(diagnosis, outline, language);
    case 'inconclusive':
      return inconclusive(diagnosis, outline, language);
  }
}

export function failureDocument(
  failure: DiagnosisFailure,
  request: { cluster: string; playbook: string },
  language: Language,
): Document {
  const words = failureWords(failure, request.cluster, language);
  const parts: Part[] = [
    {
      kind: 'text',
      line: line(
        strong(phrases.noDiagnosis[language]),
        phrases.gap[language],
        words.headline,
        phrases.stop[language],
      ),
    },
    { kind: 'text', line: line(words.detail) },
    steps(phrases.whatToDo[language], words.steps),
    ...(mayBeReal(failure) ? guideSteps(request.playbook, language) : []),
  ];
  return { parts, abridged: false };
}

/** Whether the fault may be there although nothing was seen of it; a misspelt name is no fault. */
const mayBeReal = ({ kind }: DiagnosisFailure): boolean =>
  kind !== 'target-missing' && kind !== 'target-ambiguous' && kind !== 'stopped';

/** A diagnosis sorted into what the documents are made of. */
interface Outline {
  causes: Finding[];
  advisories: Finding[];
  legs: Diagnosis['outcomes'][number]['legs'];
  reasons: InconclusiveReason[];
  unchecked: Unavailable[];
}

function outlineOf(diagnosis: Diagnosis): Outline {
  return {
    causes: diagnosis.findings.filter((finding) => !finding.advisory),
    advisories: diagnosis.findings.filter((finding) => finding.advisory),
    legs: diagnosis.outcomes.flatMap((outcome) => outcome.legs),
    reasons: diagnosis.outcomes.flatMap((outcome) => outcome.reasons),
    unchecked: diagnosis.outcomes.flatMap((outcome) => outcome.unchecked),
  };
}

function rootCause(outline: Outline, language: Language): Document {
  const causes = outline.causes.slice(0, SHOWN.causes);
  const several = causes.length > 1;
  const actions = causes.map((cause, index) => {
    const title = several ? phrases.whatToDoAbout[language](index + 1) : phrases.whatToDo[language];
    return steps(title, wordsOf(cause, language).steps);
  });
  return {
    parts: [
      ...causes.map((cause, index) => causePart(cause, several ? `${index + 1}. ` : '', language)),
      ...legsPart(outline, language),
      ...actions,
      ...closing(outline, language),
    ],
    abridged: exceeds(outline),
  };
}

/** Cause, then the layer and node under it. The sentence quotes the deciding observation; the legs are the proof. */
function causePart(finding: Finding, number: string, language: Language): Part {
  const place = finding.node === undefined ? [] : [` · ${phrases.node[language]} `, code(finding.node)];
  return {
    kind: 'text',
    line: line(
      strong(`${number}${phrases.cause[finding.confidence][language]}`),
      phrases.gap[language],
      wordsOf(finding, language).cause,
      '\n',
      strong(phrases.layer[language]),
      ` ${layerNames[finding.layer][language]}`,
      line(...place),
    ),
  };
}

function cleared(diagnosis: Diagnosis, outline: Outline, language: Language): Document {
  const seen = diagnosis.probes.filter((probe) => probe.status === 'observed').length;
  const summary = phrases.cleared[language](
    faultName(diagnosis.playbook, language),
    targetWords(diagnosis, language),
    seen,
    durationWords(diagnosis.durationMs, language),
  );
  return {
    parts: [
      { kind: 'text', line: line(strong(phrases.noFault[language]), phrases.gap[language], summary) },
      ...legsPart(outline, language),
      { kind: 'text', line: line(phrases.lookElsewhere[language]) },
      ...closing(outline, language),
    ],
    abridged: exceeds(outline),
  };
}

function inconclusive(diagnosis: Diagnosis, outline: Outline, language: Language): Document {
  const reasons = outline.reasons.slice(0, SHOWN.reasons);
  const settling = [...new Set(reasons.map((reason) => settlingOf(reason, language)))];
  return {
    parts: [
      {
        kind: 'list',
        title: line(strong(phrases.couldNotTell[language])),
        ordered: false,
        items: reasons.map((reason) => line(reasonWords(reason, language))),
      },
      {
        kind: 'list',
        title: line(strong(phrases.whatIKnow[language])),
        ordered: false,
        items: knowledge(diagnosis, outline, language),
      },
      ...legsPart(outline, language),
      steps(phrases.whatWouldSettle[language], settling),
      ...guideSteps(diagnosis.playbook, language),
      ...closing(outline, language),
    ],
    abridged: exceeds(outline),
  };
}

function knowledge(diagnosis: Diagnosis, outline: Outline, language: Language): Line[] {
  const seen = diagnosis.probes.filter((probe) => probe.status === 'observed').length;
  const counted = phrases.answered[language](
    seen,
    diagnosis.probes.length,
    durationWords(diagnosis.durationMs, language),
  );
  const suspects = outline.causes.map((finding) =>
    line(
      phrases.suspect[finding.confidence][language],
      phrases.gap[language],
      wordsOf(finding, language).headline,
    ),
  );
  return [line(counted), ...suspects.slice(0, SHOWN.causes)];
}

/** One reason why there is no verdict, in one line; the root message shows the first. */
export function reasonWords(reason: InconclusiveReason, language: Language): string {
  switch (reason.kind) {
    case 'unavailable': {
      const { label, vantage, reason: why, detail } = reason.evidence;
      const said = `${wordsOfProbe(label, vantage, language)}${phrases.colon[language]}${unavailableWords[why][language]}`;
      return detail === '' ? said : said + phrases.aside[language](quoted(shortened(detail, 120)));
    }
    case 'elsewhere':
      return phrases.elsewhere[reason.why][language];
    case 'crashed':
      return phrases.crashed[language](faultName(reason.playbook, language));
  }
}

function settlingOf(reason: InconclusiveReason, language: Language): string {
  switch (reason.kind) {
    case 'unavailable':
      return settlingWords[reason.evidence.reason][language](placeOf(reason.evidence, language));
    case 'elsewhere':
      return phrases.goOn[language](quoted(reason.next));
    case 'crashed':
      return phrases.reportCrash[language]();
  }
}

function placeOf({ vantage }: Unavailable, language: Language): string {
  if (vantage.kind === 'api') return phrases.apiServer[language];
  return quoted(vantage.node);
}

function legsPart({ legs }: Outline, language: Language): Part[] {
  if (legs.length === 0) return [];
  // Failing legs are never the ones left out.
  const failing = (leg: Outline['legs'][number]): boolean =>
    Object.values(leg.cells).some((cell) => cell.status !== 'ok');
  const kept = new Set(
    [...legs.filter(failing), ...legs.filter((leg) => !failing(leg))].slice(0, SHOWN.legs),
  );
  const shown = legs.filter((leg) => kept.has(leg));
  return [{ kind: 'legs', table: legTable(shown, language) }];
}

const steps = (title: string, items: string[]): Part => ({
  kind: 'list',
  title: line(strong(title)),
  ordered: true,
  items: items.slice(0, SHOWN.steps).map(stepLine),
});

/** A step that is a command is shown as one, so that it can be copied; a remark in brackets is not part of it. */
function stepLine(step: string): Line {
  const command = /^(kubectl [^(（]*[^(（\s])(.*)$/.exec(step);
  return command ? line(quoted(command[1] ?? ''), command[2] ?? '') : line(step);
}

function guideSteps(playbook: string, language: Language): Part[] {
  const known = ['cluster', 'pod', 'dns', 'cross-node', 'policy', 'ipam', 'mtu'];
  if (!known.includes(playbook)) return [];
  const words = firstSteps(playbook as FaultType, language).map((step, index) => `${index + 1}. ${step}`);
  return [
    { kind: 'note', line: line(`${phrases.guide[language]}${phrases.gap[language]}${words.join(' · ')}`) },
  ];
}

/** After the action: what is odd but harmless here, and what was not checked. */
function closing(outline: Outline, language: Language): Part[] {
  const advisories = outline.advisories.slice(0, SHOWN.advisories).map((finding): Part => {
    const words = wordsOf(finding, language);
    return {
      kind: 'text',
      line: line(
        strong(phrases.advisory[language]),
        phrases.gap[language],
        words.headline,
        phrases.stop[language],
        phrases.gap[language],
        words.steps[0] ?? '',
      ),
    };
  });
  const names = outline.unchecked.map(
    ({ label, vantage, reason }) =>
      wordsOfProbe(label, vantage, language) + phrases.aside[language](unavailableWords[reason][language]),
  );
  if (names.length === 0) return advisories;
  const more = names.length > SHOWN.unchecked ? ` +${names.length - SHOWN.unchecked}` : '';
  const said = names.slice(0, SHOWN.unchecked).join('; ');
  return [
    ...advisories,
    { kind: 'note', line: line(`${phrases.notChecked[language]}${phrases.gap[language]}${said}${more}`) },
  ];
}

const exceeds = (outline: Outline): boolean =>
  outline.causes.length > SHOWN.causes ||
  outline.advisories.length > SHOWN.advisories ||
  outline.legs.length > SHOWN.legs ||
  outline.unchecked.length > SHOWN.unchecked;

const targetWords = (diagnosis: Diagnosis, language: Language): string =>
  diagnosis.target.kind === 'cluster'
    ? phrases.wholeCluster[language](quoted(diagnosis.cluster))
    : quoted(describeTarget(diagnosis.target));

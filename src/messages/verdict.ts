// The verdict as a document: cause, proof, controls, action, what was not checked. A cleared one says what was seen to
// work and where to look next, never only that all is well.

import { type Diagnosis, verdictOf } from '../diagnosis/diagnosis.ts';
import type { Finding } from '../diagnosis/finding.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { DiagnosisFailure } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { Document, Part } from './document.ts';
import { durationWords } from './durations.ts';
import { failureWords } from './failures.ts';
import { wordsOf } from './findings.ts';
import { code, line, quoted, strong } from './fragment.ts';
import { inconclusiveDocument } from './inconclusive.ts';
import { faultName, layerNames } from './interface.ts';
import { exceeds, type Outline, outlineOf, SHOWN } from './outline.ts';
import { changesPart, closing, guideSteps, legsPart, steps } from './verdict-parts.ts';
import { phrases } from './verdict-phrases.ts';

export function verdictDocument(diagnosis: Diagnosis, language: Language): Document {
  const outline = outlineOf(diagnosis, language);
  switch (verdictOf(diagnosis)) {
    case 'root-cause':
      return rootCause(outline, language);
    case 'cleared':
      return cleared(diagnosis, outline, language);
    case 'inconclusive':
      return inconclusiveDocument(diagnosis, outline, language);
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
      ...symptomsPart(outline, language),
      ...legsPart(outline, language),
      ...changesPart(outline, language),
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

/** Symptoms in one line: they need no action of their own. */
function symptomsPart({ explained }: Outline, language: Language): Part[] {
  if (explained.length === 0) return [];
  const said = explained.slice(0, SHOWN.explained).map((finding) => wordsOf(finding, language).headline);
  const more = explained.length > SHOWN.explained ? ` +${explained.length - SHOWN.explained}` : '';
  return [
    {
      kind: 'note',
      line: line(`${phrases.alsoExplains[language]}${phrases.gap[language]}${said.join('; ')}${more}`),
    },
  ];
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
      ...(outline.changed?.changes.length ? changesPart(outline, language) : []),
      { kind: 'text', line: line(phrases.lookElsewhere[language]) },
      ...closing(outline, language),
    ],
    abridged: exceeds(outline),
  };
}

const targetWords = (diagnosis: Diagnosis, language: Language): string =>
  diagnosis.target.kind === 'cluster'
    ? phrases.wholeCluster[language](quoted(diagnosis.cluster))
    : quoted(describeTarget(diagnosis.target));

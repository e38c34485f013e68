// The document of an inconclusive diagnosis: why there is no verdict, what is known all the same, what would settle it.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { InconclusiveReason } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import type { Document } from './document.ts';
import { durationWords } from './durations.ts';
import { wordsOf } from './findings.ts';
import { type Line, line, quoted, shortened, strong } from './fragment.ts';
import { faultName, settlingWords, unavailableWords } from './interface.ts';
import { exceeds, type Outline, SHOWN } from './outline.ts';
import { wordsOfProbe } from './probes.ts';
import { changesPart, closing, guideSteps, legsPart, placeOf, steps } from './verdict-parts.ts';
import { phrases } from './verdict-phrases.ts';

export function inconclusiveDocument(diagnosis: Diagnosis, outline: Outline, language: Language): Document {
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
      ...changesPart(outline, language),
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
  const facts = diagnosis.outcomes
    .flatMap(({ known }) => known)
    .map((fact) => line(phrases.known[fact.kind][language](fact)));
  return [...suspects.slice(0, SHOWN.causes), ...facts, line(counted)];
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

// A diagnosis sorted into what its documents are made of, and how much of each is shown: what fits a phone's screen
// or two. The evidence file has the rest.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Unavailable } from '../diagnosis/evidence.ts';
import type { Finding } from '../diagnosis/finding.ts';
import type { Coverage, InconclusiveReason, Leg } from '../diagnosis/playbook.ts';
import type { RecentChanges } from '../diagnosis/recent-changes.ts';
import type { Language } from '../incidents/intent.ts';
import { isShortened } from './changes.ts';
import { foldedLegs } from './legs.ts';

export const SHOWN = {
  causes: 3,
  advisories: 3,
  steps: 6,
  legs: 8,
  brokenLegs: 6,
  reasons: 4,
  unchecked: 4,
  explained: 2,
};

export interface Outline {
  causes: Finding[];
  advisories: Finding[];
  /** Symptoms of the causes. */
  explained: Finding[];
  /** Folded. */
  legs: Leg[];
  reasons: InconclusiveReason[];
  unchecked: Unavailable[];
  /** The least of all playbooks; absent: nothing was sampled. */
  coverage?: Coverage;
  /** Absent: nothing to compare with. */
  changed?: RecentChanges;
  /** ISO 8601 instant of the diagnosis. */
  at: string;
}

export function outlineOf(diagnosis: Diagnosis, language: Language): Outline {
  const [coverage] = diagnosis.outcomes
    .flatMap((outcome) => outcome.coverage ?? [])
    .sort((a, b) => a.nodes - b.nodes);
  return {
    causes: diagnosis.findings.filter((finding) => !finding.advisory),
    advisories: diagnosis.findings.filter((finding) => finding.advisory),
    explained: diagnosis.explained ?? [],
    legs: foldedLegs(
      diagnosis.outcomes.flatMap((outcome) => outcome.legs),
      language,
    ),
    reasons: diagnosis.outcomes.flatMap((outcome) => outcome.reasons),
    unchecked: diagnosis.outcomes.flatMap((outcome) => outcome.unchecked),
    ...(coverage && { coverage }),
    ...(diagnosis.changed && { changed: diagnosis.changed }),
    at: diagnosis.startedAt,
  };
}

/** Whether the documents leave something out. */
export const exceeds = (outline: Outline): boolean =>
  outline.causes.length > SHOWN.causes ||
  outline.explained.length > SHOWN.explained ||
  outline.advisories.length > SHOWN.advisories ||
  outline.reasons.length > SHOWN.reasons ||
  outline.legs.length > SHOWN.legs ||
  outline.unchecked.length > SHOWN.unchecked ||
  (outline.changed !== undefined && isShortened(outline.changed));

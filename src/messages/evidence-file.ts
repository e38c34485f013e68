// The evidence file: everything the verdict was made of, as plain text that can be read without any tool.
// Only raw outputs that findings rest on are quoted; credentials were redacted when they were observed.

import type { Diagnosis } from '../diagnosis/diagnosis.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { describeVantage } from '../diagnosis/probe.ts';
import { describeTarget } from '../diagnosis/target.ts';
import type { Language } from '../incidents/intent.ts';
import { changeLines } from './changes.ts';
import { wordsOf } from './findings.ts';
import { plain } from './fragment.ts';
import { reasonWords } from './inconclusive.ts';
import { unavailableWords } from './interface.ts';
import { alignedLegs, legTable } from './legs.ts';
import type { Label } from './phrase.ts';
import { wordsOfProbe } from './probes.ts';

const titles = {
  findings: { en: 'FINDINGS', zh: '结论' },
  explained: { en: 'EXPLAINED BY THEM', zh: '由其引起的现象' },
  doubts: { en: 'NOT DECIDED', zh: '未能判定' },
  legs: { en: 'PATHS', zh: '路径' },
  changed: { en: 'CHANGED SINCE THE LAST HEALTHY CHECK', zh: '上次健康检查以来的变更' },
  unchecked: { en: 'NOT CHECKED', zh: '未检查' },
  probes: { en: 'EVERY CHECK', zh: '全部检查' },
} satisfies Record<string, Label>;

const LABEL_LIMIT = 200;

export const evidenceFileName = (diagnosis: Diagnosis): string => `evidence-${diagnosis.id}.txt`;

export function evidenceFile(diagnosis: Diagnosis, language: Language): string {
  const legs = diagnosis.outcomes.flatMap((outcome) => outcome.legs);
  const sections = [
    [
      `${diagnosis.cluster} · ${diagnosis.playbook} · ${describeTarget(diagnosis.target)}`,
      `diagnosis ${diagnosis.id} · ${diagnosis.startedAt} · ${diagnosis.durationMs} ms`,
      `Kubernetes ${diagnosis.facts.kubernetesVersion} · CNI ${diagnosis.facts.cni}`,
    ],
    section(
      titles.findings[language],
      diagnosis.findings.flatMap((finding) => findingLines(finding, language)),
    ),
    section(
      titles.explained[language],
      (diagnosis.explained ?? []).map((finding) => `${finding.code}: ${wordsOf(finding, language).headline}`),
    ),
    section(
      titles.doubts[language],
      diagnosis.outcomes.flatMap(({ reasons }) => reasons.map((reason) => reasonWords(reason, language))),
    ),
    section(
      titles.legs[language],
      legs.length === 0 ? [] : alignedLegs(legTable(legs, language), LABEL_LIMIT),
    ),
    section(
      titles.changed[language],
      diagnosis.changed ? changeLines(diagnosis.changed, diagnosis.startedAt, language).map(plain) : [],
    ),
    section(
      titles.unchecked[language],
      diagnosis.outcomes.flatMap(({ unchecked }) =>
        unchecked.map(
          ({ label, vantage, reason, detail }) =>
            `${wordsOfProbe(label, vantage, language)}: ${unavailableWords[reason][language]} ${detail}`,
        ),
      ),
    ),
    section(
      titles.probes[language],
      diagnosis.probes.map(
        (probe) =>
          `${probe.status.padEnd(12)} ${`${probe.ms} ms`.padStart(9)}  ${wordsOfProbe(probe.label, probe.vantage, language)}`,
      ),
    ),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

const section = (title: string, lines: string[]): string[] =>
  lines.length === 0 ? [] : [`== ${title}`, ...lines];

function findingLines(finding: Diagnosis['findings'][number], language: Language): string[] {
  const words = wordsOf(finding, language);
  const mark = finding.advisory ? 'advisory' : finding.confidence;
  return [
    `[${finding.priority} ${mark}] ${finding.code}: ${words.headline}`,
    `  ${words.cause}`,
    ...words.steps.map((step, index) => `  ${index + 1}. ${step}`),
    ...finding.evidence.flatMap((evidence) => evidenceLines(evidence, language)),
  ];
}

function evidenceLines(evidence: Evidence<unknown>, language: Language): string[] {
  const asked = wordsOfProbe(evidence.label, evidence.vantage, language);
  const outcome =
    evidence.status === 'observed'
      ? ''
      : ` — ${unavailableWords[evidence.reason][language]}: ${evidence.detail}`;
  return [
    `  -- ${asked} [${describeVantage(evidence.vantage)}, ${evidence.at}, ${evidence.ms} ms]${outcome}`,
    ...evidence.excerpt
      .split('\n')
      .filter((text) => text.trim() !== '')
      .map((text) => `     ${text}`),
  ];
}

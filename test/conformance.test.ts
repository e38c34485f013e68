// What every playbook owes: its place in the registry, a case for each code, words in every language, a row in
// docs/findings.md. A new playbook is held to it without a line here.

import { readdir, readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { refusalOf } from '../src/agent/allowed-programs.ts';
import type { Question } from '../src/cluster/access.ts';
import type { Diagnosis } from '../src/diagnosis/diagnosis.ts';
import type { Finding } from '../src/diagnosis/finding.ts';
import { type FindingWords, wordsOf } from '../src/messages/findings.ts';
import { probeTopics, wordsOfProbe } from '../src/messages/probes.ts';
import { playbooks } from '../src/playbooks/index.ts';
import { casesOnRecordings } from './playbooks/cases/on-recordings.ts';
import { type KnownDiagnosis, knownDiagnoses } from './support/known-diagnoses.ts';
import { allCases } from './support/world-cases.ts';

const codes = playbooks.flatMap((playbook) => Object.keys(playbook.codes)).sort();
let known: KnownDiagnosis[];
let diagnoses: Diagnosis[];
let findings: Finding[];
let questions: Question[];

beforeAll(async () => {
  known = await knownDiagnoses();
  diagnoses = known.map(({ diagnosis }) => diagnosis);
  questions = known.flatMap((each) => each.questions);
  findings = diagnoses.flatMap((diagnosis) => [...diagnosis.findings, ...(diagnosis.explained ?? [])]);
});

describe('the registry', () => {
  test('holds every playbook file of the folder, under its own name', async () => {
    const entries = await readdir(new URL('../src/playbooks/', import.meta.url), { withFileTypes: true });
    const stems = entries
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && entry.name !== 'index.ts')
      .map(({ name }) => name.replace(/\.ts$/, ''));

    expect(playbooks.map(({ id }) => id).sort()).toEqual(stems.sort());
  });

  test('names each playbook once', () => {
    const ids = playbooks.map(({ id }) => id);

    expect(ids).toEqual([...new Set(ids)]);
  });
});

describe('cases', () => {
  test('there is one for each code that a playbook may find', () => {
    const found = new Set(findings.map(({ code }) => code as string));

    const missing = [...new Set(codes)].filter((code) => !found.has(code));

    expect(missing).toEqual([]);
  });

  test.each(playbooks.map(({ id }) => id))('%s has cleared ones, inconclusive ones and root causes', (id) => {
    const outcomes = diagnoses.flatMap((each) => each.outcomes.filter(({ playbook }) => playbook === id));

    expect([...new Set(outcomes.map(({ outcome }) => outcome))]).toEqual(
      expect.arrayContaining(['cleared', 'inconclusive', 'root-cause']),
    );
  });

  test('have titles of their own', () => {
    const titles = [...allCases, ...Object.values(casesOnRecordings).flat()].map(({ title }) => title);

    expect(titles).toEqual([...new Set(titles)]);
  });

  test('find only what the playbook declares, with the layer that it declares', () => {
    const declared = Object.assign({}, ...playbooks.map((playbook) => playbook.codes));

    for (const { code, layer, priority } of findings) expect(declared[code]).toEqual({ layer, priority });
  });

  test('explain only codes that exist', () => {
    const explained = findings.flatMap(({ explains }) => explains as string[]);

    expect(explained.filter((code) => !codes.includes(code))).toEqual([]);
  });
});

describe.each(['en', 'zh'] as const)('messages in %s', (language) => {
  test('say what is broken, why, and what to do, for every finding of every case', () => {
    for (const finding of findings) {
      const { headline, cause, steps } = wordsOf(finding, language);

      expect(headline, finding.code).toMatch(/\S{2}/);
      expect(cause, finding.code).toMatch(/\S{2}/);
      expect(steps.length, finding.code).toBeGreaterThan(0);
      for (const step of steps) expect(step, finding.code).toMatch(/\S{2}/);
    }
  });

  test('hold no hole where a value should be', () => {
    const holes = findings.flatMap((finding) =>
      everySentence(wordsOf(finding, language)).filter((text) => HOLE.test(text)),
    );

    expect(holes).toEqual([]);
  });

  test('put every probe into words', () => {
    const labels = diagnoses.flatMap(({ probes }) =>
      probes.map((probe) => wordsOfProbe(probe.label, probe.vantage, language)),
    );

    expect(labels.filter((text) => text === '' || HOLE.test(text))).toEqual([]);
  });
});

test('the agent runs every program that a playbook asks for, with those very arguments', () => {
  const refusals = questions.flatMap((question) =>
    question.via === 'node' && question.command.kind === 'run' ? [refusalOf(question.command.argv)] : [],
  );

  expect([...new Set(refusals)]).toEqual([undefined]);
});

test('all kinds of probes are asked in some case', () => {
  const topics = new Set(diagnoses.flatMap(({ probes }) => probes.map(({ label }) => label.topic)));

  expect(probeTopics.filter((topic) => !topics.has(topic))).toEqual([]);
});

test('docs/findings.md has a row for each code', async () => {
  const page = await readFile(new URL('../docs/findings.md', import.meta.url), 'utf8');
  const rows = new Set([...page.matchAll(/^\| ([a-z]+\.[a-z-]+) \|/gm)].map(([, code]) => code));

  expect(codes.filter((code) => !rows.has(code))).toEqual([]);
});

const HOLE = /undefined|NaN|\[object/;

const everySentence = ({ headline, cause, steps }: FindingWords): string[] => [headline, cause, ...steps];

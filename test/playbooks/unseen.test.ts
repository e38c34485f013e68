// On a healthy cluster every answer is taken away, one by one and in groups. Whatever is missing, nothing is accused, and
// nothing is called fine that was not seen: it is named as not checked, or the verdict is inconclusive.

import { describe, expect, test } from 'vitest';
import type { Question, UnavailableReason } from '../../src/cluster/access.ts';
import { type Diagnosis, type ProbeRecord, verdictOf } from '../../src/diagnosis/diagnosis.ts';
import type { Leg } from '../../src/diagnosis/playbook.ts';
import type { ProbeTopics } from '../../src/diagnosis/probe.ts';
import { readRecordedDrills } from '../support/recorded-drills.ts';
import { replayBundle } from '../support/replay.ts';
import { spoilAnswers, unavailable } from '../support/spoiled-drills.ts';
import { isNotNeeded, notNeeded } from './not-needed.ts';

const healthy = readRecordedDrills().filter(
  ({ recorded }) => recorded.drill.injection.expect.outcome === 'cleared',
);

type Recording = (typeof healthy)[number]['recorded'];

const REASONS: UnavailableReason[] = ['timeout', 'forbidden', 'no-vantage', 'unparsable'];
const ROUNDS = 20;

/** A coin for each answer, the same in every run (an integer hash by Thomas Mueller). */
function isDrawn(round: number, at: number): boolean {
  let bits = (round + 1) * 0x9e3779b1 + at * 0x85ebca6b;
  bits = Math.imul((bits >>> 16) ^ bits, 0x45d9f3b);
  bits = Math.imul((bits >>> 16) ^ bits, 0x45d9f3b);
  return ((bits >>> 16) & 1) === 1;
}

describe.each(healthy)('$name', ({ recorded }) => {
  const questions = Object.keys(recorded.answers).map((key) => JSON.parse(key) as Question);

  test.each(REASONS)('each answer taken away in its turn: %s', async (reason) => {
    const complaints = new Map<string, string[]>();
    for (const question of questions) {
      const found = await complaintsWithout(recorded, (each) => sameQuestion(each, question), reason);
      if (found.length > 0) complaints.set(JSON.stringify(question), found);
    }

    expect(Object.fromEntries(complaints)).toEqual({});
  });

  const groups = Object.entries(Object.groupBy(questions.flatMap(groupsOf), ({ group }) => group));

  test.each(groups.map(([group]) => group))('%s: all taken away at once', async (group) => {
    const isMember = (each: Question): boolean => groupsOf(each).some((member) => member.group === group);

    for (const reason of REASONS)
      expect(await complaintsWithout(recorded, isMember, reason), reason).toEqual([]);
  });

  // As when an agent is killed in the middle, or the API server sheds load.
  test('any half taken away at once', async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const missing = new Set(
        questions.filter((_, at) => isDrawn(round, at)).map((each) => JSON.stringify(each)),
      );

      const found = await complaintsWithout(recorded, (each) => missing.has(JSON.stringify(each)), 'timeout');

      expect(found, `round ${round}`).toEqual([]);
    }
  });
});

const sameQuestion = (a: Question, b: Question): boolean => JSON.stringify(a) === JSON.stringify(b);

/** The groups that go missing together on real clusters: a node, all nodes, one tool or one kind of object. */
function groupsOf(question: Question): { group: string }[] {
  if (question.via === 'api') {
    const { read } = question;
    return [{ group: 'resource' in read ? `${read.verb} ${read.resource}` : read.verb }];
  }
  const { node, command, netns } = question;
  const what = command.kind === 'run' ? command.argv.slice(0, 3).join(' ') : command.kind;
  return [
    { group: `node ${node}` },
    { group: netns === 'host' ? 'networks of nodes' : 'networks of pods' },
    { group: 'all nodes' },
    { group: what },
  ];
}

async function complaintsWithout(
  recorded: Recording,
  isMissing: (question: Question) => boolean,
  reason: UnavailableReason,
): Promise<string[]> {
  const spoiled = spoilAnswers(recorded, (question, answer) =>
    isMissing(question) ? unavailable(answer, reason) : undefined,
  );
  const { result } = await replayBundle(spoiled);
  if (result.ok) return [...accusations(recorded, result.diagnosis), ...claims(recorded, result.diagnosis)];
  const { kind } = result.problem;
  return kind === 'cluster-unreachable' || kind === 'no-permission'
    ? []
    : [`the target is said to be ${kind}`];
}

/** Only what is said of the whole cluster may be said of a part of it. */
function accusations(recorded: Recording, diagnosis: Diagnosis): string[] {
  const before = new Set(recorded.diagnosis.findings.map(({ code }) => code));
  return diagnosis.findings.filter(({ code }) => !before.has(code)).map(({ code }) => `found ${code}`);
}

/** What a cleared verdict did not see and does not admit. */
function claims(recorded: Recording, diagnosis: Diagnosis): string[] {
  if (verdictOf(diagnosis) !== 'cleared') return [];
  const before = recorded.diagnosis;
  const seenBefore = new Set(before.probes.filter(({ status }) => status === 'observed').map(({ id }) => id));
  const admitted = new Set(
    diagnosis.outcomes.flatMap(({ unchecked }) => unchecked.map(({ probe }) => probe)),
  );
  const unsaid = diagnosis.probes
    .filter(({ id, status }) => status !== 'observed' && seenBefore.has(id) && !admitted.has(id))
    .filter((probe) => !LIVE.includes(probe.label.topic) && !mayLack(recorded, probe))
    .map(({ id }) => `cleared without ${id}, and without a word about it`);
  const isBare = mainLegs(before).some(works) && !mainLegs(diagnosis).some(works);
  return [
    ...unsaid,
    // Whose ends could not be looked up cannot be shown as a path: then that is admitted.
    ...(admitted.size > 0 ? [] : vanishedPaths(before, diagnosis)),
    ...(isBare ? ['cleared, and no path was seen to work'] : []),
  ];
}

// Traffic that was tried is shown as a leg of its own; a leg that could not be tried says so, and must not vanish.
const LIVE: (keyof ProbeTopics)[] = ['reach.tcp', 'reach.http', 'reach.ping', 'dns.query'];

function vanishedPaths(before: Diagnosis, diagnosis: Diagnosis): string[] {
  const shown = new Set(mainLegs(diagnosis).map(pathOf));
  return mainLegs(before)
    .map(pathOf)
    .filter((path) => !shown.has(path))
    .map((path) => `cleared, and ${path} is no longer shown`);
}

const mainLegs = ({ outcomes }: Diagnosis): Leg[] =>
  outcomes.flatMap(({ legs }) => legs.filter(({ control }) => !control));
const pathOf = ({ from, to }: Leg): string => `${from} -> ${to}`;
const works = ({ cells }: Leg): boolean => Object.values(cells).some(({ status }) => status === 'ok');

const needlessly = new Set(notNeeded);

function mayLack({ request }: Recording, probe: ProbeRecord): boolean {
  const exception = isNotNeeded(request.playbook, probe);
  if (exception) needlessly.delete(exception);
  return exception !== undefined;
}

// It comes last: the tests above have then made use of the exceptions.
test('no answer is excepted that nothing lacks', () => {
  expect([...needlessly].map(({ why }) => why)).toEqual([]);
});

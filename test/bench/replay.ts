// The recorded drills with the playbooks of today: still right? With `write` the verdict of today takes the place of the
// recorded one, where it is right and the recording holds every answer that was asked for; else the lab has to tell.

import type { Question } from '../../src/cluster/access.ts';
import { findMistake } from '../lab/verdict.ts';
import { readRecordedDrills, recordedFolder, writeRecordedDrill } from '../support/recorded-drills.ts';
import { replayBundle } from '../support/replay.ts';
import type { Only } from './verdicts.ts';

/** Whether every verdict is right. */
export async function replayDrills({ only, write }: { only: Only; write: boolean }): Promise<boolean> {
  let allRight = true;
  for (const { name, recorded } of readRecordedDrills()) {
    const { area, fault, injection } = recorded.drill;
    if ((only.area ?? area) !== area || (only.fault ?? fault) !== fault) continue;
    const { result, unrecorded } = await replayBundle(recorded);
    const mistake = result.ok ? findMistake(injection.expect, result.diagnosis) : result.problem.kind;
    if (mistake !== undefined) allRight = false;
    const changed = result.ok && JSON.stringify(result.diagnosis) !== JSON.stringify(recorded.diagnosis);
    const state = [
      mistake === undefined ? 'right' : `WRONG: ${mistake}`,
      ...(unrecorded.length > 0 ? [`record it again, it lacks: ${inWords(unrecorded)}`] : []),
      ...(changed ? ['not as recorded'] : []),
    ];
    console.log(`${name.padEnd(50)} ${state.join('; ')}`);
    if (write && changed && mistake === undefined && unrecorded.length === 0)
      writeRecordedDrill(recordedFolder, { ...recorded, diagnosis: result.diagnosis });
  }
  return allRight;
}

/** `ip -j route show (5), list pods`. */
function inWords(keys: string[]): string {
  const words = keys.map((key) => wordsOf(JSON.parse(key) as Question));
  const counted = Object.entries(Object.groupBy(words, (word) => word));
  return counted.map(([word, all = []]) => (all.length > 1 ? `${word} (${all.length})` : word)).join(', ');
}

function wordsOf(question: Question): string {
  if (question.via === 'api') {
    const { read } = question;
    return 'resource' in read ? `${read.verb} ${read.resource}` : read.verb;
  }
  const { command } = question;
  return command.kind === 'run' ? command.argv.slice(0, 4).join(' ') : command.kind;
}

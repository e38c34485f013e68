// The progress line: how many checks are done and which are outstanding. One line, whatever it is drawn on.

import type { Progress } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { durationWords } from './durations.ts';
import { type Line, line, shortened } from './fragment.ts';
import { stateSigns } from './interface.ts';
import type { Label, Phrase } from './phrase.ts';
import { wordsOfProbe } from './probes.ts';

const starting: Label = { en: 'Starting the checks', zh: '正在启动检查' };

const done: Phrase<[done: number, total: number, elapsed: string]> = {
  en: (count, total, elapsed) => `${count} of ${total} checks done (${elapsed})`,
  zh: (count, total, elapsed) => `已完成 ${count}/${total} 项检查（${elapsed}）`,
};

const overviewWords: Phrase<[overview: NonNullable<Progress['overview']>]> = {
  en: ({ cni, nodes, notReady }) =>
    `${nodes} nodes, ${notReady.length === 0 ? 'all ready' : `${namesOf(notReady)} not ready`}, ${cni}`,
  zh: ({ cni, nodes, notReady }) =>
    `${nodes} 个节点，${notReady.length === 0 ? '全部就绪' : `${namesOf(notReady)} 未就绪`}，${cni}`,
};

const namesOf = (names: string[]): string =>
  names.length <= SHOWN ? names.join(', ') : `${names.slice(0, SHOWN).join(', ')} +${names.length - SHOWN}`;

const waitingFor: Label = { en: 'waiting for', zh: '等待' };

const SHOWN = 3;

export function progressLine(progress: Progress | undefined, language: Language): Line {
  if (!progress) return line(`${stateSigns.diagnosing} ${starting[language]}…`);
  const said = done[language](progress.done, progress.total, durationWords(progress.elapsedMs, language));
  const overview = progress.overview ? ` · ${overviewWords[language](progress.overview)}` : '';
  return line(`${stateSigns.diagnosing} ${said}${overview}${waitingText(progress, language)}`);
}

function waitingText({ waiting }: Progress, language: Language): string {
  if (waiting.length === 0) return '';
  const names = waiting
    .slice(0, SHOWN)
    .map(({ label, vantage }) => shortened(wordsOfProbe(label, vantage, language), 70));
  const more = waiting.length > SHOWN ? ` +${waiting.length - SHOWN}` : '';
  return ` · ${waitingFor[language]} ${names.join('; ')}${more}`;
}

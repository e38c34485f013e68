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

const waitingFor: Label = { en: 'waiting for', zh: '等待' };

const SHOWN = 3;

export function progressLine(progress: Progress | undefined, language: Language): Line {
  if (!progress) return line(`${stateSigns.diagnosing} ${starting[language]}…`);
  const said = done[language](progress.done, progress.total, durationWords(progress.elapsedMs, language));
  return line(`${stateSigns.diagnosing} ${said}${waitingText(progress, language)}`);
}

function waitingText({ waiting }: Progress, language: Language): string {
  if (waiting.length === 0) return '';
  const names = waiting
    .slice(0, SHOWN)
    .map(({ label, vantage }) => shortened(wordsOfProbe(label, vantage, language), 70));
  const more = waiting.length > SHOWN ? ` +${waiting.length - SHOWN}` : '';
  return ` · ${waitingFor[language]} ${names.join('; ')}${more}`;
}

// How spans of time are said: check durations, and the response clock of an incident. Reads no clock.

import type { Language } from '../incidents/intent.ts';
import type { Phrase } from './phrase.ts';

const milliseconds: Phrase<[number]> = { en: (n) => `${n} ms`, zh: (n) => `${n} ms` };
const instant = '<1 ms';
const seconds: Phrase<[string]> = { en: (n) => `${n} s`, zh: (n) => `${n} 秒` };
const minutes: Phrase<[number]> = { en: (n) => `${n} min`, zh: (n) => `${n} 分钟` };

/** `<1 ms`, `3 ms`, `2.1 s`, `14 s`, `5 min`. */
export function durationWords(ms: number, language: Language): string {
  if (ms < 0.5) return instant;
  if (ms < 1000) return milliseconds[language](Math.round(ms));
  if (ms < 10_000) return seconds[language]((Math.round(ms / 100) / 10).toString());
  if (ms < 120_000) return seconds[language](Math.round(ms / 1000).toString());
  return minutes[language](Math.round(ms / 60_000));
}

const within: Phrase<[string]> = { en: (span) => `respond within ${span}`, zh: (span) => `${span}内响应` };
const left: Phrase<[string]> = {
  en: (span) => `${span} left to respond`,
  zh: (span) => `响应时限还剩 ${span}`,
};
const overdue: Phrase<[]> = { en: () => 'response overdue', zh: () => '响应已超时' };

/**
 * The response clock, said in steps (whole span, half, a fifth, overdue) and not by the minute: the root message
 * is then edited three times in an incident's life, and says the same whenever it is drawn within a step.
 */
export function responseClock(
  openedAt: string,
  respondBy: string,
  nowMs: number,
  language: Language,
): string {
  const opened = Date.parse(openedAt);
  const span = Date.parse(respondBy) - opened;
  const elapsed = nowMs - opened;
  const spanWords = (share: number): string =>
    minutes[language](Math.max(1, Math.round((span * share) / 60_000)));
  if (elapsed >= span) return overdue[language]();
  if (elapsed >= span * 0.8) return left[language](spanWords(0.2));
  if (elapsed >= span * 0.5) return left[language](spanWords(0.5));
  return within[language](spanWords(1));
}

// Sentences of the findings about a pod's own network and state.

import type { SentencesOf } from './finding-sentences.ts';
import type { PodCode } from './pod-commands.ts';
import { podEnglish } from './pod-en.ts';
import { podChinese } from './pod-zh.ts';

const codes = Object.keys(podEnglish) as PodCode[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const podSentences = Object.fromEntries(
  codes.map((code) => [code, { en: podEnglish[code], zh: podChinese[code] }]),
) as SentencesOf<PodCode>;

// Sentences of the findings about MTUs.

import type { CodesOf, SentencesOf } from './finding-sentences.ts';
import { mtuEnglish } from './mtu-en.ts';
import { mtuChinese } from './mtu-zh.ts';

const codes = Object.keys(mtuEnglish) as CodesOf<'mtu'>[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const mtuSentences = Object.fromEntries(
  codes.map((code) => [code, { en: mtuEnglish[code], zh: mtuChinese[code] }]),
) as SentencesOf<CodesOf<'mtu'>>;

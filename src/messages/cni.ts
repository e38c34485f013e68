// Sentences of the findings about a CNI's own components and its addresses.

import type { CniCode } from './cni-commands.ts';
import { cniEnglish } from './cni-en.ts';
import { cniChinese } from './cni-zh.ts';
import type { SentencesOf } from './finding-sentences.ts';

const codes = Object.keys(cniEnglish) as CniCode[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const cniSentences = Object.fromEntries(
  codes.map((code) => [code, { en: cniEnglish[code], zh: cniChinese[code] }]),
) as SentencesOf<CniCode>;

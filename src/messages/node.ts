// Sentences of the findings about nodes and the way between them.

import type { SentencesOf } from './finding-sentences.ts';
import type { NodeCode } from './node-commands.ts';
import { nodeEnglish } from './node-en.ts';
import { nodeChinese } from './node-zh.ts';

const codes = Object.keys(nodeEnglish) as NodeCode[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const nodeSentences = Object.fromEntries(
  codes.map((code) => [code, { en: nodeEnglish[code], zh: nodeChinese[code] }]),
) as SentencesOf<NodeCode>;

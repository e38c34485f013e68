// Sentences of the dns findings. What is said follows the source guide's section 3 and 7.2, with real names filled in.

import { dnsEnglish } from './dns-en.ts';
import { dnsChinese } from './dns-zh.ts';
import type { CodesOf, SentencesOf } from './finding-sentences.ts';

type DnsCode = CodesOf<'dns'>;

const codes = Object.keys(dnsEnglish) as DnsCode[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const dnsSentences = Object.fromEntries(
  codes.map((code) => [code, { en: dnsEnglish[code], zh: dnsChinese[code] }]),
) as SentencesOf<DnsCode>;

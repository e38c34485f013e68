// Sentences of the dns findings. What is said follows the source guide's section 3 and 7.2, with real names filled in.

import type { FindingCode } from '../diagnosis/finding.ts';
import { dnsEnglish } from './dns-en.ts';
import { dnsChinese } from './dns-zh.ts';
import type { FindingSentences, SentencesOf } from './findings.ts';

export type DnsCode = Extract<FindingCode, `dns.${string}`>;
export type DnsSentences = { [C in DnsCode]: FindingSentences<C> };

export const dnsSentences = Object.fromEntries(
  Object.keys(dnsEnglish).map((code) => [
    code,
    { en: dnsEnglish[code as DnsCode], zh: dnsChinese[code as DnsCode] },
  ]),
) as unknown as SentencesOf<DnsCode>;

// Sentences of findings about Services, and about kube-proxy, which makes them work on a node.

import type { SentencesOf } from './finding-sentences.ts';
import type { ServiceCode } from './service-commands.ts';
import { serviceEnglish } from './service-en.ts';
import { serviceChinese } from './service-zh.ts';

const codes = Object.keys(serviceEnglish) as ServiceCode[];

// Both files hold every code, or they would not compile; the entries of one code belong together.
export const serviceSentences = Object.fromEntries(
  codes.map((code) => [code, { en: serviceEnglish[code], zh: serviceChinese[code] }]),
) as SentencesOf<ServiceCode>;

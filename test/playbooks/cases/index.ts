// All cases of the dns playbook, by what is at fault.

import type { Case } from './case.ts';
import { corednsPodCases } from './coredns-pods.ts';

export const dnsCases: Record<string, Case[]> = {
  'CoreDNS pods': corednsPodCases,
};

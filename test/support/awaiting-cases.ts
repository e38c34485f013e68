// What a playbook may bring up and no case shows yet. A debt: the conformance test lets nothing else be missing, and has an
// entry go as soon as a case covers it.

import type { FindingCode } from '../../src/diagnosis/finding.ts';
import type { ProbeTopics } from '../../src/diagnosis/probe.ts';

export const codesAwaitingCases: readonly FindingCode[] = [];

/** The same of what playbooks ask. */
export const topicsAwaitingCases: readonly (keyof ProbeTopics)[] = [];

// What can be diagnosed: for help, and for the announcement of a worker. The bot, which diagnoses nothing, reads it too.

import type { PlaybookName } from './incidents/intent.ts';
import { playbooks } from './playbooks/index.ts';

/** Second words of `diagnose` that work: every playbook of the registry, and all of them at once. */
export const diagnosable: PlaybookName[] = [...playbooks.map(({ id }) => id as PlaybookName), 'cluster'];

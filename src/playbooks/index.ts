// The registry: every playbook, in the order in which their outcomes are shown. Adding one is one line here.

import type { Playbook } from '../diagnosis/playbook.ts';
import { dns } from './dns.ts';

export const playbooks: Playbook[] = [dns];

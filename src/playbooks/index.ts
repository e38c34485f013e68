// The registry: every playbook, in the order in which their outcomes are shown. Adding one is one line here.

import type { Playbook } from '../diagnosis/playbook.ts';
import { cniHealth } from './cni-health.ts';
import { crossNode } from './cross-node.ts';
import { dns } from './dns.ts';
import { mtu } from './mtu.ts';
import { pod } from './pod.ts';

export const playbooks: Playbook[] = [dns, pod, crossNode, mtu, cniHealth];

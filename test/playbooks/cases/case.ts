// What a case is: the verdict that is right. One of the dns playbook says how a healthy world is spoiled and what is asked;
// cases of other playbooks start from a recording (recorded-case.ts).

import type { Finding, FindingCode } from '../../../src/diagnosis/finding.ts';
import type { ElsewhereReason } from '../../../src/diagnosis/playbook.ts';
import type { Target } from '../../../src/diagnosis/target.ts';
import type { World, WorldSize } from '../../support/world.ts';

export interface Expected {
  code: FindingCode;
  /** `kind namespace/name`, as much of it as there is. */
  subject: string;
  node?: string;
  confidence?: Finding['confidence'];
  advisory?: true;
  /** Those that decide what a person is told. */
  params?: Record<string, unknown>;
}

export interface Verdict {
  /** A sentence of behaviour. */
  title: string;
  outcome: 'root-cause' | 'cleared' | 'inconclusive';
  /** All of them, in order. */
  findings: Expected[];
  /** Of an inconclusive outcome: why it points elsewhere, or why something could not be seen. */
  reasons?: (ElsewhereReason | 'timeout' | 'forbidden' | 'no-vantage' | 'unparsable' | 'tool-missing')[];
  /** Vantage or topic of what must be named as not checked. */
  unchecked?: string[];
}

export interface Case extends Verdict {
  size?: WorldSize;
  spoil(world: World): void;
  target?: Target;
}

export const pod = (name: string, namespace = 'shop'): Target => ({ kind: 'pod', pod: { namespace, name } });

export const name = (text: string, podName?: string): Target => ({
  kind: 'name',
  name: text,
  ...(podName === undefined ? {} : { pod: { namespace: 'shop', name: podName } }),
});

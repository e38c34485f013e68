// A suspect: something in the state of a node or pod that would break traffic, before anybody has seen traffic fail.
// A failure that was seen on its way makes it the cause; without one it is an advisory.

import type { Finding } from '../../diagnosis/finding.ts';

export interface Suspect {
  finding: Finding;
  /** Which traffic of that place it would stop: what stays on the node, what leaves it or is routed there, or both. */
  breaks: 'local' | 'beyond' | 'both';
}

export const asAdvice = (finding: Finding): Finding => ({ ...finding, advisory: true });

// What the worker and `cni-agent` say to each other over one exec stream: a JSON line per order, a JSON line per
// report, in any order. The end of the agent's standard input means: stop everything and go.

import type { NetworkNamespace, NodeCommand, RawAnswer } from './access.ts';

export interface AgentOrder {
  /** Chosen by the worker, unique in the stream. */
  id: number;
  netns: NetworkNamespace;
  command: NodeCommand;
  timeoutMs: number;
}

/** What one order came to: a raw answer, or why there is none. */
export type OrderResult =
  | ProgramEnd
  | Extract<RawAnswer, { kind: 'text' | 'object' }>
  | {
      kind: 'failed';
      reason: 'no-such-pod' | 'not-allowed' | 'tool-missing' | 'not-readable';
      detail: string;
    };

export type ProgramEnd = Extract<RawAnswer, { kind: 'exited' }>;

export type AgentReport = OrderResult & { id: number; ms: number };

/** First line of the stream, so that the worker knows that it talks to an agent of its own version. */
export interface AgentHello {
  hello: 'cni-agent';
  protocol: 1;
}

export const AGENT_HELLO: AgentHello = { hello: 'cni-agent', protocol: 1 };

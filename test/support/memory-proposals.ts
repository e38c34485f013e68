// Proposals, their queue and the audit in memory: what was asked of the cluster's processes is only written down.

import type { AuditEvent } from '../../src/remediation/audit.ts';
import type { JournalEntry } from '../../src/remediation/execution.ts';
import type { PlanOrder, Proposal, ProposalQueue, ProposalStore } from '../../src/remediation/ports.ts';

export interface MemoryProposals {
  store: ProposalStore;
  queue: ProposalQueue;
  audit: { append(event: AuditEvent): Promise<unknown> };
  proposals: Map<string, Proposal>;
  /** By proposal. */
  journals: Map<string, JournalEntry[]>;
  orders: Map<string, PlanOrder>;
  /** Nonce -> proposal; the real queue takes each nonce once, too. */
  executions: Map<string, string>;
  /** Nonces. */
  stopped: string[];
  audited: AuditEvent[];
}

export function createMemoryProposals(changed: () => void): MemoryProposals {
  const proposals = new Map<string, Proposal>();
  const journals: MemoryProposals['journals'] = new Map();
  const orders: MemoryProposals['orders'] = new Map();
  const executions: MemoryProposals['executions'] = new Map();
  const stopped: string[] = [];
  const audited: AuditEvent[] = [];
  const put = (proposal: Proposal): void => {
    proposals.set(proposal.id, structuredClone(proposal));
    changed();
  };
  return {
    ...{ proposals, journals, orders, executions, stopped, audited },
    store: {
      async create(proposal) {
        if (proposals.has(proposal.id)) return 'repeated';
        put(proposal);
        return 'created';
      },
      async load(id) {
        const proposal = proposals.get(id);
        return proposal && { proposal, journal: journals.get(id) ?? [] };
      },
      async change(id, change) {
        const known = proposals.get(id);
        const next = known && change(known);
        if (next) put(next);
        return next;
      },
    },
    queue: {
      plan: async (order) => void orders.set(order.id, order),
      execute: async (id, { terms }) => void executions.set(terms.nonce, id),
      stop: async (_, nonce) => void stopped.push(nonce),
      wake: async () => changed(),
    },
    audit: {
      append: async (event) => {
        audited.push(event);
        changed();
      },
    },
  };
}

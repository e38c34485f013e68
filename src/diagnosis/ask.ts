// Sends probes: equal ones once, each within the budget of its node, every one on the record.
// It interprets nothing; a parser that cannot read an answer makes it `unavailable: unparsable`.

import type { Answer, ClusterAccess, RawAnswer, UnavailableReason } from '../cluster/access.ts';
import type { ProbeRecord } from './diagnosis.ts';
import type { Evidence } from './evidence.ts';
import type { Ask } from './playbook.ts';
import type { Probe } from './probe.ts';

/** How many questions one diagnosis may put. Beyond it they are answered `unavailable: budget`. */
export interface ProbeBudget {
  perNode: number;
  total: number;
}

export interface AskProgress {
  done: number;
  total: number;
  /** Outstanding probes, those asked first at the front. */
  waiting: Pick<ProbeRecord, 'label' | 'vantage'>[];
}

export interface AskSession {
  ask: Ask;
  /** Everything asked, once all of it is answered, in order of id: equal runs give equal records. */
  records(): Promise<ProbeRecord[]>;
}

const EXCERPT_LIMIT = 1500;

export function createAsk(
  access: ClusterAccess,
  budget: ProbeBudget,
  signal: AbortSignal,
  onProgress: (progress: AskProgress) => void,
): AskSession {
  const asked = new Map<string, Promise<Evidence<unknown>>>();
  const waiting = new Map<string, Probe<unknown>>();
  const records = new Map<string, ProbeRecord>();
  const askedPerNode = new Map<string, number>();
  let sent = 0;

  const report = (): void =>
    onProgress({
      done: records.size,
      total: asked.size,
      waiting: [...waiting.values()].map(({ label, vantage }) => ({ label, vantage })),
    });

  function overBudget(probe: Probe<unknown>): string | undefined {
    if (sent >= budget.total) return `more than ${budget.total} probes in one diagnosis`;
    if (probe.question.via === 'api') return undefined;
    const { node } = probe.question;
    const count = (askedPerNode.get(node) ?? 0) + 1;
    if (count > budget.perNode) return `more than ${budget.perNode} probes on ${node} in one diagnosis`;
    askedPerNode.set(node, count);
    return undefined;
  }

  async function send<T>(probe: Probe<T>): Promise<Evidence<T>> {
    const answer = await access.answer(probe.question, signal);
    const evidence = toEvidence(probe, answer);
    waiting.delete(probe.id);
    record(probe, evidence);
    return evidence;
  }

  function record(probe: Probe<unknown>, evidence: Evidence<unknown>): void {
    const status = evidence.status === 'observed' ? 'observed' : evidence.reason;
    records.set(probe.id, {
      id: probe.id,
      label: probe.label,
      vantage: probe.vantage,
      status,
      ms: evidence.ms,
    });
    report();
  }

  function ask<T>(probe: Probe<T>): Promise<Evidence<T>> {
    // Probes with one id have one parser, so the stored evidence is of this probe's type.
    const known = asked.get(probe.id) as Promise<Evidence<T>> | undefined;
    if (known) return known;
    const refusal = overBudget(probe);
    if (refusal !== undefined) {
      const evidence: Evidence<T> = {
        ...provenance(probe, { at: '', ms: 0 }, ''),
        ...unavailable('budget', refusal),
      };
      const refused = Promise.resolve(evidence);
      asked.set(probe.id, refused);
      record(probe, evidence);
      return refused;
    }
    sent += 1;
    waiting.set(probe.id, probe);
    const answered = send(probe);
    asked.set(probe.id, answered);
    report();
    return answered;
  }

  return {
    ask,
    async records() {
      await Promise.all(asked.values());
      return [...records.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
    },
  };
}

function toEvidence<T>(probe: Probe<T>, answer: Answer): Evidence<T> {
  if (answer.status === 'unavailable')
    return { ...provenance(probe, answer, ''), ...unavailable(answer.reason, answer.detail) };
  const basis = provenance(probe, answer, excerptOf(answer.raw));
  if (answer.raw.kind === 'exited' && answer.raw.timedOut)
    return { ...basis, ...unavailable('timeout', `no result within ${probe.question.timeoutMs} ms`) };
  try {
    return { ...basis, status: 'observed', value: probe.parse(answer.raw) };
  } catch (error) {
    return { ...basis, ...unavailable('unparsable', error instanceof Error ? error.message : String(error)) };
  }
}

const unavailable = (reason: UnavailableReason, detail: string) =>
  ({ status: 'unavailable', reason, detail }) as const;

const provenance = (probe: Probe<unknown>, when: { at: string; ms: number }, excerpt: string) => ({
  probe: probe.id,
  label: probe.label,
  vantage: probe.vantage,
  at: when.at,
  ms: when.ms,
  excerpt,
});

function excerptOf(raw: RawAnswer): string {
  const text = textOf(raw);
  return text.length <= EXCERPT_LIMIT ? text : `${text.slice(0, EXCERPT_LIMIT)}…`;
}

function textOf(raw: RawAnswer): string {
  switch (raw.kind) {
    case 'object':
      return JSON.stringify(raw.object);
    case 'objects':
      return JSON.stringify(raw.items);
    case 'not-found':
      return '';
    case 'text':
      return raw.text;
    case 'exited':
      return raw.stderr === '' ? raw.stdout : `${raw.stdout}\n${raw.stderr}`;
  }
}

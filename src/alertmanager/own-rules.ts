// Rules of the operator, which precede the routing table: a YAML list that says for which labels what is examined, or
// that an alert is left alone. Reads and matches them; the file itself is read by whoever starts the process.

import { RE2JS } from 're2js';
import { parse, YAMLError } from 'yaml';
import { z } from 'zod';
import type { PlaybookName } from '../incidents/intent.ts';
import type { Labels } from './labels.ts';
import type { Where } from './routes.ts';

export type OwnRule = {
  /** Label -> what its whole value has to match; an absent label is an empty one. */
  match: Record<string, RE2JS>;
} & ({ ignore: true } | { ignore?: undefined; playbook: PlaybookName; where: Where });

export type ReadOwnRules = { ok: true; rules: OwnRule[] } | { ok: false; problems: string[] };

// As Prometheus and Alertmanager match labels: RE2, anchored at both ends. It also means that no expression, however
// unlucky, takes long on a hostile label.
const Pattern = z.string().transform((source, context) => {
  try {
    return RE2JS.compile(source);
  } catch (error) {
    context.addIssue(`is not a regular expression of RE2: ${(error as Error).message}`);
    return z.NEVER;
  }
});

const PLAYBOOKS = ['dns', 'pod', 'cross-node', 'mtu', 'cni-health', 'cluster'] as const;

const Rule = z
  .strictObject({
    match: z
      .record(z.string(), Pattern)
      .refine((match) => Object.keys(match).length > 0, 'names no label; `alertname` is one'),
    playbook: z.enum(PLAYBOOKS, `is none of ${PLAYBOOKS.join(', ')}`).optional(),
    ignore: z.literal(true, 'can only be true').optional(),
    target: z.enum(['cluster', 'pod', 'node'], 'is none of cluster, pod, node').default('cluster'),
  })
  .refine(({ playbook, ignore }) => (playbook === undefined) !== (ignore === undefined), {
    message: 'has to have either `playbook` or `ignore: true`',
  })
  .refine(({ playbook, target }) => target !== 'pod' || playbook === undefined || TAKES_PODS.has(playbook), {
    path: ['target'],
    message: `can be a pod only for ${['dns', 'pod'].join(' and ')}`,
  });

const TAKES_PODS: ReadonlySet<PlaybookName> = new Set(['dns', 'pod']);

/** `text` is the file; a problem is a sentence for whoever wrote it. */
export function readOwnRules(text: string): ReadOwnRules {
  let content: unknown;
  try {
    content = parse(text) ?? [];
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    return { ok: false, problems: [`The file is not YAML: ${error.message.split('\n')[0]}`] };
  }
  const read = z.array(Rule, 'is not a list of rules').safeParse(content);
  if (!read.success) return { ok: false, problems: read.error.issues.map(sentenceOf) };
  return { ok: true, rules: read.data.map(toRule) };
}

export const matchesOwnRule = ({ match }: OwnRule, labels: Labels): boolean =>
  Object.entries(match).every(([label, pattern]) => pattern.matches(labels[label] ?? ''));

function toRule({ match, playbook, target }: z.output<typeof Rule>): OwnRule {
  if (playbook === undefined) return { match, ignore: true };
  // Who writes the rule knows that the alert's address is that of a node.
  return { match, playbook, where: target === 'node' ? 'host' : target };
}

function sentenceOf({ path: [row, ...field], message }: z.core.$ZodIssue): string {
  if (typeof row !== 'number') return `The file ${message}.`;
  const place = field.length > 0 ? `Rule ${row + 1}: \`${field.join('.')}\`` : `Rule ${row + 1}`;
  return `${place} ${message}.`;
}

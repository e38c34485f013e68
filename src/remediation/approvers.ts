// Who may approve what, as the operator writes it: a YAML file, whose mistakes become sentences. The file itself is read by
// whoever starts the process; what the rules mean is approval.ts.

import { parse, YAMLError } from 'yaml';
import { z } from 'zod';
import type { ApprovalPolicy } from './approval.ts';
import { Risk } from './plan.ts';

export type ReadApprovers = { ok: true; policy: ApprovalPolicy } | { ok: false; problems: string[] };

const risk = z.enum(Risk.options, `is none of ${Risk.options.join(', ')}`);
// https://docs.slack.dev/reference/objects: ids begin with these letters.
const user = z
  .string('is not the id of a user')
  .regex(/^[UW][A-Z0-9]+$/, 'is not the id of a user, like U012AB3CD');
const group = z
  .string('is not the id of a user group')
  .regex(/^S[A-Z0-9]+$/, 'is not the id of a user group, like S012AB3CD');

const rule = z
  .strictObject({
    cluster: z.string('is not the name of a cluster').min(1, 'is empty').optional(),
    risks: z.array(risk, 'is not a list of risks').min(1, 'names no risk'),
    users: z.array(user, 'is not a list of users').default([]),
    groups: z.array(group, 'is not a list of user groups').default([]),
  })
  .refine(({ users, groups }) => users.length + groups.length > 0, 'names nobody in `users` or `groups`');

const approvers = z.strictObject(
  {
    rules: z.array(rule, 'is not a list of rules').min(1, 'has no rule, so nobody could approve anything'),
    expiryMinutes: z
      .int('is not a number of minutes')
      .min(1, 'is less than 1')
      .max(24 * 60, 'is more than a day')
      .default(15),
    reasonFrom: risk.optional(),
  },
  'is not of the form `rules: [...]`',
);

/** `text` is the file; a problem is a sentence for whoever wrote it. */
export function readApprovers(text: string): ReadApprovers {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    if (!(error instanceof YAMLError)) throw error;
    return { ok: false, problems: [`The file is not YAML: ${error.message.split('\n')[0]}`] };
  }
  const read = approvers.safeParse(content);
  if (!read.success) return { ok: false, problems: read.error.issues.map(sentenceOf) };
  const { rules, reasonFrom, expiryMinutes } = read.data;
  return {
    ok: true,
    policy: {
      rules: rules.map(({ cluster, ...who }) => ({ ...who, ...(cluster !== undefined && { cluster }) })),
      expiryMinutes,
      ...(reasonFrom && { reasonFrom }),
    },
  };
}

function sentenceOf({ path: [part, row, ...field], message, code, ...issue }: z.core.$ZodIssue): string {
  const keys = 'keys' in issue && Array.isArray(issue.keys) ? issue.keys.join(', ') : '';
  const what = code === 'unrecognized_keys' ? `has fields that are not known: ${keys}` : message;
  if (part === undefined) return `The file ${what}.`;
  if (typeof row !== 'number') return `\`${String(part)}\` ${what}.`;
  const place = field.length > 0 ? `Rule ${row + 1}: \`${field.join('.')}\`` : `Rule ${row + 1}`;
  return `${place} ${what}.`;
}

// `cni rbac`: the remediator's rights as YAML, made of the same settings that the remediator is started with. Applies nothing.

import { stringify } from 'yaml';
import { z } from 'zod';
import type { Told } from './cli-approvals.ts';
import type { Language } from './incidents/intent.ts';
import { rolesUsage } from './messages/remediation-roles.ts';
import { rolesFor } from './remediation/rbac.ts';
import { approvalVariables, fixesOf } from './remediation-config.ts';

// Where deploy/kubernetes puts the remediator.
const NAMESPACE = 'cni-triage';

export function printRoles(
  { enable, cni, namespaces }: { enable?: string; cni?: string; namespaces?: string },
  language: Language,
): Told {
  const read = z.object(approvalVariables).safeParse({
    ...{ REMEDIATIONS: enable, REMEDIATION_CNI: cni, REMEDIATION_NAMESPACES: namespaces },
  });
  const fixes = read.data && fixesOf(read.data);
  if (!fixes) return { status: 'impossible', sentence: rolesUsage[language] };
  const objects = rolesFor(fixes.enabled, fixes.scope, NAMESPACE);
  return { status: 'well', sentence: objects.map((object) => stringify(object)).join('---\n') };
}

// The settings of fixes: their variables and what becomes of them. A part of `config.ts`, which reads the environment.

import { z } from 'zod';
import { unknownRemediations } from './remediation/rbac.ts';
import type { Scope } from './remediation/remediation.ts';

/** What worker and remediator of a cluster may plan and do; each is told by its own settings. */
export interface FixesConfig {
  /** Ids in the catalogue. */
  enabled: readonly string[];
  scope: Scope;
}

/** Both or none: without them nobody is offered a fix. */
export interface ApprovalsConfig {
  /** PEM file with the Ed25519 private key of the bot. */
  keyPath: string;
  /** YAML file that says who may approve what. */
  approversPath: string;
}

export const approvalVariables = {
  APPROVAL_KEY_FILE: z.string().optional(),
  APPROVERS: z.string().optional(),
  APPROVAL_PUBLIC_KEY_FILE: z.string().optional(),
  REMEDIATIONS: z
    .string()
    .transform(listed)
    .refine((ids) => unknownRemediations(ids).length === 0, 'names what the catalogue does not have')
    .optional(),
  REMEDIATION_CNI: z
    .string()
    .regex(/^[a-z0-9.-]+\/[a-z0-9.-]+(\/[a-z0-9.-]+)?$/, 'is not of the form namespace/daemonset/configmap')
    .optional(),
  REMEDIATION_NAMESPACES: z.string().transform(listed).optional(),
};

export const approvalExamples: Record<keyof typeof approvalVariables, string> = {
  APPROVAL_KEY_FILE: '/etc/cni-triage/approvals/approval-private.pem (made by: npx cni approval-key)',
  APPROVERS: '/etc/cni-triage/approvals/approvers.yaml',
  APPROVAL_PUBLIC_KEY_FILE: '/etc/cni-triage/approvals/approval-public.pem (made by: npx cni approval-key)',
  REMEDIATIONS: 'restart-coredns,restart-cni-agent',
  REMEDIATION_CNI: 'kube-flannel/kube-flannel-ds/kube-flannel-cfg (the last one only if there is one)',
  REMEDIATION_NAMESPACES: 'shop,web (whose Services and pods may be mended)',
};

/** One without the other is a mistake. */
export function missingForApprovals(given: {
  APPROVAL_KEY_FILE?: unknown;
  APPROVERS?: unknown;
}): (keyof typeof approvalVariables)[] {
  if (given.APPROVAL_KEY_FILE && !given.APPROVERS) return ['APPROVERS'];
  return given.APPROVERS && !given.APPROVAL_KEY_FILE ? ['APPROVAL_KEY_FILE'] : [];
}

/** Without any of them nothing could be carried out. */
export const missingForRemediator = (given: Record<string, unknown>) =>
  (['APPROVAL_PUBLIC_KEY_FILE', 'REMEDIATIONS'] as const).filter((name) => !given[name]);

export const approvalsOf = (read: {
  APPROVAL_KEY_FILE?: string | undefined;
  APPROVERS?: string | undefined;
}): ApprovalsConfig | undefined =>
  read.APPROVAL_KEY_FILE && read.APPROVERS
    ? { keyPath: read.APPROVAL_KEY_FILE, approversPath: read.APPROVERS }
    : undefined;

/** Undefined: nothing is planned. Nothing is guessed about the CNI: of it depends what may be touched. */
export function fixesOf(read: {
  REMEDIATIONS?: string[] | undefined;
  REMEDIATION_CNI?: string | undefined;
  REMEDIATION_NAMESPACES?: string[] | undefined;
}): FixesConfig | undefined {
  const [namespace, daemonSet, configMap] = read.REMEDIATION_CNI?.split('/') ?? [];
  if (!read.REMEDIATIONS || !namespace || !daemonSet) return undefined;
  const cni = { namespace, daemonSet, ...(configMap !== undefined && { configMap }) };
  return { enabled: read.REMEDIATIONS, scope: { cni, namespaces: read.REMEDIATION_NAMESPACES ?? [] } };
}

function listed(text: string): string[] {
  return text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

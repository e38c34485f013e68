// The settings of fixes: their variables and what becomes of them. A part of `config.ts`, which reads the environment.

import { z } from 'zod';

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
};

export const approvalExamples: Record<keyof typeof approvalVariables, string> = {
  APPROVAL_KEY_FILE: '/etc/cni-triage/approvals/approval-private.pem (made by: npx cni approval-key)',
  APPROVERS: '/etc/cni-triage/approvals/approvers.yaml',
};

/** One without the other is a mistake. */
export function missingForApprovals(given: {
  APPROVAL_KEY_FILE?: unknown;
  APPROVERS?: unknown;
}): (keyof typeof approvalVariables)[] {
  if (given.APPROVAL_KEY_FILE && !given.APPROVERS) return ['APPROVERS'];
  return given.APPROVERS && !given.APPROVAL_KEY_FILE ? ['APPROVAL_KEY_FILE'] : [];
}

export const approvalsOf = (read: {
  APPROVAL_KEY_FILE?: string | undefined;
  APPROVERS?: string | undefined;
}): ApprovalsConfig | undefined =>
  read.APPROVAL_KEY_FILE && read.APPROVERS
    ? { keyPath: read.APPROVAL_KEY_FILE, approversPath: read.APPROVERS }
    : undefined;

// Builds the bot's side of fixes: what takes clicks of people, and what has proposals drawn; and reads the files that say who
// may approve. Part of the composition root (`bot.ts`); nothing is decided here.

import { createPublicKey, type KeyObject } from 'node:crypto';
import { ConfigError } from './config.ts';
import type { Ground } from './ground.ts';
import { createAuditLog } from './queue/audit-log.ts';
import { createClusterDirectory } from './queue/heartbeats.ts';
import { createIncidentStore } from './queue/incident-store.ts';
import { createProposalQueue, createProposalReports } from './queue/proposal-queue.ts';
import { createProposalStore } from './queue/proposal-store.ts';
import { startProposalWorker } from './queue/proposal-worker.ts';
import type { RedisLink } from './queue/redis.ts';
import { createSurfaceQueue } from './queue/surface-queue.ts';
import type { ApprovalPolicy } from './remediation/approval.ts';
import { readApprovers } from './remediation/approvers.ts';
import type { ProposalSurface } from './remediation/ports.ts';
import { createRemediationService, type RemediationService } from './remediation/service.ts';
import { readPrivateKey } from './remediation/signature.ts';
import type { ApprovalsConfig } from './remediation-config.ts';
import { readSetting, readText } from './setting-files.ts';

export interface Approvals {
  policy: ApprovalPolicy;
  keys: { privateKey: KeyObject; publicKey: KeyObject };
}

/** Rejects with ConfigError when a file cannot be used. */
export async function readApprovals({ keyPath, approversPath }: ApprovalsConfig): Promise<Approvals> {
  const privateKey = await readSetting(keyPath, readPrivateKey);
  const read = readApprovers(await readText(approversPath));
  if (!read.ok) throw new ConfigError([`${approversPath} cannot be used:`, ...read.problems].join('\n  '));
  return { policy: read.policy, keys: { privateKey, publicKey: createPublicKey(privateKey) } };
}

export function createRemediations(
  { config, heartbeat, rendering, clock, logger, onStop }: Ground,
  link: RedisLink,
  approvals: Approvals,
): RemediationService {
  const incidents = createIncidentStore(link, config.bot.responseMinutes);
  const drawings = createSurfaceQueue(link, rendering, logger);
  onStop(drawings.close);
  const queue = createProposalQueue(link, logger);
  onStop(queue.close);
  const store = createProposalStore(link, logger);
  const clusters = createClusterDirectory(link, heartbeat);
  return createRemediationService({
    ...{ store, queue, audit: createAuditLog(link), ...approvals, clock },
    hasWorker: async (name) =>
      (await clusters.list()).some(({ cluster, alive }) => alive && cluster === name),
    async onApproved(incidentId, by, at) {
      if (await incidents.apply(incidentId, { kind: 'fix-approved', by, at }))
        await drawings.wake(incidentId);
    },
  });
}

/** Takes what workers and remediators tell. */
export function startProposals(ground: Ground, surface: ProposalSurface, approvals: Approvals): void {
  const { working: link, rendering: timing, clock, logger, onStop } = ground;
  const reports = createProposalReports(link, logger);
  onStop(reports.close);
  const worker = startProposalWorker({
    ...{ link, surface, reports, timing, clock, logger },
    store: createProposalStore(link, logger),
    service: createRemediations(ground, link, approvals),
  });
  onStop(worker.close);
}

/** Of whom Slack has to be asked who is in them. */
export const approverGroups = ({ policy }: Approvals): string[] => [
  ...new Set(policy.rules.flatMap(({ groups }) => groups)),
];

// One cluster with all that an approved plan meets on its way: queues and audit in Redis, an API server, an open incident, a
// worker that checks again, and a real remediator, which can be killed at a chosen word that it says to Redis or the API server.

import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject, onTestFinished } from 'vitest';
import type { Diagnosis, DiagnosisRequest } from '../../src/diagnosis/diagnosis.ts';
import { openIncident } from '../../src/incidents/incident.ts';
import type { IncidentStore } from '../../src/incidents/ports.ts';
import { guideResponseMinutes } from '../../src/incidents/priority.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createAuditLog } from '../../src/queue/audit-log.ts';
import { createExecutionStore } from '../../src/queue/execution-store.ts';
import { createProposalQueue } from '../../src/queue/proposal-queue.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import type { ApprovedPlan } from '../../src/remediation/approval.ts';
import { type AuditLine, verifyChain } from '../../src/remediation/audit.ts';
import { catalogue } from '../../src/remediation/catalog/index.ts';
import type { JournalEntry } from '../../src/remediation/execution.ts';
import type { Plan } from '../../src/remediation/plan.ts';
import type { ProposalQueue } from '../../src/remediation/ports.ts';
import { approve, handed, pair, requestFor } from './approved-plans.ts';
import { startChangeableApiServer } from './changeable-api-server.ts';
import { type ChangeableCluster, createChangeableCluster } from './changeable-cluster.ts';
import { startCrossing, type Watch } from './crossing.ts';
import { kubeconfigFile } from './kubeconfig-file.ts';
import { plannedFor, scope } from './planned-remedies.ts';
import { type Program, startProgram } from './program.ts';
import type { RemediableFault } from './remediable-faults.ts';
import { CLUSTER, newSurroundings, type Surroundings, startWorker } from './running-app.ts';
import { sampleDiagnosis, sampleRequest } from './sample-diagnosis.ts';
import { eventually } from './scripted-diagnose.ts';

/** Where a process is killed: before these words arrive, or after they did and before the answer comes back. */
export interface KillPoint {
  saidTo: 'redis' | 'api-server';
  words: RegExp;
  when: Watch['when'];
}

/** One fault in the cluster and its plan, approved now. */
export interface Case {
  cluster: ChangeableCluster;
  plan: Plan;
  approved: ApprovedPlan;
  journal(): Promise<JournalEntry[]>;
  /** The journal, as soon as the execution has ended. */
  ended(): Promise<JournalEntry[]>;
  /** Its lines of the audit; the chain as a whole has to be whole. */
  audit(): Promise<AuditLine[]>;
}

export interface RemediationSite {
  surroundings: Surroundings;
  queue: ProposalQueue;
  /** Ids of the diagnoses that the worker ran. */
  diagnosed: string[];
  /** What the worker says; a fault is gone until a test says otherwise. Undefined: no verdict in time. */
  diagnose: (request: DiagnosisRequest) => Diagnosis | undefined | Promise<Diagnosis>;
  /** In place of what was in the cluster before. */
  breakIt(fault: RemediableFault): Promise<Case>;
  /** `program`: a file of this folder. */
  startRemediator(program?: string, args?: string[]): Promise<void>;
  /** Kills the one that runs. */
  kill(): Promise<void>;
  /** Kills the one that runs when it comes to that point; resolves when it is gone. */
  killAt(point: KillPoint): Promise<void>;
}

const INCIDENT = 'dns-7k2p';
const logger = createLogger('silent');

export async function openRemediationSite(): Promise<RemediationSite> {
  const surroundings = newSurroundings();
  const link = connectRedis({ url: surroundings.redisUrl, prefix: surroundings.prefix }, 'working', logger);
  onTestFinished(link.close);
  const queue = createProposalQueue(link, logger);
  onTestFinished(queue.close);
  const journals = createExecutionStore(link);
  const auditLog = createAuditLog(link);

  const api = await startChangeableApiServer();
  const crossings = {
    redis: await startCrossing(addressOf(inject('redisUrl'))),
    'api-server': await startCrossing(addressOf(api.url)),
  };
  const environment = {
    REDIS_URL: `redis://127.0.0.1:${crossings.redis.port}`,
    REDIS_PREFIX: surroundings.prefix,
    CLUSTER_NAME: CLUSTER,
    KUBECONFIG: await kubeconfigFile(`http://127.0.0.1:${crossings['api-server'].port}`),
    APPROVAL_PUBLIC_KEY_FILE: await publicKeyFile(),
    REMEDIATIONS: catalogue
      .filter(({ kind }) => kind === 'automatic')
      .map(({ id }) => id)
      .join(','),
    REMEDIATION_CNI: Object.values(scope.cni).join('/'),
    REMEDIATION_NAMESPACES: scope.namespaces.join(','),
  };
  let remediator: Program | undefined;

  const site: RemediationSite = {
    ...{ surroundings, queue, diagnosed: [] },
    diagnose: (request) => sampleDiagnosis(request, 'cleared'),

    async breakIt(fault) {
      const cluster = createChangeableCluster(fault.objects);
      api.serve(cluster);
      const plan = await plannedFor(fault, cluster);
      const now = new Date().toISOString();
      const approved = handed(approve(requestFor(plan, randomUUID(), now), now)) as ApprovedPlan;
      const { nonce, digest } = approved.terms;
      const firstLine = (await auditLog.read()).length;
      const journal = () => journals.journalOf(nonce);
      return {
        ...{ cluster, plan, approved, journal },
        ended: () =>
          eventually(async () => {
            const entries = await journal();
            return entries.at(-1)?.kind === 'ended' ? entries : undefined;
          }),
        async audit() {
          const lines = await auditLog.read();
          if (!verifyChain(lines).ok) throw new Error('the chain of the audit is broken');
          return lines.slice(firstLine).filter((line) => line.digest === digest);
        },
      };
    },

    async startRemediator(program = 'remediator-process.ts', args = []) {
      remediator = await startProgram(program, environment, args);
      onTestFinished(remediator.end);
    },

    kill: async () => remediator?.end(),

    async killAt({ saidTo, ...watch }) {
      const there = Promise.withResolvers<void>();
      crossings[saidTo].watch({ ...watch, seen: () => void site.kill().then(there.resolve) });
      await there.promise;
    },
  };

  const { app } = await startWorker(surroundings, {
    async diagnose(request) {
      site.diagnosed.push(request.id);
      const diagnosis = await site.diagnose(request);
      return diagnosis ? { ok: true, diagnosis } : { ok: false, failure: { kind: 'timed-out' } };
    },
  });
  await openDiagnosedIncident(app.store);
  return site;
}

/** The one that all plans of these tests name. */
async function openDiagnosedIncident(store: IncidentStore): Promise<void> {
  const at = new Date().toISOString();
  const request = sampleRequest();
  const by = { kind: 'bot' } as const;
  const opening = { id: INCIDENT, request, by, channel: 'C0INC', language: 'en', at } as const;
  await store.open(openIncident(opening, guideResponseMinutes));
  await store.apply(INCIDENT, { kind: 'finished', diagnosis: sampleDiagnosis(request, 'root-cause'), at });
}

async function publicKeyFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-keys-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'public.pem');
  await writeFile(file, pair.publicKey);
  return file;
}

function addressOf(url: string): { host: string; port: number } {
  const { hostname, port } = new URL(url);
  return { host: hostname, port: Number(port) };
}

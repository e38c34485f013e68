// Worker and remediator say over a real Redis that they live and what they may do; the bot's doctor reads it.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import type { RightsFindings, Unseen } from '../../src/doctor/examination.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { connectRedis } from '../../src/queue/redis.ts';
import { generateKeys } from '../../src/remediation/signature.ts';
import { eventually } from '../support/eventually.ts';
import { kubeconfigFile } from '../support/kubeconfig-file.ts';
import {
  command,
  newSurroundings,
  type Surroundings,
  startBot,
  startTestApp,
  startWorker,
} from '../support/running-app.ts';

const fine: RightsFindings = { lacks: [], beyond: [], unseen: [] };
const FIXES = {
  REMEDIATIONS: 'restart-coredns',
  REMEDIATION_CNI: 'kube-flannel/kube-flannel-ds/kube-flannel-cfg',
};
async function startRemediator(surroundings: Surroundings, review?: () => Promise<RightsFindings>) {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-doctor-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const APPROVAL_PUBLIC_KEY_FILE = join(folder, 'public.pem');
  await writeFile(APPROVAL_PUBLIC_KEY_FILE, generateKeys().publicKey);
  const settings = { ...FIXES, APPROVAL_PUBLIC_KEY_FILE, KUBECONFIG: await kubeconfigFile() };
  return startTestApp('remediator', surroundings, review ? { reviewRights: review } : {}, settings);
}

/** A worker that plans fixes. */
const startPlanner = async (surroundings: Surroundings) =>
  startWorker(
    surroundings,
    { reviewRights: async () => fine },
    { ...FIXES, KUBECONFIG: await kubeconfigFile() },
  );

async function startDoctor(surroundings: Surroundings) {
  const { service } = await startBot(surroundings);
  return async (cluster?: string) => {
    const intent = { verb: 'doctor' as const, ...(cluster !== undefined && { cluster }) };
    return service.request(command({ intent }));
  };
}

test('who is alive, what they may do and what was enabled comes from the processes themselves', async () => {
  const surroundings = newSurroundings();
  await startPlanner(surroundings);
  await startRemediator(surroundings, async () => fine);
  const examine = await startDoctor(surroundings);

  await eventually(async () => {
    const reply = await examine();
    expect(reply).toMatchObject({
      kind: 'doctor',
      clusters: [
        {
          cluster: 'prod-eu',
          worker: { alive: 1, fixes: { enabled: ['restart-coredns'] } },
          remediator: { alive: 1, checkedAt: expect.any(String) },
          // The bot of this test has no key.
          complaints: [{ kind: 'no-approvals' }],
        },
      ],
    });
  });
});

test('a remediator counts as no worker, and one that stops is missed at once', async () => {
  const surroundings = newSurroundings();
  const remediator = await startRemediator(surroundings, async () => fine);
  await startPlanner(surroundings);
  const examine = await startDoctor(surroundings);

  await remediator.stop();
  const reply = await examine();

  expect(reply).toMatchObject({ clusters: [{ worker: { alive: 1 }, remediator: { alive: 0 } }] });
  const [health] = reply.kind === 'doctor' ? reply.clusters : [];
  expect(health?.complaints).toContainEqual({ kind: 'no-remediator' });
});

test('an account that cannot be asked about is told so, never fine', async () => {
  const surroundings = newSurroundings();
  await startRemediator(surroundings);
  const examine = await startDoctor(surroundings);

  await eventually(async () => {
    const reply = await examine();
    const [health] = reply.kind === 'doctor' ? reply.clusters : [];
    expect(health?.complaints).toContainEqual({
      ...{ kind: 'unseen', role: 'remediator' },
      unseen: {
        kind: 'unreadable',
        namespace: 'kube-system',
        detail: expect.stringContaining('ECONNREFUSED'),
      },
    });
  });
});

test('what an API server tells in part only reaches the bot as it is', async () => {
  const surroundings = newSurroundings();
  const unanswered: Unseen = {
    ...{ kind: 'unanswered', detail: 'timeout' },
    rights: [{ namespace: 'kube-system', group: '', resource: 'pods/log', verb: 'get' }],
  };
  await startWorker(surroundings, {
    reviewRights: async () => ({ ...fine, beyondInPart: true, unseen: [unanswered] }),
  });
  const examine = await startDoctor(surroundings);

  await eventually(async () => {
    expect(await examine()).toMatchObject({
      clusters: [
        {
          complaints: [{ kind: 'beyond-in-part' }, { kind: 'unseen', role: 'worker', unseen: unanswered }],
        },
      ],
    });
  });
});

test('a cluster is examined by its name, and one that nobody knows is refused', async () => {
  const surroundings = newSurroundings();
  for (const CLUSTER_NAME of ['prod-eu', 'prod-us'])
    await startWorker(surroundings, { reviewRights: async () => fine }, { CLUSTER_NAME });
  const examine = await startDoctor(surroundings);

  const named = await examine('prod-us');
  const unknown = await examine('prod-ue');

  expect(named).toMatchObject({ kind: 'doctor', clusters: [{ cluster: 'prod-us' }] });
  expect(unknown).toEqual({
    kind: 'refused',
    refusal: { kind: 'unknown-cluster', cluster: 'prod-ue', live: ['prod-eu', 'prod-us'] },
  });
});

test('what somebody made up in Redis is not repeated to people', async () => {
  const surroundings = newSurroundings();
  await startPlanner(surroundings);
  const { redisUrl: url, prefix } = surroundings;
  const link = connectRedis({ url, prefix }, 'working', createLogger('silent'));
  onTestFinished(link.close);
  const fixes = {
    enabled: ['$(reboot)'],
    scope: { cni: { namespace: 'a', daemonSet: 'b' }, namespaces: [] },
  };
  const announcement = { cluster: 'prod-eu', version: '0.1.0', playbooks: [], fixes, rights: fine };
  await link.redis.hset(`${prefix}:remediators`, 'evil', JSON.stringify(announcement));
  await link.redis.zadd(`${prefix}:remediator-heartbeats`, Date.now(), 'evil');
  const examine = await startDoctor(surroundings);

  const reply = await examine();

  expect(reply).toMatchObject({ clusters: [{ remediator: { alive: 1 } }] });
  expect(JSON.stringify(reply)).not.toContain('reboot');
});

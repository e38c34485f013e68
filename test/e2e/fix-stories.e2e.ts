// Two nights as they are meant to go, and one that is stopped: on a real cluster, from the words in (a stand-in for) Slack
// through plan, approval by a second person and execution to the proof by the check that had failed.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { AuditLine } from '../../src/remediation/audit.ts';
import { corednsPods } from '../lab/cluster-dns.ts';
import { run } from '../lab/command.ts';
import { connectLab, type Fault, type Injection, type Lab } from '../lab/fault.ts';
import { peerRouteDeleted } from '../lab/faults/cross-node/peer-route-deleted.ts';
import { corednsScaledToZero } from '../lab/faults/dns/coredns-scaled-to-zero.ts';
import { corefileSyntaxError } from '../lab/faults/dns/corefile-syntax-error.ts';
import { webCableDown } from '../lab/faults/fixable/web-pod.ts';
import { broken, describeNode, peer } from '../lab/node-network.ts';
import { repositoryDir } from '../lab/paths.ts';
import { type FixingBot, people, RIPE_MS, startFixingBot } from './fixing-bot.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const LAB = 'e2e-stories';

describe('a fix behind a button, on a real cluster', () => {
  let lab: Lab;
  let bot: FixingBot;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(LAB, 'flannel-vxlan'));
    bot = await startFixingBot(lab, ['shop']);
    await bot.seeHealthy(['dns']);
  });
  afterAll(async () => {
    await bot?.stop();
    await lowerLab(LAB);
  });

  it('cross-node: routes are lost, the agent of that node is restarted after a second person said yes, traffic passes', async () => {
    await during(peerRouteDeleted, async ({ words }) => {
      const { range } = await describeNode(lab, peer);
      const routes = async () => (await lab.exec(broken, ['ip', 'route'])).stdout;
      const incident = await bot.diagnose(words);

      const fix = await bot.ask(incident, 'restart-cni-agent');
      const plan = fix.words();
      const refusal = await fix.pressInVain(people.anna, 'approve');
      const routesBefore = await routes();
      await fix.press(people.sam, 'approve');
      const end = await fix.end();

      expect(plan).toContain(`on ${broken}`);
      expect(refusal).toContain('somebody else');
      expect(routesBefore).not.toContain(range);
      expect(end).toMatch(/^✅/u);
      expect(end).toContain(`@${people.sam}`);
      expect(await routes()).toContain(range);
    });
  });

  it('refused: the world has changed since the plan was made, so nothing is done and the difference is told', async () => {
    await during(corednsScaledToZero, async ({ words }) => {
      const incident = await bot.diagnose(words);
      const fix = await bot.ask(incident, 'scale-coredns');
      await lab.kubectl(['scale', 'deployment/coredns', '--namespace', 'kube-system', '--replicas', '1']);

      await fix.press(people.sam, 'approve');
      const end = await fix.end();

      expect(end).toMatch(/^⛔/u);
      expect(end).toContain('nothing was changed');
      expect(await replicasOfCoreDns()).toBe('1');
    });
  });

  it('refused: a PodDisruptionBudget does not let the pod go, so it stays', async () => {
    await during(webCableDown, async ({ words }) => {
      await budget('create');
      const pods = await webPods();
      const incident = await bot.diagnose(words);
      const fix = await bot.ask(incident, 'recreate-stale-pods');

      await fix.press(people.sam, 'approve');
      const end = await fix.end();
      await budget('delete');

      expect(end).toMatch(/^⛔/u);
      expect(end).toContain('PodDisruptionBudget');
      expect(await webPods()).toBe(pods);
    });
  });

  it('rejected: a second person says no, and nothing is done', async () => {
    await during(corednsScaledToZero, async ({ words }) => {
      const incident = await bot.diagnose(words);
      const fix = await bot.ask(incident, 'scale-coredns');

      await fix.press(people.liwei, 'reject');
      const end = await fix.until('it is rejected', (said) => said.includes('🚫'));

      expect(end).toContain(`@${people.liwei}`);
      expect(await replicasOfCoreDns()).toBe('0');
    });
  });

  it(
    'DNS: the Corefile is broken, the last healthy one is put back, and names resolve',
    async () => {
      await bot.seeHealthyAgain(['dns']);
      const healthy = await corefile();
      await during(corefileSyntaxError, async ({ words }) => {
        const incident = await bot.diagnose(words);

        const fix = await bot.ask(incident, 'restore-corefile');
        await fix.press(people.sam, 'approve');
        const end = await fix.end();

        expect(end).toMatch(/^✅/u);
        expect(await corefile()).toBe(healthy);
        expect((await corednsPods(lab)).every(({ ready }) => ready)).toBe(true);
      });
    },
    2 * RIPE_MS,
  );

  it('all of it is in the audit, and the audit is whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'cni-triage-audit-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, 'audit.jsonl');

    const text = await bot.audit();
    await writeFile(file, text);
    const { code } = await run([
      process.execPath,
      join(repositoryDir, 'src/cli.ts'),
      'audit',
      'verify',
      file,
    ]);

    const lines = text
      .trim()
      .split('\n')
      .map((row) => JSON.parse(row) as AuditLine);
    const told = lines.map(({ remediation, who, what, result }) =>
      `${remediation}: ${who} ${what} ${result}`.trim(),
    );
    expect(code).toBe(0);
    expect(told).toEqual(
      expect.arrayContaining([
        `restart-cni-agent: ${people.anna} requested`,
        `restart-cni-agent: ${people.anna} refused own-request`,
        `restart-cni-agent: ${people.sam} approved`,
        'restart-cni-agent: remediator ended applied fixed',
        'scale-coredns: remediator refused changed',
        'recreate-stale-pods: remediator refused rejected',
        `scale-coredns: ${people.liwei} rejected`,
        'restore-corefile: remediator ended applied fixed',
      ]),
    );
  });

  async function during(fault: Fault, story: (injection: Injection) => Promise<void>): Promise<void> {
    try {
      await story(await fault.inject(lab));
    } finally {
      await fault.recover(lab);
      await bot.closeAll();
    }
  }

  const replicasOfCoreDns = () =>
    lab.kubectl(['get', 'deployment/coredns', '-n', 'kube-system', '-o', 'jsonpath={.spec.replicas}']);

  const webPods = () => lab.kubectl(['get', 'pods', '-n', 'shop', '-l', 'app=web', '-o', 'name']);

  /** All of the shop's web servers are needed. */
  const budget = (verb: 'create' | 'delete') =>
    lab.kubectl(
      [verb, '--filename', '-'],
      JSON.stringify({
        ...{
          apiVersion: 'policy/v1',
          kind: 'PodDisruptionBudget',
          metadata: { name: 'web', namespace: 'shop' },
        },
        spec: { minAvailable: 2, selector: { matchLabels: { app: 'web' } } },
      }),
    );

  const corefile = () =>
    lab.kubectl(['get', 'configmap/coredns', '-n', 'kube-system', '-o', 'jsonpath={.data.Corefile}']);
});

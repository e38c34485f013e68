// The whole way on a real cluster: a person types `/cni diagnose dns` in (a stand-in for) Slack, BullMQ carries it to the
// worker, the agent looks on the nodes, one thread answers.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubeconfigPath } from '../lab/credentials.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { udp53DroppedOnNode } from '../lab/faults/dns/udp-53-dropped-on-node.ts';
import { labDir } from '../lab/paths.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const DEMO = join(import.meta.dirname, '../demo/main.ts');

describe('a thread about a real cluster', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab());
  });
  afterAll(() => lowerLab());

  it('names the node and quotes the rule that drops UDP port 53 there', async () => {
    const { expect: expected } = await udp53DroppedOnNode.inject(lab);
    const node = expected.outcome === 'root-cause' ? expected.causes[0]?.subject.name : undefined;
    try {
      const kubeconfig = kubeconfigPath(labDir(lab.name), 'worker');
      const command = [process.execPath, DEMO, '--once', '--context', 'lab'];

      const { code, stdout } = await lab.run(['env', `KUBECONFIG=${kubeconfig}`, ...command]);

      expect(stdout).toContain(`Pods on ${node} get no answer from CoreDNS: UDP port 53 is blocked there`);
      expect(stdout).toContain('-A FORWARD -p udp -m udp --dport 53 -j DROP');
      expect(stdout.match(/Cause \(proven\)/g)).toHaveLength(1);
      expect(code).toBe(0);
    } finally {
      await udp53DroppedOnNode.recover(lab);
    }
  });
});

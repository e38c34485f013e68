// The whole way on a real cluster: a person types `/cni diagnose …` in (a stand-in for) Slack, BullMQ carries it to the
// worker, the agent looks on the nodes, one thread answers, with the verdict that `cni` gives.

import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { wordsOf } from '../../src/messages/findings.ts';
import { kubeconfigPath } from '../lab/credentials.ts';
import { askCni } from '../lab/drill.ts';
import { connectLab, type Fault, type Lab } from '../lab/fault.ts';
import { fdbWrong } from '../lab/faults/cross-node/fdb-wrong.ts';
import { udp53DroppedOnNode } from '../lab/faults/dns/udp-53-dropped-on-node.ts';
import { tunnelDiffers } from '../lab/faults/mtu/node-mismatch.ts';
import { hostVethDown } from '../lab/faults/pod/cable.ts';
import { labDir } from '../lab/paths.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const DEMO = join(import.meta.dirname, '../demo/main.ts');
const LAB = 'e2e-thread';

describe('a thread about a real cluster', () => {
  let lab: Lab;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(LAB, 'flannel-vxlan'));
  });
  afterAll(() => lowerLab(LAB));

  it('quotes the rule that drops UDP port 53', async () => {
    const { thread, headlines, code } = await readThreadDuring(udp53DroppedOnNode);

    expect(headlines).toHaveLength(1);
    expect(thread).toContain(headlines[0]);
    expect(thread).toContain('-A FORWARD -p udp -m udp --dport 53 -j DROP');
    expect(thread.match(/Cause \(proven\)/g)).toHaveLength(1);
    expect(code).toBe(0);
  });

  it.each([hostVethDown, fdbWrong, tunnelDiffers].map((fault) => [fault.name, fault] as const))(
    'gives the verdict of `cni` for %s',
    async (_name, fault) => {
      const { thread, headlines, code } = await readThreadDuring(fault);

      expect(headlines).toHaveLength(1);
      expect(thread).toContain(headlines[0]);
      expect(thread.match(/Cause \(proven\)/g)).toHaveLength(1);
      expect(code).toBe(0);
    },
  );

  /** `headlines`: what `cni` says to the same words. */
  async function readThreadDuring(fault: Fault) {
    try {
      const { words } = await fault.inject(lab);
      const { diagnosis } = await askCni(lab, words);
      const kubeconfig = kubeconfigPath(labDir(lab.name), 'worker');
      const demo = [process.execPath, DEMO, '--once', '--context', 'lab', '--words', words.join(' ')];
      const { code, stdout } = await lab.run(['env', `KUBECONFIG=${kubeconfig}`, ...demo]);
      return { thread: stdout, headlines: headlinesOf(diagnosis), code };
    } finally {
      await fault.recover(lab);
    }
  }
});

const headlinesOf = ({ findings }: Diagnosis): string[] =>
  findings.filter(({ advisory }) => !advisory).map((finding) => wordsOf(finding, 'en').headline);

// Carries out one order: a program in the right network namespace, or a file to read. Expected failures are reports.

import type { AgentOrder, OrderResult } from '../cluster/agent-protocol.ts';
import { refusalOf } from './allowed-programs.ts';
import { findPodProcess } from './pod-process.ts';
import { readInsideRoot } from './read-file.ts';
import { runProgram } from './run-program.ts';

// Folders of the node that may be read; the DaemonSet mounts them read-only at the same paths.
const READABLE = [
  '/etc/cni/net.d/',
  '/run/flannel/',
  '/var/lib/calico/',
  '/sys/class/net/',
  '/proc/sys/net/',
];

export async function execute(order: AgentOrder): Promise<OrderResult> {
  const { command } = order;
  switch (command.kind) {
    case 'run': {
      const refusal = refusalOf(command.argv);
      if (refusal !== undefined) return { kind: 'failed', reason: 'not-allowed', detail: refusal };
      if (order.netns === 'host') return runProgram(command.argv, order.timeoutMs, command.stdin);
      const pid = await findPodProcess(order.netns.podUid);
      if (pid === undefined) return noSuchPod(order.netns.podUid);
      const enter = ['nsenter', `--net=/proc/${pid}/ns/net`, '--', ...command.argv] as const;
      return runProgram(enter, order.timeoutMs, command.stdin);
    }
    case 'read-pod-file': {
      if (order.netns === 'host')
        return { kind: 'failed', reason: 'not-allowed', detail: 'read-pod-file needs a pod' };
      const pid = await findPodProcess(order.netns.podUid);
      if (pid === undefined) return noSuchPod(order.netns.podUid);
      if (command.path !== '/etc/resolv.conf' && command.path !== '/etc/hosts')
        return {
          kind: 'failed',
          reason: 'not-allowed',
          detail: `${command.path} of a pod is not ours to read`,
        };
      return readInsideRoot(`/proc/${pid}/root`, command.path);
    }
    case 'read-node-file': {
      if (command.path.includes('..') || !READABLE.some((folder) => command.path.startsWith(folder)))
        return {
          kind: 'failed',
          reason: 'not-allowed',
          detail: `${command.path} is not on the list of readable files`,
        };
      return readInsideRoot('', command.path);
    }
    case 'kubelet-settings':
      // Loaded when asked for: it brings a YAML parser, and most runs of the agent can start without it.
      return (await import('./kubelet-settings.ts')).readKubeletSettings();
  }
}

const noSuchPod = (uid: string): OrderResult => ({
  kind: 'failed',
  reason: 'no-such-pod',
  detail: `no process of pod ${uid} on this node`,
});

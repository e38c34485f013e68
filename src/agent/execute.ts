// Carries out one order: a program in the right network namespace, or a file to read. Expected failures are reports.

import type { AgentOrder, OrderResult } from '../cluster/agent-protocol.ts';
import { refusalOf } from './allowed-programs.ts';
import { listFolder } from './list-folder.ts';
import { findPodProcess } from './pod-process.ts';
import { readInsideRoot } from './read-file.ts';
import { runProgram } from './run-program.ts';

// Files of the node that may be read; the DaemonSet mounts their folders read-only at the same paths. A CNI's
// configuration may be read, the kubeconfig that some CNIs keep beside it may not.
const READABLE = [
  /^\/etc\/cni\/net\.d\/[^/]+\.(conf|conflist|json)$/,
  /^\/run\/flannel\/[^/]+\.env$/,
  /^\/var\/lib\/calico\/(nodename|mtu)$/,
  /^\/sys\/class\/net\//,
  /^\/proc\/sys\/net\//,
];
const LISTABLE = [
  /^\/etc\/cni\/net\.d$/,
  /^\/opt\/cni\/bin$/,
  /^\/run\/flannel$/,
  /^\/var\/lib\/cni\/networks(\/[\w.-]+)?$/,
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
      if (command.path.includes('..') || !READABLE.some((allowed) => allowed.test(command.path)))
        return notListed(command.path);
      return readInsideRoot('', command.path);
    }
    case 'list-node-folder': {
      if (command.path.includes('..') || !LISTABLE.some((allowed) => allowed.test(command.path)))
        return notListed(command.path);
      return listFolder(command.path);
    }
    case 'kubelet-settings':
      // Loaded when asked for: it brings a YAML parser, and most runs of the agent can start without it.
      return (await import('./kubelet-settings.ts')).readKubeletSettings();
  }
}

const notListed = (path: string): OrderResult => ({
  kind: 'failed',
  reason: 'not-allowed',
  detail: `${path} is not on the list of what may be read`,
});

const noSuchPod = (uid: string): OrderResult => ({
  kind: 'failed',
  reason: 'no-such-pod',
  detail: `no process of pod ${uid} on this node`,
});

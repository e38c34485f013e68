// Flannel's DaemonSet is changed so that the next agent does not do: another interface than the node has, a readiness probe
// that nobody answers, an installer that does not find its file, settings that are gone. Seen: each time one node's new agent
// fails, the others go on.

import {
  agentNamespace,
  agentOn,
  daemonSet,
  patchDaemonSet,
  restartAgent,
  restoreCni,
  waitUntilAgentCrashes,
  waitUntilAgentSays,
} from '../../cluster-cni.ts';
import type { ExpectedCause, Fault, Lab } from '../../fault.ts';

const container = 'kube-flannel';

const changeTemplate = async (lab: Lab, spec: object) => {
  await patchDaemonSet(lab, { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } });
  await lab.kubectl([
    ...['patch', 'daemonset', daemonSet, '--namespace', agentNamespace],
    ...['--patch', JSON.stringify({ spec: { template: { spec } } })],
  ]);
};

const expectCause = (cause: ExpectedCause) =>
  ({ words: ['cni-health'], expect: { outcome: 'root-cause', causes: [cause] } }) as const;

export const agentWrongInterface: Fault = {
  name: 'agent-wrong-interface',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    const args = ['--ip-masq', '--kube-subnet-mgr', '--iface=eth9'];
    await changeTemplate(lab, { containers: [{ name: container, args }] });
    await restartAgent(lab, node);
    const name = await waitUntilAgentCrashes(lab, node);
    return expectCause({
      code: 'cni.agent-crashing',
      subject: { kind: 'pod', namespace: agentNamespace, name },
      node,
      params: { cause: 'interface-not-found' },
    });
  },
  recover: (lab) => restoreCni(lab),
};

export const agentNotReady: Fault = {
  name: 'agent-not-ready',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    const readinessProbe = { httpGet: { path: '/readyz', port: 8081, host: '127.0.0.1' }, periodSeconds: 3 };
    await changeTemplate(lab, { containers: [{ name: container, readinessProbe }] });
    await restartAgent(lab, node);
    let since = Number.POSITIVE_INFINITY;
    await lab.waitFor('its new agent runs for a while without getting ready', async () => {
      const agent = await agentOn(lab, node);
      if (!agent?.runs || agent.ready) return false;
      since = Math.min(since, Date.now());
      return Date.now() - since > 35_000;
    });
    const name = (await agentOn(lab, node))?.name ?? '';
    return expectCause({
      code: 'cni.agent-not-ready',
      subject: { kind: 'pod', namespace: agentNamespace, name },
      node,
    });
  },
  recover: (lab) => restoreCni(lab),
};

export const agentSettingsGone: Fault = {
  name: 'agent-settings-gone',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await lab.kubectl(['delete', 'configmap', 'kube-flannel-cfg', '--namespace', agentNamespace]);
    await restartAgent(lab, node);
    await lab.waitFor('the kubelet misses its settings', async () => {
      const field = 'type=Warning,reason=FailedMount';
      const events = await lab.kubectl([
        'get',
        'events',
        '-n',
        agentNamespace,
        '--field-selector',
        field,
        '-o',
        'json',
      ]);
      const { items } = JSON.parse(events) as {
        items: { count?: number; involvedObject: { name: string } }[];
      };
      const name = (await agentOn(lab, node))?.name;
      return items.some(({ count = 1, involvedObject }) => involvedObject.name === name && count > 1);
    });
    return expectCause({
      code: 'cni.agent-missing',
      subject: { kind: 'node', name: node },
      node,
      params: { cause: 'waiting' },
    });
  },
  recover: (lab) => restoreCni(lab),
};

export const agentInstallFails: Fault = {
  name: 'agent-install-fails',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    const command = ['cp', '-f', '/etc/kube-flannel/nothing.json', '/etc/cni/net.d/10-flannel.conflist'];
    await changeTemplate(lab, { initContainers: [{ name: 'install-cni', command }] });
    await restartAgent(lab, node);
    const name = await waitUntilAgentSays(lab, node, 'nothing.json', 'install-cni');
    return expectCause({
      code: 'cni.agent-crashing',
      subject: { kind: 'pod', namespace: agentNamespace, name },
      node,
      params: { container: 'install-cni' },
    });
  },
  recover: (lab) => restoreCni(lab),
};

// The DaemonSet names an image that cannot be pulled, and one agent is replaced. Seen: ImagePullBackOff on that node.

import { agentOn, patchDaemonSet, restartAgent, restoreCni } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const image = 'lab.local/flannel:v9.9.9';

export const agentImageMissing: Fault = {
  name: 'agent-image-missing',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await patchDaemonSet(lab, { spec: { updateStrategy: { type: 'OnDelete', rollingUpdate: null } } });
    const containers = [{ name: 'kube-flannel', image }];
    await lab.kubectl([
      ...['patch', 'daemonset', 'kube-flannel-ds', '--namespace', 'kube-flannel'],
      ...['--patch', JSON.stringify({ spec: { template: { spec: { containers } } } })],
    ]);
    await restartAgent(lab, node);
    await lab.waitFor('its image cannot be pulled', async () =>
      /^(ErrImagePull|ImagePullBackOff)$/.test((await agentOn(lab, node))?.waitsFor ?? ''),
    );
    return {
      words: ['cni-health'],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            ...{ code: 'cni.agent-missing', subject: { kind: 'node', name: node }, node },
            params: { cause: 'image' },
          },
        ],
      },
    };
  },
  recover: (lab) => restoreCni(lab),
};

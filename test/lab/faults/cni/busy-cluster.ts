// A cluster on an ordinary day: an application that crashes again and again, a Job that has ended, a node that is cordoned, an
// image that nobody pushed. Nothing of it is the network's fault.

import { agentOn, nodeIsReady } from '../../cluster-cni.ts';
import type { Fault } from '../../fault.ts';

const namespace = 'busy';
const image = 'lab.local/tools:1';

const pod = (name: string, spec: object) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace },
  spec: { terminationGracePeriodSeconds: 0, ...spec },
});

const objects = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } },
  pod('crashing', { containers: [{ name: 'app', image, command: ['sh', '-c', 'exit 3'] }] }),
  pod('done', {
    restartPolicy: 'Never',
    containers: [{ name: 'app', image, command: ['true'] }],
  }),
  pod('unpulled', { containers: [{ name: 'app', image: 'lab.local/nobody:9', imagePullPolicy: 'Never' }] }),
];

export const busyCluster: Fault = {
  name: 'busy-cluster',
  inject: async (lab) => {
    const [, , node = ''] = lab.nodes;
    await lab.kubectl(
      ['apply', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects }),
    );
    await lab.kubectl(['cordon', node]);
    await lab.waitFor('the application crashes and the Job is done', async () => {
      const path =
        '{range .items[*]}{.metadata.name}={.status.phase}{.status.containerStatuses[0].restartCount} {end}';
      const states = await lab.kubectl(['get', 'pods', '-n', namespace, '-o', `jsonpath=${path}`]);
      return /crashing=Running[1-9]/.test(states) && states.includes('done=Succeeded');
    });
    return { words: ['cni-health'], expect: { outcome: 'cleared' } };
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await lab.kubectl(['uncordon', node]);
    await lab.kubectl([
      'delete',
      'namespace',
      namespace,
      '--ignore-not-found',
      '--wait=true',
      '--timeout=60s',
    ]);
    await lab.waitFor('nodes and agents do well', async () => {
      const states = await Promise.all(
        lab.nodes.map(async (node) => (await nodeIsReady(lab, node)) && (await agentOn(lab, node))?.ready),
      );
      return states.every(Boolean);
    });
  },
};

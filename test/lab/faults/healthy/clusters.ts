// Clusters whose network is fine: nothing at all is broken, applications are in trouble of their own, a node takes no new pods,
// a firewall drops pings and nothing else.

import { clientOn } from '../../cluster-dns.ts';
import type { Fault, Lab } from '../../fault.ts';

const fine = { outcome: 'cleared' } as const;
const nothing = async () => {};

export const nothingBroken: Fault = {
  name: 'healthy',
  inject: async () => ({ words: ['cluster'], expect: fine }),
  recover: nothing,
};

const image = { image: 'lab.local/tools:1', imagePullPolicy: 'Never' };
const troubled = (kind: string, name: string, more: object): object => ({
  apiVersion: kind === 'Job' ? 'batch/v1' : 'v1',
  kind,
  metadata: { name, namespace: 'shop', labels: { drill: 'troubled' } },
  spec: more,
});

/** A Job that is done, one that failed, a pod that crashes, one without its image, one that no node takes. */
export const applicationsInTrouble: Fault = {
  name: 'completed-jobs-and-crashing-applications',
  inject: async (lab) => {
    const job = (command: readonly string[]) => ({
      backoffLimit: 0,
      template: { spec: { restartPolicy: 'Never', containers: [{ name: 'main', ...image, command }] } },
    });
    const pod = (more: object, spec: object = {}) => ({
      terminationGracePeriodSeconds: 1,
      containers: [{ name: 'main', ...image, command: ['sleep', '1000000'], ...more }],
      ...spec,
    });
    const items = [
      troubled('Job', 'done', job(['true'])),
      troubled('Job', 'failed', job(['false'])),
      troubled('Pod', 'crashing', pod({ command: ['sh', '-c', 'echo no database; exit 3'] })),
      troubled('Pod', 'without-image', pod({ image: 'lab.local/none:1' })),
      troubled('Pod', 'nowhere', pod({}, { nodeSelector: { nowhere: 'yes' } })),
    ];
    await lab.kubectl(
      ['apply', '--filename', '-'],
      JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
    );
    await lab.waitFor('each of them is in its own trouble', async () => {
      const seen = await lab.kubectl(['get', 'pods', '--namespace', 'shop']);
      const states = ['Completed', 'Error', 'CrashLoopBackOff', 'ErrImageNeverPull', 'Pending'];
      return states.every((state) => seen.includes(state));
    });
    return { words: ['cluster'], expect: fine };
  },
  recover: async (lab) => {
    const own = ['--namespace', 'shop', '--selector', 'drill=troubled', '--grace-period', '1'];
    await lab.kubectl(['delete', 'jobs,pods', ...own]);
  },
};

export const cordoned: Fault = {
  name: 'cordoned',
  inject: async (lab) => {
    await lab.kubectl(['cordon', 'n2']);
    return { words: ['cluster'], expect: fine };
  },
  recover: async (lab) => {
    await lab.kubectl(['uncordon', 'n2']);
  },
};

const dropPings = ['-p', 'icmp', '--icmp-type', 'echo-request', '-j', 'DROP'];
const onEveryNode = async (lab: Lab, verb: '-I' | '-D'): Promise<void> => {
  for (const node of lab.nodes)
    for (const chain of ['INPUT', 'FORWARD'])
      await lab.exec(node, ['iptables', '-w', verb, chain, ...dropPings]);
};

/** TCP is what counts. */
export const pingsDropped: Fault = {
  name: 'pings-dropped-everywhere',
  inject: async (lab) => {
    await onEveryNode(lab, '-I');
    return { words: ['pod', await clientOn(lab, 'n1'), '->', 'web.shop:80'], expect: fine };
  },
  recover: (lab) => onEveryNode(lab, '-D'),
};

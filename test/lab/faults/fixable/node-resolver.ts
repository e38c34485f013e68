// A Deployment whose pods ask their node's resolver in place of CoreDNS. Seen: external names resolve, those of the cluster do
// not; a pod made anew by the same template has it too.

import { clusterName, resolves } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';

const name = 'worker';

export const deploymentWithNodeResolver: Fault = {
  name: 'deployment-with-dns-policy-default',
  inject: async (lab) => {
    const labels = { app: name };
    const deployment = {
      ...{ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace: 'shop' } },
      spec: {
        ...{ replicas: 1, selector: { matchLabels: labels } },
        template: {
          metadata: { labels },
          spec: {
            ...{ dnsPolicy: 'Default', terminationGracePeriodSeconds: 0 },
            containers: [{ name: 'main', image: 'lab.local/tools:1', imagePullPolicy: 'IfNotPresent' }],
          },
        },
      },
    };
    await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(deployment));
    await lab.kubectl(['rollout', 'status', `deployment/${name}`, '-n', 'shop', '--timeout', '60s']);
    const path = 'jsonpath={.items[0].metadata.name}';
    const pod = `shop/${await lab.kubectl(['get', 'pods', '-n', 'shop', '-l', `app=${name}`, '-o', path])}`;
    await lab.waitFor(
      `${pod} does not resolve cluster names`,
      async () => !(await resolves(lab, pod, clusterName)),
    );
    return {
      words: ['dns', pod],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.resolv-conf-wrong',
            subject: { kind: 'pod', namespace: 'shop' },
            params: { cause: 'policy-default' },
          },
        ],
      },
    };
  },
  recover: async (lab) => {
    await lab.kubectl(['delete', 'deployment', name, '--namespace', 'shop', '--ignore-not-found']);
    await lab.waitFor(
      'its pods are gone',
      async () =>
        (await lab.kubectl(['get', 'pods', '-n', 'shop', '-l', `app=${name}`, '-o', 'name'])) === '',
    );
  },
};

// kube-proxy as most clusters have it, as a DaemonSet, on the asker's node: it hangs, and its rules are flushed. Seen: Services
// time out from that node; a new pod writes the rules anew.

import type { Fault, Lab } from '../../fault.ts';
import { labDir } from '../../paths.ts';
import { endProxy, hangAndFlush, proxyDown, restarted } from '../service/kube-proxy.ts';
import { ASKER, type Shelf, shelfDrill, works } from '../service/shelf.ts';

const NAME = 'kube-proxy';
const labels = { 'k8s-app': NAME };

/** The lab's own program, from the node's file system. */
const daemonSet = (lab: Lab) => ({
  ...{ apiVersion: 'apps/v1', kind: 'DaemonSet', metadata: { name: NAME, namespace: 'kube-system' } },
  spec: {
    selector: { matchLabels: labels },
    template: {
      metadata: { labels },
      spec: {
        ...{ hostNetwork: true, terminationGracePeriodSeconds: 1 },
        nodeSelector: { 'kubernetes.io/hostname': ASKER },
        tolerations: [{ operator: 'Exists' }],
        containers: [
          {
            ...{ name: NAME, image: 'lab.local/tools:1', imagePullPolicy: 'IfNotPresent' },
            command: [`/programs/${NAME}`, '--config=/var/lib/kube-proxy/config.conf'],
            securityContext: { privileged: true },
            volumeMounts: [
              { name: 'programs', mountPath: '/programs' },
              { name: 'settings', mountPath: '/var/lib/kube-proxy' },
            ],
          },
        ],
        volumes: [
          { name: 'programs', hostPath: { path: `${labDir(lab.name)}/bin` } },
          { name: 'settings', hostPath: { path: '/var/lib/kube-proxy' } },
        ],
      },
    },
  },
});

const served = (lab: Lab, { address }: Shelf) =>
  lab.waitFor('the Service works first', () => works(lab, { address, pods: {} }));

export const kubeProxyPodHangs: Fault = shelfDrill({
  name: 'kube-proxy-pod-hangs',
  spoil: async (lab, shelf) => {
    await endProxy(lab);
    await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(daemonSet(lab)));
    await lab.kubectl(['rollout', 'status', `daemonset/${NAME}`, '-n', 'kube-system', '--timeout', '60s']);
    await served(lab, shelf);
    await hangAndFlush(lab);
  },
  expect: proxyDown('silent'),
  mend: async (lab) => {
    await lab.kubectl(['delete', 'daemonset', NAME, '--namespace', 'kube-system', '--ignore-not-found']);
    await lab.waitFor('its pod is gone', async () => {
      const pods = ['get', 'pods', '--namespace', 'kube-system', '--selector', `k8s-app=${NAME}`];
      return (await lab.kubectl([...pods, '--output', 'name'])) === '';
    });
    await restarted(lab);
  },
});

// The shared half of the two resolver-setting faults: a pod in `shop` whose DNS settings are wrong, made and removed.
// No fault by itself.

import { clusterName, resolves, waitUntilDnsAnswers } from '../../cluster-dns.ts';
import type { Fault, Injection, Lab } from '../../fault.ts';

interface DnsSettings {
  readonly dnsPolicy: string;
  readonly dnsConfig?: object;
}

export const misconfiguredPod = (name: string, settings: DnsSettings, cause: string): Fault => ({
  name,
  inject: async (lab): Promise<Injection> => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name, namespace: 'shop' },
      spec: {
        ...settings,
        terminationGracePeriodSeconds: 0,
        containers: [{ name: 'client', image: 'lab.local/tools:1', imagePullPolicy: 'IfNotPresent' }],
      },
    };
    await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(pod));
    await lab.kubectl([
      'wait',
      `pod/${name}`,
      '--namespace',
      'shop',
      '--for',
      'condition=Ready',
      '--timeout',
      '60s',
    ]);
    await lab.waitFor(
      `${name} does not resolve cluster names`,
      async () => !(await resolves(lab, `shop/${name}`, clusterName)),
    );
    return {
      words: ['dns', `shop/${name}`],
      expect: {
        outcome: 'root-cause',
        causes: [
          {
            code: 'dns.resolv-conf-wrong',
            subject: { kind: 'pod', namespace: 'shop', name },
            params: { cause },
          },
        ],
      },
    };
  },
  recover: async (lab: Lab) => {
    await lab.kubectl(['delete', 'pod', name, '--namespace', 'shop', '--ignore-not-found']);
    await waitUntilDnsAnswers(lab);
  },
});

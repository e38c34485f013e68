// Mends the DNS Service where one value is right: its selector (that of the CoreDNS Deployment), its ports (53 over UDP and
// TCP), or the port of CoreDNS that they lead to. A missing Service or another address is for a person.

import type { ObjectRef } from '../../cluster/control.ts';
import { isEqual, valueAt } from '../json-path.ts';
import { readWhole, type WholeObject } from '../objects.ts';
import type { Plan, Step } from '../plan.ts';
import type { AutomaticRemediation } from '../remediation.ts';
import { causeOf, unfit } from '../remediation.ts';
import { coreDns, DNS_NAMESPACE, onCoreDns } from './coredns.ts';

type Value = Extract<Step, { kind: 'set' }>['to'];
type ServicePort = Record<string, Value> & { name?: string; port: number; protocol?: string };

const MENDED = ['selector-matches-nothing', 'port-missing', 'target-port-wrong'];

export const fixDnsService: AutomaticRemediation = {
  kind: 'automatic',
  id: 'fix-dns-service',
  risk: 'medium',
  fixes: ['dns.service-misconfigured'],
  suits: (finding) => MENDED.includes(causeOf(finding) ?? ''),
  rules: () => [
    { namespace: DNS_NAMESPACE, group: '', resource: 'services', verbs: ['get', 'patch'] },
    { ...onCoreDns, verbs: ['get'] },
  ],
  async plan({ finding, ask }) {
    if (finding.code !== 'dns.service-misconfigured')
      return unfit({ kind: 'other-cause', cause: finding.code });
    const { cause, expected } = finding.params;
    const object: ObjectRef = {
      resource: 'services',
      namespace: finding.subject.namespace ?? DNS_NAMESPACE,
      name: finding.subject.name ?? 'kube-dns',
    };
    const [service, deployment] = await Promise.all([readWhole(ask, object), readWhole(ask, coreDns)]);
    if (!service.ok) return service.unfit;
    const change = (path: string[], to: Value): Step[] => [
      {
        kind: 'set',
        object,
        uid: service.value.metadata.uid,
        path,
        from: valueAt(service.value, path) as Value,
        to,
      },
    ];
    const drafted = (steps: Step[]) => ({
      status: 'drafted' as const,
      steps,
      durationS: 10,
      hazards: ['traffic-moves', 'manager-may-revert'] satisfies Plan['hazards'],
    });
    switch (cause) {
      case 'selector-matches-nothing': {
        if (!deployment.ok) return deployment.unfit;
        const labels = valueAt(deployment.value, ['spec', 'selector', 'matchLabels']) as Value;
        if (labels === null) return unfit({ kind: 'no-single-candidate', candidates: [] });
        return drafted(change(['spec', 'selector'], labels));
      }
      case 'port-missing':
        return drafted(change(['spec', 'ports'], withDnsPorts(portsOf(service.value))));
      case 'target-port-wrong': {
        const ports = portsOf(service.value).map((port) =>
          port.port === 53 ? { ...port, targetPort: Number(expected) } : port,
        );
        if (isEqual(ports, portsOf(service.value))) return unfit({ kind: 'already-so', object });
        return drafted(change(['spec', 'ports'], ports));
      }
      default:
        return unfit({ kind: 'other-cause', cause });
    }
  },
};

const portsOf = (service: WholeObject): ServicePort[] =>
  (valueAt(service, ['spec', 'ports']) ?? []) as ServicePort[];

/** Ports that carry the usual names lead where they led; what is not DNS stays. */
function withDnsPorts(ports: ServicePort[]): ServicePort[] {
  const dns = (name: string, protocol: string): ServicePort => {
    const present = ports.find((port) => port.name === name && port.protocol === protocol);
    return { targetPort: 53, ...present, name, port: 53, protocol };
  };
  const others = ports.filter(({ name, port }) => name !== 'dns' && name !== 'dns-tcp' && port !== 53);
  return [dns('dns', 'UDP'), dns('dns-tcp', 'TCP'), ...others];
}

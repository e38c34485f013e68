// What was asked for is no Service that packets could be sent to: there is none of that name, or of that port, or it is an alias.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { Ask } from '../../../diagnosis/playbook.ts';
import { Service } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import { nearestNames } from '../../../probes/nearest-names.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import type { Examined } from '../examined.ts';
import { serviceCodes } from './service-codes.ts';
import { failuresOf, legOfTries, resultOf, tryEntrance } from './service-tries.ts';
import type { FoundService, ServiceQuestion } from './service-view.ts';

const NEAREST = 3;

export async function explainAbsence(
  ask: Ask,
  from: NetworkVantage,
  question: ServiceQuestion,
  found: Exclude<FoundService, { kind: 'found' }>,
): Promise<Examined> {
  switch (found.kind) {
    case 'unseen':
      return { traffic: 'unknown', legs: [], findings: [], unchecked: [found.evidence] };
    case 'alias': {
      const { value: _, ...provenance } = { value: undefined, ...found.evidence };
      const detail = `it is an alias of ${found.to}, a name outside`;
      const unseen = { ...provenance, status: 'unavailable', reason: 'no-vantage', detail } as const;
      return { traffic: 'unknown', legs: [], findings: [], unchecked: [unseen] };
    }
    case 'missing':
      return {
        traffic: 'fails',
        legs: [],
        findings: [missing(question, await namesLike(ask, question), [found.evidence])],
        unchecked: [],
      };
    case 'port-missing':
      return withoutPort(ask, from, question, found);
  }
}

const missing = (
  { namespace, name }: ServiceQuestion,
  more: { nearest: string[]; port?: string },
  evidence: Evidence<unknown>[],
): Finding => ({
  code: 'service.missing',
  ...serviceCodes['service.missing'],
  params: { service: `${namespace}/${name}`, ...more },
  subject: { kind: 'service', namespace, name },
  confidence: 'proven',
  advisory: false,
  evidence,
  explains: [],
  remediations: [],
});

/** In its namespace first; the same name in another one is a likely slip as well. */
async function namesLike(ask: Ask, { namespace, name }: ServiceQuestion): Promise<{ nearest: string[] }> {
  const services = await ask(listObjects('services', Service));
  if (services.status === 'unavailable') return { nearest: [] };
  const [here, elsewhere] = [
    services.value.filter(({ metadata }) => metadata.namespace === namespace),
    services.value.filter(({ metadata }) => metadata.namespace !== namespace && metadata.name === name),
  ];
  const near = nearestNames(
    name,
    here.map(({ metadata }) => metadata.name),
  );
  const same = elsewhere.map(({ metadata }) => `${metadata.name}.${metadata.namespace}`);
  return { nearest: [...same, ...near.map((each) => `${each}.${namespace}`)].slice(0, NEAREST) };
}

/** Something may answer there all the same, such as an implementation of Services that is laxer than its API. */
async function withoutPort(
  ask: Ask,
  from: NetworkVantage,
  question: ServiceQuestion,
  { service, evidence }: Extract<FoundService, { kind: 'port-missing' }>,
): Promise<Examined> {
  const { port = 0, protocol, name, namespace } = question;
  const ports = service.spec.ports.map((each) => `${each.port}/${each.protocol.toLowerCase()}`);
  const entrance = { address: service.spec.clusterIP, port, kind: 'cluster-ip' } as const;
  const label = `${name}.${namespace}`;
  const tries =
    protocol === 'tcp'
      ? await tryEntrance(ask, from, entrance, { label, times: 1, control: false })
      : undefined;
  const result = resultOf(tries?.evidence ?? []);
  const asked = `${port === 0 ? '' : port}/${protocol}`;
  return {
    traffic: result,
    legs: tries ? [legOfTries(name, tries)] : [],
    findings:
      result === 'passes'
        ? []
        : [
            missing(question, { port: asked, nearest: ports }, [
              evidence,
              ...failuresOf(tries?.evidence ?? []),
            ]),
          ],
    unchecked: [],
  };
}

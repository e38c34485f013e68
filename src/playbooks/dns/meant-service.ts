// Which Service a name means, as a person writes it: `web`, `web.shop`, `web.shop.svc`, or written out in full. A name
// of another form, or one whose last label is no namespace, means something outside the cluster.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { Namespace, Service } from '../../probes/api-objects.ts';
import { getObject, type Lookup } from '../../probes/api-reads.ts';

export interface MeantService {
  /** Fully qualified, with the final dot. */
  name: string;
  namespace: string;
  service: string;
  object: Service | undefined;
  evidence: Evidence<Lookup<Service>>;
}

/** `home`: the namespace from which it is asked, in which a bare name is looked for. */
export async function findMeantService(
  ask: Ask,
  asked: string,
  domain: string,
  home: string | undefined,
): Promise<MeantService | undefined> {
  const parts = splitName(asked, domain, home);
  if (!parts) return undefined;
  const { namespace, service } = parts;
  const [found, space] = await Promise.all([
    ask(getObject('services', Service, service, namespace)),
    ask(getObject('namespaces', Namespace, namespace)),
  ]);
  const isHome = space.status === 'observed' && space.value.found;
  const exists = found.status === 'observed' && found.value.found;
  // `example.com` has the form of a Service in namespace `com`; only the namespace tells.
  if (!parts.explicit && !isHome && !exists) return undefined;
  const object = found.status === 'observed' && found.value.found ? found.value.object : undefined;
  return {
    name: `${parts.host}${service}.${namespace}.svc.${domain}.`,
    namespace,
    service,
    object,
    evidence: found,
  };
}

interface NameParts {
  /** Labels before the Service, as StatefulSet pods have; with a final dot, or empty. */
  host: string;
  service: string;
  namespace: string;
  /** Written with `svc`: it can mean nothing but a Service. */
  explicit: boolean;
}

function splitName(asked: string, domain: string, home: string | undefined): NameParts | undefined {
  const name = asked.toLowerCase().replace(/\.$/, '');
  const suffix = [`.svc.${domain}`, '.svc'].find((ending) => name.endsWith(ending));
  const labels = (suffix === undefined ? name : name.slice(0, -suffix.length)).split('.');
  if (suffix === undefined && labels.length === 1 && home !== undefined && labels[0])
    return { host: '', service: labels[0], namespace: home, explicit: true };
  const [namespace, service] = [labels.at(-1), labels.at(-2)];
  if (!namespace || !service) return undefined;
  const host = labels
    .slice(0, -2)
    .map((label) => `${label}.`)
    .join('');
  return { host, service, namespace, explicit: suffix !== undefined };
}

// All cases of the dns playbook, by what is at fault.

import type { Case } from './case.ts';
import { clearedCases } from './cleared.ts';
import { corednsPodCases } from './coredns-pods.ts';
import { inconclusiveCases } from './inconclusive.ts';
import { legCases } from './legs.ts';
import { nameCases } from './names.ts';
import { resolverCases } from './resolver.ts';
import { serviceCases } from './service.ts';
import { serviceOnNodeCases } from './service-on-node.ts';
import { upstreamCases } from './upstreams.ts';

export const dnsCases: Record<string, Case[]> = {
  'no fault': clearedCases,
  'not everything seen': inconclusiveCases,
  'CoreDNS pods': corednsPodCases,
  'the DNS Service': serviceCases,
  'the way of a query': legCases,
  'the Service on a node': serviceOnNodeCases,
  answers: nameCases,
  'resolvers outside': upstreamCases,
  'the pod’s resolver': resolverCases,
};

// Did a node's reverse-path filter drop the packets? The kernel counts what it drops for that reason. Pure.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding } from '../../diagnosis/finding.ts';
import { nodeCodes } from './node-codes.ts';
import { nodeFinding, observedOr } from './node-finding.ts';
import type { SurveyedNode } from './node-survey.ts';

// A stray packet now and then is filtered on many nodes; what was tried is twenty and more.
const ENOUGH = 5;
const COUNTERS = ['TcpExtIPReversePathFilter', 'IPReversePathFilter'];

export function checkReversePath(node: SurveyedNode, seen: Evidence<unknown>[]): Finding[] {
  const { counted, later, network } = node;
  if (counted.counters.status === 'unavailable' || later?.counters.status !== 'observed') return [];
  const sum = (counters: Record<string, number>): number =>
    COUNTERS.reduce((total, name) => total + (counters[name] ?? 0), 0);
  const dropped = sum(later.counters.value) - sum(counted.counters.value);
  if (dropped < ENOUGH) return [];
  const strict = observedOr(network.settings, []).filter(({ rpFilter }) => rpFilter === 'strict');
  const device = strict.find(({ interface: name }) => name !== 'all' && name !== 'default' && name !== 'lo');
  return [
    {
      code: 'node.rp-filter-drop',
      params: { device: device?.interface ?? strict[0]?.interface ?? '', source: '', dropped },
      ...nodeFinding(network.name, nodeCodes['node.rp-filter-drop'], [
        later.counters,
        counted.counters,
        network.settings,
        ...seen,
      ]),
    },
  ];
}

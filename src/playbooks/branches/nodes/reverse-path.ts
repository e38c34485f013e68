// Did a node's reverse-path filter drop the packets? The kernel counts what it drops for that reason, and refuses to route
// such a packet when asked. Pure.

import type { Evidence } from '../../../diagnosis/evidence.ts';
import type { Finding } from '../../../diagnosis/finding.ts';
import type { ForwardedRoute } from '../../../probes/forwarded-route.ts';
import { nodeCodes } from './node-codes.ts';
import { nodeFinding, observedOr } from './node-finding.ts';
import type { SurveyedNode } from './node-survey.ts';

// A stray packet now and then is filtered on many nodes; what was tried is twenty and more.
const ENOUGH = 5;
const COUNTERS = ['TcpExtIPReversePathFilter', 'IPReversePathFilter'];

export interface FilteredPackets {
  /** Of the packets that come in. */
  source: string;
  /** What this node's kernel does with them. */
  inbound: Evidence<ForwardedRoute> | undefined;
}

export function checkReversePath(
  node: SurveyedNode,
  { source, inbound }: FilteredPackets,
  seen: Evidence<unknown>[],
): Finding[] {
  const dropped = droppedOn(node);
  const isCounted = dropped !== undefined && dropped >= ENOUGH;
  const strict = strictOn(node);
  // The kernel's refusal alone may have other reasons: a route that throws packets away, no forwarding.
  const isRefused =
    strict !== undefined &&
    inbound?.status === 'observed' &&
    inbound.value.kind === 'rejected' &&
    forwards(node);
  if (!isCounted && !isRefused) return [];
  const { counted, later, network } = node;
  const finding: Finding = {
    code: 'node.rp-filter-drop',
    params: { device: strict ?? '', source, ...(isCounted && { dropped }) },
    ...nodeFinding(network.name, nodeCodes['node.rp-filter-drop'], [
      ...(later ? [later.counters] : []),
      counted.counters,
      ...(inbound ? [inbound] : []),
      network.settings,
      ...seen,
    ]),
  };
  return [isCounted ? finding : { ...finding, confidence: 'likely' }];
}

/** Undefined: it was not counted twice. */
function droppedOn({ counted, later }: SurveyedNode): number | undefined {
  if (counted.counters.status === 'unavailable' || later?.counters.status !== 'observed') return undefined;
  const sum = (counters: Record<string, number>): number =>
    COUNTERS.reduce((total, name) => total + (counters[name] ?? 0), 0);
  return sum(later.counters.value) - sum(counted.counters.value);
}

/** An interface that filters strictly; `all` when that is set for every one of them. */
function strictOn({ network }: SurveyedNode): string | undefined {
  const strict = observedOr(network.settings, []).filter(({ rpFilter }) => rpFilter === 'strict');
  const isReal = ({ interface: name }: { interface: string }): boolean =>
    !['all', 'default', 'lo'].includes(name) && !name.startsWith('veth');
  return (strict.find(isReal) ?? strict.find((each) => each.interface === 'all'))?.interface;
}

const forwards = ({ network }: SurveyedNode): boolean =>
  observedOr(network.settings, []).every(({ forwarding, interface: name }) => forwarding || name === 'lo');

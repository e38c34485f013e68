// The endpoints of a Service one by one, from the sender and from each one's own node. Tried and read here; what it means that
// some are dead is judged in dead-endpoints.ts.

import type { Unavailable } from '../../../diagnosis/evidence.ts';
import type { Facts } from '../../../diagnosis/facts.ts';
import type { Ask, Leg } from '../../../diagnosis/playbook.ts';
import { Pod } from '../../../probes/api-objects.ts';
import { listObjects } from '../../../probes/api-reads.ts';
import type { NetworkVantage } from '../../../probes/network-vantage.ts';
import type { CniNetwork } from '../../cni/network.ts';
import { type ExaminedWay, examineWays } from '../examine-ways.ts';
import { type Attempt, reachOf, toLeg, tryWay, type Way } from '../reach.ts';
import type { WayQuestion } from '../way-state.ts';
import { canBeAsked } from './service-tries.ts';
import type { Endpoint, ServiceView } from './service-view.ts';

// So many are tried of a Service with more; enough to tell a dead one from a dead Service.
export const MAX_ENDPOINTS = 10;

export interface TriedEndpoint {
  endpoint: Endpoint;
  pod: Pod | undefined;
  way: ExaminedWay;
  /** The same from its own node, or from the sender's node when nobody knows where it is. Absent: not tried. */
  nearby: Attempt | undefined;
}

export async function tryEndpoints(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  from: NetworkVantage,
  view: ServiceView,
  endpoints: Endpoint[],
): Promise<TriedEndpoint[]> {
  if (view.protocol !== 'tcp' || endpoints.length === 0) return [];
  const pods = await Promise.all(endpoints.map((endpoint) => podOf(ask, view, endpoint)));
  const ways = endpoints.map((endpoint, at) => wayTo(from, endpoint, pods[at]));
  const nearby = ways.map(({ way }) => fromNearby(facts, way));
  const controls = nearby.filter((way) => way !== undefined);
  const [examined, attempts] = await Promise.all([
    examineWays(ask, facts, cni, { ways, controls, owned: [] }),
    Promise.all(nearby.map((way) => way && tryWay(ask, way))),
  ]);
  return endpoints.map((endpoint, at) => ({
    endpoint,
    pod: pods[at],
    way: examined.ways[at] as ExaminedWay,
    nearby: attempts[at],
  }));
}

/** Also of an endpoint that was made by hand; undefined: the address is no pod's, as far as is known. */
async function podOf(ask: Ask, { pods }: ServiceView, endpoint: Endpoint): Promise<Pod | undefined> {
  if (endpoint.pod !== '') return pods.find(({ metadata }) => metadata.name === endpoint.pod);
  const found = await ask(listObjects('pods', Pod, { fieldSelector: `status.podIP=${endpoint.address}` }));
  return found.status === 'observed' ? found.value.find(({ spec }) => !spec.hostNetwork) : undefined;
}

function wayTo(from: NetworkVantage, endpoint: Endpoint, pod: Pod | undefined): WayQuestion {
  const node = pod?.spec.nodeName || endpoint.node;
  const isPodNetwork = pod !== undefined && !pod.spec.hostNetwork;
  const name = pod?.metadata.name ?? (endpoint.pod || endpoint.address);
  const way: Way = {
    from,
    address: endpoint.address,
    to: `${name}:${endpoint.port}${node === '' ? '' : ` (${node})`}`,
    port: endpoint.port,
    wanted: 'connection',
    ...(node !== '' && {
      end: { node, ...(isPodNetwork && { pod: `${pod.metadata.namespace}/${pod.metadata.name}` }) },
    }),
  };
  const to = node === '' ? {} : { to: { node, ...(isPodNetwork && { pod }) } };
  return { way, ...to, protocol: 'tcp', port: endpoint.port, lazily: { cut: Promise.resolve(false) } };
}

function fromNearby(facts: Facts, way: Way): Way | undefined {
  const { from } = way;
  const name = way.end?.node ?? from.node;
  const node = facts.nodes.find((each) => each.name === name && canBeAsked(each));
  return node && !(from.kind === 'node' && from.node === name)
    ? { ...way, from: { kind: 'node', node: name } }
    : undefined;
}

export const isDead = ({ way }: TriedEndpoint): boolean => reachOf(way.state.attempt) === 'unreached';
export const isAlive = ({ way }: TriedEndpoint): boolean => reachOf(way.state.attempt) === 'reached';

/** Of the endpoints; those that fail with what their own node sees of them. */
export function legsOfEndpoints(tried: TriedEndpoint[], control: boolean): Leg[] {
  return tried.flatMap((each) => [
    toLeg(each.way.state.attempt, control),
    ...(isDead(each) && each.nearby ? [toLeg(each.nearby, true)] : []),
  ]);
}

export const unseenOfEndpoints = (tried: TriedEndpoint[]): Unavailable[] =>
  tried.flatMap(({ way, nearby }) => [
    ...way.unchecked,
    ...(nearby ? [nearby.tcp] : []).filter((evidence) => evidence.status === 'unavailable'),
  ]);

// Reads the leg matrix: which place, node, replica or protocol do the failures have in common, seen against the legs
// that work? Pure and in one pass from the narrowest culprit (a replica) to the widest (a node, everywhere).

import { describeVantage } from '../../diagnosis/probe.ts';
import type { DnsProtocol } from '../../probes/dns-query.ts';
import type { LegResult, Place, Server } from './legs.ts';

export type LegVerdict = { legs: LegResult[] } & (
  | UnreachableReplica
  /** One protocol fails where the other works. */
  | {
      kind: 'protocol-blocked';
      protocol: DnsProtocol;
      scope: 'from-pod' | 'from-node' | 'to-node' | 'everywhere';
      node: string;
    }
  /** Replicas answer, the Service's address does not. `place`: not there either, though others on its node get there. */
  | { kind: 'service-path'; node: string; place?: Place }
  /** Nothing answers this pod, though its node, or another pod there, gets answers. */
  | { kind: 'pod-cut-off'; place: Place }
  /** Nothing answers the pods of this node. `host`: nor the node itself. `silent`: a replica that no node gets answers from. */
  | { kind: 'node-cut-off'; node: string; host: boolean; silent?: string }
  /** Replicas on its own node answer, those on others do not. */
  | { kind: 'nodes-apart'; node: string; others: string[] }
  /** The cache on the node is silent, while what stands behind it answers the same askers. */
  | { kind: 'node-cache-down'; node: string; address: string }
  | { kind: 'lossy'; place: Place; sent: number; lost: number }
);

/** Silent to every other node, while another replica answers the same askers. */
interface UnreachableReplica {
  kind: 'replica-unreachable';
  server: Server;
}

interface Pair {
  place: Place;
  server: Server;
  udp: LegResult | undefined;
  tcp: LegResult | undefined;
}

export function localize(results: LegResult[]): LegVerdict[] {
  const pairs = toPairs(results.filter(({ state }) => state !== 'unknown'));
  const badReplicas = findBadReplicas(pairs);
  const isBad = ({ server }: Pair): boolean => badReplicas.some((bad) => bad.server === server);
  const rest = pairs.filter((pair) => !isBad(pair));
  // With no good replica left, that the Service is silent says nothing about those who ask it.
  if (badReplicas.length > 0 && !rest.some(({ server }) => server.kind === 'replica')) return badReplicas;
  const cutOff = findCutOff(rest);
  const blocked = (['udp', 'tcp'] as const).flatMap((protocol) => findBlocked(rest, protocol));
  const service = badReplicas.length > 0 ? [] : findServicePath(rest);
  const found = [...badReplicas, ...cutOff, ...blocked, ...service, ...findDeadCaches(rest)];
  // A Service in front of a bad replica loses its share; that is explained, and not a fault of its own.
  return found.length > 0 ? found : findLossy(rest);
}

function toPairs(results: LegResult[]): Pair[] {
  const pairs = new Map<string, Pair>();
  for (const result of results) {
    const key = `${describeVantage(result.place.vantage)}|${result.server.label}`;
    const pair = pairs.get(key) ?? {
      place: result.place,
      server: result.server,
      udp: undefined,
      tcp: undefined,
    };
    pair[result.protocol] = result;
    pairs.set(key, pair);
  }
  return [...pairs.values()];
}

const legsOf = (pairs: Pair[]): LegResult[] =>
  pairs.flatMap(({ udp, tcp }) => [udp, tcp]).filter((leg) => leg !== undefined);
const failed = (leg: LegResult | undefined): boolean => leg?.state === 'failed';
const works = (leg: LegResult | undefined): boolean => leg?.state === 'ok' || leg?.state === 'lossy';
/** No protocol gets through, as far as was seen. */
const isDead = ({ udp, tcp }: Pair): boolean => (failed(udp) || failed(tcp)) && !works(udp) && !works(tcp);
const answers = ({ udp, tcp }: Pair): boolean => works(udp) || works(tcp);
const nodeOf = ({ place }: Pair): string => place.vantage.node;
const isRemote = (pair: Pair): boolean => pair.server.node !== nodeOf(pair);
const unique = <T>(items: T[]): T[] => [...new Set(items)];

function findBadReplicas(pairs: Pair[]): (LegVerdict & { kind: 'replica-unreachable' })[] {
  const replicas = unique(pairs.map(({ server }) => server)).filter(({ kind }) => kind === 'replica');
  return replicas.flatMap((server) => {
    const asked = pairs.filter((pair) => pair.server === server);
    const remote = asked.filter(isRemote);
    const judges = remote.length > 0 ? remote : asked;
    // An asker that no replica answers is itself the problem, and cannot judge.
    const able = judges.filter(({ place }) =>
      pairs.some(
        (pair) =>
          pair.place === place && pair.server !== server && pair.server.kind === 'replica' && answers(pair),
      ),
    );
    const only = replicas.length === 1 && unique(remote.map(nodeOf)).length > 1 && remote.every(isDead);
    const bad = only || (able.length > 0 && able.every(isDead) && askersOnSeveralNodes(able, pairs));
    return bad ? [{ kind: 'replica-unreachable', server, legs: legsOf(only ? remote : able) }] : [];
  });
}

/** With askers on one node only, that node's way to the replica's node is as suspect as the replica. */
function askersOnSeveralNodes(able: Pair[], pairs: Pair[]): boolean {
  const asking = unique(able.map(nodeOf)).length;
  const others = unique(pairs.map(nodeOf)).length;
  return asking > 1 || others <= 2;
}

function findCutOff(pairs: Pair[]): LegVerdict[] {
  const verdicts: LegVerdict[] = [];
  const silent = silentAtHome(pairs);
  for (const node of unique(pairs.map(nodeOf))) {
    const here = pairs.filter((pair) => nodeOf(pair) === node);
    const pods = here.filter(({ place }) => place.vantage.kind === 'pod');
    const host = here.filter(({ place }) => place.vantage.kind === 'node');
    const deadPods = unique(pods.map(({ place }) => place)).filter((place) =>
      pods.filter((pair) => pair.place === place).every(isDead),
    );
    const allPodsDead = pods.length > 0 && pods.every(isDead);
    const hostDead = host.length > 0 && host.every(isDead);
    if (allPodsDead && deadPods.length > 1)
      verdicts.push({ kind: 'node-cut-off', node, host: hostDead, ...silent, legs: legsOf(pods) });
    else if (pods.length === 0 && hostDead)
      verdicts.push({ kind: 'node-cut-off', node, host: true, ...silent, legs: legsOf(host) });
    else if (allPodsDead && hostDead)
      verdicts.push({ kind: 'node-cut-off', node, host: true, ...silent, legs: legsOf(here) });
    else
      for (const place of deadPods)
        verdicts.push({
          kind: 'pod-cut-off',
          place,
          legs: legsOf(pods.filter((pair) => pair.place === place)),
        });
    if (deadPods.length === 0 && !(pods.length === 0 && hostDead)) verdicts.push(...findPartial(node, here));
  }
  return verdicts;
}

/** No replica answers anybody, on its own node neither: no path between nodes does that. */
function silentAtHome(pairs: Pair[]): { silent?: string } {
  const direct = pairs.filter(({ server }) => server.kind === 'replica');
  const local = direct.find((pair) => !isRemote(pair) && !pair.server.stranger);
  return local && direct.every(isDead) ? { silent: local.server.label } : {};
}

/** Some replicas answer from this node and some do not. */
function findPartial(node: string, here: Pair[]): LegVerdict[] {
  const replicas = here.filter(({ server }) => server.kind === 'replica');
  const dead = replicas.filter(isDead);
  if (dead.length === 0 || !replicas.some(answers)) return [];
  const others = unique(dead.flatMap(({ server }) => server.node ?? []));
  return [{ kind: 'nodes-apart', node, others, legs: legsOf(dead) }];
}

/** Every replica answers directly, over both protocols, and the Service's address fails over one or both. */
function findServicePath(pairs: Pair[]): LegVerdict[] {
  return unique(pairs.map(nodeOf)).flatMap((node): LegVerdict[] => {
    const here = pairs.filter((pair) => nodeOf(pair) === node);
    const replicas = here.filter(({ server }) => server.kind === 'replica');
    const sound = replicas.length > 0 && replicas.every(({ udp, tcp }) => !failed(udp) && !failed(tcp));
    const broken = here.filter(
      ({ server, udp, tcp }) => server.kind === 'service' && (failed(udp) || failed(tcp)),
    );
    if (!sound || broken.length === 0) return [];
    const services = here.filter(({ server }) => server.kind === 'service');
    const [first] = broken;
    const alone = broken.length === 1 && services.length > 1 && first?.place.vantage.kind === 'pod';
    return [{ kind: 'service-path', node, legs: legsOf(broken), ...(alone ? { place: first.place } : {}) }];
  });
}

function findDeadCaches(pairs: Pair[]): LegVerdict[] {
  return unique(pairs.map(nodeOf)).flatMap((node): LegVerdict[] => {
    const here = pairs.filter((pair) => nodeOf(pair) === node);
    const dead = here.filter((pair) => pair.server.kind === 'node-cache' && isDead(pair));
    const [first] = dead;
    if (!first || !here.some((pair) => pair.server.kind !== 'node-cache' && answers(pair))) return [];
    return [{ kind: 'node-cache-down', node, address: first.server.address, legs: legsOf(dead) }];
  });
}

/** One protocol fails on ways on which the other works: from one node, to one node, or everywhere. */
function findBlocked(pairs: Pair[], protocol: DnsProtocol): LegVerdict[] {
  const other = protocol === 'udp' ? 'tcp' : 'udp';
  // Through the Service a query may reach any replica, so a direct way tells more, where there is one.
  const direct = pairs.filter(({ server }) => server.kind !== 'service');
  const both = (direct.length > 0 ? direct : pairs).filter((pair) => works(pair[other]));
  // Pods are what resolves names: a node's own network counts where no pod was asked, or when only it is blocked.
  const ofPods = both.filter(
    (pair) => pair.place.vantage.kind === 'pod' || !both.some((each) => isPodOf(each, nodeOf(pair))),
  );
  const judged = ofPods.some((pair) => failed(pair[protocol])) ? ofPods : both;
  const blocked = judged.filter((pair) => failed(pair[protocol]));
  if (blocked.length === 0) return [];
  const legs = legsOf(blocked);
  const askers = unique(blocked.map(nodeOf));

  // Traffic that stays on a node may pass where what leaves it does not, so only remote ways must all fail.
  const guilty = (ways: Pair[]): boolean => {
    const leaving = ways.filter(isRemote);
    const decisive = leaving.length > 0 ? leaving : ways;
    return decisive.length > 0 && decisive.every((pair) => blocked.includes(pair));
  };
  const servers = unique(blocked.flatMap(({ server }) => server.node ?? []));
  const severalEnds = blocked.length === judged.length || servers.length > 1;
  if (askers.length > 1 && severalEnds && guilty(judged))
    return [{ kind: 'protocol-blocked', protocol, scope: 'everywhere', node: askers.join(', '), legs }];
  const to = servers.filter((node) => guilty(judged.filter(({ server }) => server.node === node)));
  if (to.length > 0 && askers.length > 1)
    return to.map((node) => ({ kind: 'protocol-blocked', protocol, scope: 'to-node', node, legs }));
  return askers.map((node) => ({
    kind: 'protocol-blocked',
    protocol,
    scope: guilty(judged.filter((pair) => nodeOf(pair) === node)) ? 'from-node' : 'from-pod',
    node,
    legs: legsOf(blocked.filter((pair) => nodeOf(pair) === node)),
  }));
}

const isPodOf = ({ place }: Pair, node: string): boolean =>
  place.vantage.kind === 'pod' && place.vantage.node === node;

/** One verdict a node: what its pod and its own network lose there is one loss, told by the place that loses most. */
function findLossy(pairs: Pair[]): LegVerdict[] {
  const losses = unique(pairs.map(({ place }) => place)).map((place) => {
    const legs = legsOf(pairs.filter((pair) => pair.place === place));
    const lost = legs.reduce((sum, leg) => sum + leg.lost, 0);
    return { kind: 'lossy', place, lost, sent: legs.reduce((sum, leg) => sum + leg.sent, 0), legs } as const;
  });
  return unique(pairs.map(nodeOf)).flatMap((node): LegVerdict[] => {
    const [worst] = losses
      .filter(({ place, lost }) => place.vantage.node === node && lost > 0)
      .sort((a, b) => Number(a.place.control) - Number(b.place.control) || b.lost / b.sent - a.lost / a.sent);
    return worst ? [worst] : [];
  });
}

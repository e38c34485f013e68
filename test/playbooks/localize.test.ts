// localize() on leg matrices alone: which verdict a pattern of failures gets, whatever the nodes are called.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { LegResult, Place, Server } from '../../src/playbooks/dns/legs.ts';
import { type LegVerdict, localize } from '../../src/playbooks/dns/localize.ts';
import type { DnsReply } from '../../src/probes/dns-query.ts';

type State = LegResult['state'];
type Rule = (place: Place, server: Server, protocol: 'udp' | 'tcp') => State | undefined;

interface Layout {
  nodes: number;
  /** Node numbers on which a replica runs. */
  replicas: number[];
  places?: 'pods' | 'hosts' | 'both';
  rename?: (node: string) => string;
}

const same = (node: string): string => node;

function matrix({ nodes, replicas, places = 'both', rename = same }: Layout, rule: Rule): LegResult[] {
  const names = Array.from({ length: nodes }, (_, at) => rename(`n${at + 1}`));
  const servers: Server[] = [
    { kind: 'service', label: 'kube-dns', address: '10.96.0.10', port: 53 },
    ...replicas.map(
      (at): Server => ({
        kind: 'replica',
        label: `coredns-${at}`,
        address: `10.244.${at}.2`,
        port: 53,
        node: rename(`n${at}`),
      }),
    ),
  ];
  const from = names.flatMap((node): Place[] => [
    ...(places === 'hosts' ? [] : [podPlace(node)]),
    ...(places === 'pods' ? [] : [{ vantage: { kind: 'node' as const, node }, label: node, control: true }]),
  ]);
  return from.flatMap((place) =>
    servers.flatMap((server) =>
      (['udp', 'tcp'] as const).map((protocol) =>
        leg(place, server, protocol, rule(place, server, protocol) ?? 'ok'),
      ),
    ),
  );
}

const podPlace = (node: string): Place => ({
  vantage: { kind: 'pod', node, pod: { namespace: 'shop', name: `web-${node}` }, podUid: `uid-${node}` },
  label: `web-${node}`,
  control: true,
});

function leg(place: Place, server: Server, protocol: 'udp' | 'tcp', state: State): LegResult {
  const reply: DnsReply = { kind: 'timeout' };
  const base = { probe: '', vantage: { kind: 'api' as const }, at: '', ms: 1, excerpt: '' };
  const label = { topic: 'api.version' as const, params: {} };
  return {
    place,
    server,
    protocol,
    state,
    sent: state === 'unknown' ? 0 : 3,
    lost: { ok: 0, failed: 3, lossy: 1, unknown: 0 }[state],
    evidence: { ...base, label, status: 'observed', value: [reply] },
  };
}

/** Kind and culprit of each verdict, in words that a person would use. */
const summary = (verdicts: LegVerdict[]): string[] => verdicts.map(line).sort();

function line(verdict: LegVerdict): string {
  switch (verdict.kind) {
    case 'replica-unreachable':
      return `replica ${verdict.server.label}`;
    case 'protocol-blocked':
      return `${verdict.protocol} ${verdict.scope} ${verdict.scope === 'everywhere' ? '' : verdict.node}`.trim();
    case 'pod-cut-off':
    case 'lossy':
      return `${verdict.kind} ${verdict.place.label}`;
    case 'node-cut-off':
      return `${verdict.kind} ${verdict.node}${verdict.host ? ' with host' : ''}`;
    default:
      return `${verdict.kind} ${verdict.node}`;
  }
}

const at = (place: Place, node: string): boolean => place.vantage.node === node;
const isPod = ({ vantage }: Place): boolean => vantage.kind === 'pod';
const failedIf = (condition: boolean): State => (condition ? 'failed' : 'ok');
/** Between that node and the others, either way, replicas only. */
const between = (node: string) => (place: Place, server: Server) =>
  failedIf(server.kind === 'replica' && (server.node === node) !== at(place, node));

interface Row {
  title: string;
  layout: Layout;
  rule: Rule;
  verdicts: string[];
}

const three: Layout = { nodes: 3, replicas: [1, 2] };

const rows: Row[] = [
  { title: 'all legs work', layout: three, rule: () => 'ok', verdicts: [] },
  { title: 'no leg could be seen', layout: three, rule: () => 'unknown', verdicts: [] },
  {
    title: 'one node is unseen and the rest works',
    layout: three,
    rule: (place) => (at(place, 'n3') ? 'unknown' : 'ok'),
    verdicts: [],
  },
  {
    title: 'one of two replicas is cut off with its node',
    layout: three,
    rule: between('n2'),
    verdicts: ['replica coredns-2'],
  },
  {
    title: 'one of two replicas is dead for everybody, its own node included',
    layout: three,
    rule: (_place, { label }) => failedIf(label === 'coredns-2'),
    verdicts: ['replica coredns-2'],
  },
  {
    title: 'one of three replicas in five nodes is cut off',
    layout: { nodes: 5, replicas: [1, 2, 4] },
    rule: between('n4'),
    verdicts: ['replica coredns-4'],
  },
  {
    title: 'two of three replicas are dead',
    layout: { nodes: 5, replicas: [1, 2, 4] },
    rule: (_place, { label }) => failedIf(label === 'coredns-1' || label === 'coredns-4'),
    verdicts: ['replica coredns-1', 'replica coredns-4'],
  },
  {
    title: 'a Service that loses the share of its dead replica is no fault of its own',
    layout: three,
    rule: (place, server) => (server.kind === 'service' ? 'lossy' : between('n2')(place, server)),
    verdicts: ['replica coredns-2'],
  },
  {
    title: 'UDP fails from one node to others',
    layout: three,
    rule: (place, server, protocol) =>
      failedIf(protocol === 'udp' && at(place, 'n3') && server.node !== 'n3'),
    verdicts: ['udp from-node n3'],
  },
  {
    title: 'UDP fails from one node that has a replica of its own, which it still reaches',
    layout: three,
    rule: (place, server, protocol) =>
      failedIf(protocol === 'udp' && at(place, 'n2') && server.node !== 'n2'),
    verdicts: ['udp from-node n2'],
  },
  {
    title: 'UDP fails from the pods of one node only',
    layout: three,
    rule: (place, _server, protocol) => failedIf(protocol === 'udp' && at(place, 'n3') && isPod(place)),
    verdicts: ['udp from-node n3'],
  },
  {
    title: 'UDP fails to one node',
    layout: three,
    rule: (place, server, protocol) =>
      failedIf(protocol === 'udp' && server.node === 'n2' && !at(place, 'n2')),
    verdicts: ['udp to-node n2'],
  },
  {
    title: 'UDP fails everywhere',
    layout: three,
    rule: (_place, _server, protocol) => failedIf(protocol === 'udp'),
    verdicts: ['udp everywhere'],
  },
  {
    title: 'UDP fails from all pods and no host',
    layout: three,
    rule: (place, _server, protocol) => failedIf(protocol === 'udp' && isPod(place)),
    verdicts: ['udp everywhere'],
  },
  {
    title: 'UDP fails on the only node',
    layout: { nodes: 1, replicas: [1] },
    rule: (_place, _server, protocol) => failedIf(protocol === 'udp'),
    verdicts: ['udp from-node n1'],
  },
  {
    title: 'UDP fails from one of two nodes',
    layout: { nodes: 2, replicas: [1] },
    rule: (place, _server, protocol) => failedIf(protocol === 'udp' && at(place, 'n2')),
    verdicts: ['udp from-node n2'],
  },
  {
    title: 'UDP fails from two of five nodes',
    layout: { nodes: 5, replicas: [1, 2] },
    rule: (place, _server, protocol) => failedIf(protocol === 'udp' && (at(place, 'n3') || at(place, 'n5'))),
    verdicts: ['udp from-node n3', 'udp from-node n5'],
  },
  {
    title: 'TCP fails everywhere',
    layout: three,
    rule: (_place, _server, protocol) => failedIf(protocol === 'tcp'),
    verdicts: ['tcp everywhere'],
  },
  {
    title: 'nothing answers one node',
    layout: three,
    rule: (place) => failedIf(at(place, 'n3')),
    verdicts: ['node-cut-off n3 with host'],
  },
  {
    title: 'nothing answers one node, seen from its own network only',
    layout: { ...three, places: 'hosts' },
    rule: (place) => failedIf(at(place, 'n3')),
    verdicts: ['node-cut-off n3 with host'],
  },
  {
    title: 'nothing answers the one pod of a node whose host gets answers',
    layout: three,
    rule: (place) => failedIf(at(place, 'n3') && isPod(place)),
    verdicts: ['pod-cut-off web-n3'],
  },
  {
    title: 'nothing answers anybody',
    layout: three,
    rule: () => 'failed',
    verdicts: ['node-cut-off n1 with host', 'node-cut-off n2 with host', 'node-cut-off n3 with host'],
  },
  {
    title: 'the Service is dead on one node and replicas answer',
    layout: three,
    rule: (place, server) => failedIf(server.kind === 'service' && at(place, 'n3')),
    verdicts: ['service-path n3'],
  },
  {
    title: 'the Service is dead everywhere and replicas answer',
    layout: three,
    rule: (_place, server) => failedIf(server.kind === 'service'),
    verdicts: ['service-path n1', 'service-path n2', 'service-path n3'],
  },
  {
    title: 'the Service is dead over UDP only and replicas answer over both',
    layout: three,
    rule: (place, server, protocol) =>
      failedIf(server.kind === 'service' && protocol === 'udp' && at(place, 'n1')),
    verdicts: ['service-path n1'],
  },
  {
    title: 'one pair of nodes is apart while both replicas are reached by others',
    layout: { nodes: 5, replicas: [1, 2] },
    rule: (place, server) => failedIf(at(place, 'n3') && server.node === 'n2'),
    verdicts: ['nodes-apart n3'],
  },
  {
    title: 'a share is lost on one node',
    layout: three,
    rule: (place) => (at(place, 'n2') && isPod(place) ? 'lossy' : 'ok'),
    verdicts: ['lossy web-n2'],
  },
  {
    title: 'the only replica is on the node that is cut off',
    layout: { nodes: 3, replicas: [1] },
    rule: (place) => failedIf(!at(place, 'n1')),
    verdicts: ['replica coredns-1'],
  },
];

describe('the verdict on the legs', () => {
  test.each(rows)('$title', ({ layout, rule, verdicts }) => {
    const legs = matrix(layout, rule);

    const found = localize(legs);

    expect(summary(found)).toEqual(verdicts);
  });

  test('never comes without the legs that it rests on', () => {
    for (const { layout, rule } of rows)
      for (const verdict of localize(matrix(layout, rule))) expect(verdict.legs.length).toBeGreaterThan(0);
  });

  test('does not depend on the names of nodes or the order of legs', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...rows),
        fc.shuffledSubarray(['n1', 'n2', 'n3', 'n4', 'n5'], { minLength: 5 }),
        fc.infiniteStream(fc.nat()),
        ({ layout, rule }, permuted, keys) => {
          const rename = (node: string): string => `node-${permuted.indexOf(node)}`;
          const back = (name: string): string => permuted[Number(name.slice('node-'.length))] ?? name;
          const renamed = matrix({ ...layout, rename }, (place, server, protocol) =>
            rule(
              { ...place, vantage: { ...place.vantage, node: back(place.vantage.node) } },
              server.node === undefined ? server : { ...server, node: back(server.node) },
              protocol,
            ),
          );
          const shuffled = renamed
            .map((each) => ({ each, key: keys.next().value as number }))
            .sort((a, b) => a.key - b.key)
            .map(({ each }) => each);

          const kinds = (legs: LegResult[]): string[] =>
            localize(legs)
              .map(({ kind }) => kind)
              .sort();

          expect(kinds(shuffled)).toEqual(kinds(matrix(layout, rule)));
        },
      ),
    );
  });

  test('is reached for any matrix whatever, with legs and without throwing', () => {
    const states = fc.constantFrom<State>('ok', 'failed', 'lossy', 'unknown');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(states, { minLength: 100, maxLength: 100 }),
        (nodes, drawn) => {
          let next = 0;
          const legs = matrix({ nodes, replicas: nodes > 1 ? [1, 2] : [1] }, () => drawn[next++] ?? 'ok');

          const found = localize(legs);

          for (const verdict of found) expect(verdict.legs.length).toBeGreaterThan(0);
          const troubled = legs.some(({ state }) => state === 'failed' || state === 'lossy');
          if (!troubled) expect(found).toEqual([]);
        },
      ),
    );
  });

  test('is never empty while a leg that was seen fails, so that a failure cannot read as fine', () => {
    const states = fc.constantFrom<State>('ok', 'failed');
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 4 }),
        fc.array(states, { minLength: 100, maxLength: 100 }),
        (nodes, drawn) => {
          let next = 0;
          const legs = matrix({ nodes, replicas: nodes > 1 ? [1, 2] : [1] }, () => drawn[next++] ?? 'ok');

          const found = localize(legs);

          expect(found.length > 0).toBe(legs.some(({ state }) => state === 'failed'));
        },
      ),
    );
  });
});

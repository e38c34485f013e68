// Routes of a node or a pod: the tables as they stand, and what the kernel itself would do with a packet for one address.

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { jsonOutput, type ProgramOutput, programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.routes': Record<string, never>;
    'network.route-to': { address: string };
  }
}

export interface Route {
  /** unicast, blackhole, unreachable, prohibit, ...; those of the tables `local` and `multicast` are left out. */
  type: string;
  /** CIDR, an address, `default` (IPv4) or `::/0` (the default of IPv6). */
  destination: string;
  /** An IPv4 route may have an IPv6 one. */
  gateway?: string;
  /** Absent for routes that throw packets away. */
  device?: string;
  /** Name or number of the table; `main` is the usual one. */
  table: string;
  /** Who put it there: kernel, static, bird, 80 (Felix), ... */
  protocol: string;
  onlink: boolean;
  metric: number;
  source?: string;
  mtu?: number;
  /** RTNH_F_DEAD: the kernel does not use it. One whose link is merely down (`linkdown`) is used all the same. */
  dead: boolean;
}

export type RouteDecision =
  | { kind: 'route'; device: string; gateway?: string; source?: string; mtu?: number }
  /** ENETUNREACH: no route matches. */
  | { kind: 'no-route' }
  /** A blackhole, unreachable or prohibit route matches. */
  | { kind: 'rejected'; detail: string };

export const readRoutes = (vantage: NetworkVantage): Probe<Route[]> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', '-d', 'route', 'show', 'table', 'all'],
    label: { topic: 'network.routes', params: {} },
    timeoutMs: 5000,
    parse: parseRoutes,
  });

/** `address` as the packet leaves this network namespace; forwarded packets may be treated by other rules. */
export const readRouteTo = (vantage: NetworkVantage, address: string): Probe<RouteDecision> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', 'route', 'get', address],
    label: { topic: 'network.route-to', params: { address } },
    timeoutMs: 5000,
    parse: parseRouteTo,
  });

const Hop = z.object({
  gateway: z.string().optional(),
  /** In place of `gateway` when that is of the other family. */
  via: z.object({ host: z.string() }).optional(),
  dev: z.string().optional(),
  flags: z.array(z.string()).default([]),
});

const RouteEntry = Hop.extend({
  type: z.string().default('unicast'),
  dst: z.string(),
  table: z.union([z.string(), z.number()]).default('main'),
  protocol: z.union([z.string(), z.number()]).default(''),
  metric: z.number().default(0),
  prefsrc: z.string().optional(),
  metrics: z.array(z.object({ mtu: z.number().optional() })).default([]),
  nexthops: z.array(Hop).default([]),
  /** Router preference, which only IPv6 routes have. */
  pref: z.string().optional(),
});

/** A route over several paths is one entry a path. Exported for its tests on captured output. */
export function parseRoutes(raw: RawAnswer): Route[] {
  const parsed = z.array(RouteEntry).safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data
    .filter(({ table, type }) => table !== 'local' && type !== 'multicast')
    .flatMap((entry) =>
      (entry.nexthops.length > 0 ? entry.nexthops : [entry]).map((hop) => toRoute(entry, hop)),
    );
}

const toRoute = (entry: z.infer<typeof RouteEntry>, hop: z.infer<typeof Hop>): Route => ({
  type: entry.type,
  destination: entry.dst === 'default' && entry.pref !== undefined ? '::/0' : entry.dst,
  ...optional('gateway', hop.gateway ?? hop.via?.host),
  ...optional('device', hop.dev),
  table: String(entry.table),
  protocol: String(entry.protocol),
  onlink: hop.flags.includes('onlink'),
  metric: entry.metric,
  ...optional('source', entry.prefsrc),
  ...optional('mtu', mtuOf(entry.metrics)),
  dead: hop.flags.includes('dead'),
});

/** Exported for its tests on captured output. */
export function parseRouteTo(raw: RawAnswer): RouteDecision {
  const output = programOutput(raw);
  if (output.code === 0) return decisionOf(output);
  const said = output.stderr.trim();
  if (said.includes('Network is unreachable')) return { kind: 'no-route' };
  // blackhole answers EINVAL, unreachable EHOSTUNREACH, prohibit EACCES (net/ipv4/fib_semantics.c, fib_props).
  if (/Invalid argument|No route to host|Permission denied/.test(said))
    return { kind: 'rejected', detail: said.replace(/^RTNETLINK answers: /, '') };
  throw new Unparsable(said.slice(0, 200) || `exit code ${output.code}`);
}

function decisionOf(output: ProgramOutput): RouteDecision {
  const parsed = z.array(RouteEntry).safeParse(jsonOutput(output));
  const [first] = parsed.data ?? [];
  if (!first) throw new Unparsable('expected one route');
  return {
    kind: 'route',
    device: first.dev ?? '',
    ...optional('gateway', first.gateway ?? first.via?.host),
    ...optional('source', first.prefsrc),
    ...optional('mtu', mtuOf(first.metrics)),
  };
}

const mtuOf = (metrics: { mtu?: number | undefined }[]): number | undefined =>
  metrics.find(({ mtu }) => mtu !== undefined)?.mtu;

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

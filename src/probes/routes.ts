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
  /** CIDR, an address, or `default`. */
  destination: string;
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
  /** RTNH_F_DEAD or LINKDOWN: the kernel does not use it. */
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

const RouteEntry = z.object({
  type: z.string().default('unicast'),
  dst: z.string(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
  table: z.union([z.string(), z.number()]).default('main'),
  protocol: z.union([z.string(), z.number()]).default(''),
  flags: z.array(z.string()).default([]),
  metric: z.number().default(0),
  prefsrc: z.string().optional(),
  metrics: z.array(z.object({ mtu: z.number().optional() })).default([]),
});

/** Exported for its tests on captured output. */
export function parseRoutes(raw: RawAnswer): Route[] {
  const parsed = z.array(RouteEntry).safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data
    .filter(({ table, type }) => table !== 'local' && type !== 'multicast')
    .map((entry) => ({
      type: entry.type,
      destination: entry.dst,
      ...optional('gateway', entry.gateway),
      ...optional('device', entry.dev),
      table: String(entry.table),
      protocol: String(entry.protocol),
      onlink: entry.flags.includes('onlink'),
      metric: entry.metric,
      ...optional('source', entry.prefsrc),
      ...optional('mtu', mtuOf(entry.metrics)),
      dead: entry.flags.includes('dead') || entry.flags.includes('linkdown'),
    }));
}

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
  const parsed = z
    .array(
      z.object({
        type: z.string().optional(),
        dev: z.string().default(''),
        gateway: z.string().optional(),
        prefsrc: z.string().optional(),
        metrics: z.array(z.object({ mtu: z.number().optional() })).default([]),
      }),
    )
    .safeParse(jsonOutput(output));
  const [first] = parsed.data ?? [];
  if (!first) throw new Unparsable('expected one route');
  return {
    kind: 'route',
    device: first.dev,
    ...optional('gateway', first.gateway),
    ...optional('source', first.prefsrc),
    ...optional('mtu', mtuOf(first.metrics)),
  };
}

const mtuOf = (metrics: { mtu?: number | undefined }[]): number | undefined =>
  metrics.find(({ mtu }) => mtu !== undefined)?.mtu;

function optional<K extends string, V>(key: K, value: V | undefined): Partial<Record<K, V>> {
  return value === undefined ? {} : ({ [key]: value } as Record<K, V>);
}

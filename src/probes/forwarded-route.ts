// What the kernel would do with a packet that comes in by one interface and is for somewhere else: policy rules, the
// reverse-path filter and forwarding settings are all asked, which no table alone tells (`ip route get … from … iif …`).

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { jsonOutput, programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.forwarded-route': { from: string; to: string };
  }
}

export interface ForwardedPacket {
  from: string;
  to: string;
  /** The interface by which it comes in. */
  device: string;
}

export type ForwardedRoute =
  /** `table`: absent for the tables `main` and `local`. */
  | { kind: 'route'; device: string; gateway?: string; table?: string }
  /** Filtered, not forwarded, or thrown away by a route; the kernel tells these apart by an error number at best. */
  | { kind: 'rejected'; detail: string }
  | { kind: 'no-device' };

export const readForwardedRoute = (
  vantage: NetworkVantage,
  { from, to, device }: ForwardedPacket,
): Probe<ForwardedRoute> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', 'route', 'get', to, 'from', from, 'iif', device],
    label: { topic: 'network.forwarded-route', params: { from, to } },
    timeoutMs: 5000,
    parse: parseForwardedRoute,
  });

const Entry = z.object({
  dev: z.string().default(''),
  gateway: z.string().optional(),
  table: z.union([z.string(), z.number()]).optional(),
});

/** Exported for its tests on captured output. */
export function parseForwardedRoute(raw: RawAnswer): ForwardedRoute {
  const output = programOutput(raw);
  const said = output.stderr.trim();
  if (said.startsWith('Cannot find device')) return { kind: 'no-device' };
  if (said.startsWith('RTNETLINK answers: '))
    return { kind: 'rejected', detail: said.replace('RTNETLINK answers: ', '') };
  const [route] = z.array(Entry).safeParse(jsonOutput(output)).data ?? [];
  if (!route) throw new Unparsable('expected one route');
  return {
    kind: 'route',
    device: route.dev,
    ...(route.gateway !== undefined && { gateway: route.gateway }),
    ...(route.table !== undefined && { table: String(route.table) }),
  };
}

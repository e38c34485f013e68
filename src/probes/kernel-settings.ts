// Settings and counters of a network namespace's IP stack: forwarding and reverse-path filters per interface
// (`ip -j netconf`), and the kernel's own counters of what it dropped (`nstat`).

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { jsonOutput, programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.settings': Record<string, never>;
    'network.counters': Record<string, never>;
  }
}

/** IPv4 settings of one interface; `all` and `default` are entries of their own. */
export interface InterfaceSettings {
  interface: string;
  forwarding: boolean;
  /** The stricter of this and `all`'s is in force (Documentation/networking/ip-sysctl.rst). */
  rpFilter: 'off' | 'strict' | 'loose';
}

export const readSettings = (vantage: NetworkVantage): Probe<InterfaceSettings[]> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', 'netconf', 'show'],
    label: { topic: 'network.settings', params: {} },
    timeoutMs: 5000,
    parse: parseSettings,
  });

const Netconf = z.object({
  family: z.string(),
  interface: z.string().optional(),
  forwarding: z.boolean().default(false),
  rp_filter: z.enum(['off', 'strict', 'loose']).default('off'),
});

/** Exported for its tests on captured output. */
export function parseSettings(raw: RawAnswer): InterfaceSettings[] {
  const parsed = z.array(Netconf).safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data
    .filter(({ family }) => family === 'inet')
    .map((entry) => ({
      interface: entry.interface ?? 'all',
      forwarding: entry.forwarding,
      rpFilter: entry.rp_filter,
    }));
}

/** Name as in /proc/net/snmp and /proc/net/netstat, joined: `IpForwDatagrams`, `TcpExtIPReversePathFilter`. */
export type KernelCounters = Record<string, number>;

/** `run`: tells a reading before from one after. */
export const readCounters = (vantage: NetworkVantage, run: string): Probe<KernelCounters> =>
  programProbe({
    vantage,
    // -s: it must not write a history of its own.
    argv: ['nstat', '-jazs'],
    label: { topic: 'network.counters', params: {} },
    timeoutMs: 5000,
    run,
    parse: parseCounters,
  });

/** Exported for its tests on captured output. */
export function parseCounters(raw: RawAnswer): KernelCounters {
  const parsed = z
    .object({ kernel: z.record(z.string(), z.number()) })
    .safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data.kernel;
}

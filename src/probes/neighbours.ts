// Neighbour (ARP, NDP) and bridge forwarding (FDB) entries of a node or a pod, and who answers for an address on a link.

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { jsonOutput, programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.neighbours': Record<string, never>;
    'network.fdb': Record<string, never>;
    'network.owners': { address: string; device: string };
  }
}

export interface Neighbour {
  address: string;
  device: string;
  /** Absent while it is not (or no longer) known. Lower case. */
  mac?: string;
  /** NUD states: REACHABLE, STALE, FAILED, INCOMPLETE, PERMANENT, ... */
  states: string[];
}

export interface ForwardingEntry {
  mac: string;
  device: string;
  /** Where a tunnel device sends frames for that MAC. Absent on plain bridge ports. */
  destination?: string;
  master?: string;
  permanent: boolean;
}

export const readNeighbours = (vantage: NetworkVantage): Probe<Neighbour[]> =>
  programProbe({
    vantage,
    argv: ['ip', '-j', 'neigh', 'show'],
    label: { topic: 'network.neighbours', params: {} },
    timeoutMs: 5000,
    parse: parseNeighbours,
  });

export const readForwarding = (vantage: NetworkVantage): Probe<ForwardingEntry[]> =>
  programProbe({
    vantage,
    argv: ['bridge', '-j', 'fdb', 'show'],
    label: { topic: 'network.fdb', params: {} },
    timeoutMs: 5000,
    parse: parseForwarding,
  });

/** MACs that answer ARP for an IPv4 address on one device: none, the owner, or several owners. */
export const readOwners = (vantage: NetworkVantage, device: string, address: string): Probe<string[]> =>
  programProbe({
    vantage,
    argv: ['arping', '-c', '2', '-w', '2', '-I', device, address],
    label: { topic: 'network.owners', params: { address, device } },
    timeoutMs: 4000,
    parse: parseOwners,
  });

const NeighbourEntry = z.object({
  dst: z.string(),
  dev: z.string().default(''),
  lladdr: z.string().optional(),
  state: z.array(z.string()).default([]),
});

/** Exported for its tests on captured output. */
export function parseNeighbours(raw: RawAnswer): Neighbour[] {
  const parsed = z.array(NeighbourEntry).safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data.map(({ dst, dev, lladdr, state }) => ({
    address: dst,
    device: dev,
    ...(lladdr === undefined ? {} : { mac: lladdr.toLowerCase() }),
    states: state,
  }));
}

const FdbEntry = z.object({
  mac: z.string(),
  ifname: z.string(),
  dst: z.string().optional(),
  master: z.string().optional(),
  state: z.string().default(''),
});

/** Exported for its tests on captured output. */
export function parseForwarding(raw: RawAnswer): ForwardingEntry[] {
  const parsed = z.array(FdbEntry).safeParse(jsonOutput(programOutput(raw)));
  if (!parsed.success) throw new Unparsable(z.prettifyError(parsed.error).slice(0, 300));
  return parsed.data.map(({ mac, ifname, dst, master, state }) => ({
    mac: mac.toLowerCase(),
    device: ifname,
    ...(dst === undefined ? {} : { destination: dst }),
    ...(master === undefined ? {} : { master }),
    permanent: state === 'permanent',
  }));
}

/** Exported for its tests on captured output. iputils arping: `Unicast reply from 10.1.0.5 [AA:BB:…] 0.6ms`. */
export function parseOwners(raw: RawAnswer): string[] {
  const output = programOutput(raw);
  // 0: answered, 1: nobody answered (arping(8)).
  if (output.code !== 0 && output.code !== 1)
    throw new Unparsable(output.stderr.trim().slice(0, 200) || `exit code ${output.code}`);
  const macs = [...output.stdout.matchAll(/reply from \S+ \[([0-9A-Fa-f:]+)\]/g)].map(([, mac]) =>
    (mac ?? '').toLowerCase(),
  );
  return [...new Set(macs)];
}

// Sockets that wait for connections (TCP) or packets (UDP) in a pod's or node's network: `ss -Htuln` of iproute2.

import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'network.listeners': Record<string, never>;
  }
}

export interface Listener {
  protocol: 'tcp' | 'udp';
  /** `0.0.0.0` is any of IPv4, `::` any of IPv6, `*` any of both. Without a zone (`%eth0`). */
  address: string;
  port: number;
  /** What the program has not taken yet: bytes that came in (UDP), connections that the kernel has accepted (TCP). */
  waiting: number;
}

export const readListeners = (vantage: NetworkVantage): Probe<Listener[]> =>
  programProbe({
    vantage,
    argv: ['ss', '-Htuln'],
    label: { topic: 'network.listeners', params: {} },
    timeoutMs: 5000,
    parse: parseListeners,
  });

/** Exported for its tests on captured output. Columns: protocol, state, receive queue, send queue, local, peer. */
export function parseListeners(raw: RawAnswer): Listener[] {
  const { code, stdout, stderr } = programOutput(raw);
  if (code !== 0) throw new Unparsable(stderr.trim().slice(0, 200) || `exit code ${code}`);
  return stdout.split('\n').flatMap((line): Listener[] => {
    const [protocol, , waiting, , local = ''] = line.trim().split(/\s+/);
    if (protocol !== 'tcp' && protocol !== 'udp') return [];
    const [, address = '', port = ''] = /^(.*):(\d+)$/.exec(local) ?? [];
    return [
      {
        ...{ protocol, address: address.replace(/^\[|\]$/g, '').replace(/%.*$/, ''), port: Number(port) },
        waiting: Number(waiting) || 0,
      },
    ];
  });
}

/** Whether a packet for that address would find the socket: `::` is of a socket for IPv6 only, `*` takes both. */
export const accepts = (listener: Listener, address: string): boolean =>
  ['*', address, ...(address.includes(':') ? ['::'] : ['0.0.0.0', `::ffff:${address}`])].includes(
    listener.address,
  );

// How long each of some echo requests took, one by one: an average hides the slow one. Whether an address can be reached
// at all, and why not, is the question of `reachability.ts`.

import type { Probe } from '../diagnosis/probe.ts';
import { type NetworkVantage, vantageOf } from './network-vantage.ts';
import { pingAddress } from './reachability.ts';

export interface RoundTrips {
  /** Milliseconds, of the requests that were answered. */
  answeredMs: number[];
  lost: number;
}

const TIMES = 5;

export function timeRoundTrips(vantage: NetworkVantage, address: string, to: string): Probe<RoundTrips> {
  const ping = pingAddress({ vantage, address, to, times: TIMES });
  return {
    ...ping,
    id: `round-trips ${ping.id}`,
    vantage: vantageOf(vantage),
    parse(raw) {
      // A kernel without a route refuses before anything is sent; those are lost as well.
      const { received } = ping.parse(raw);
      const output = raw.kind === 'exited' ? raw.stdout : '';
      const answeredMs = [...output.matchAll(/^\d+ bytes from .* time=([\d.]+) ms$/gm)].map(([, ms]) =>
        Number(ms),
      );
      return { answeredMs: answeredMs.slice(0, received), lost: TIMES - received };
    },
  };
}

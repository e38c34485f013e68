// How many addresses of a node's range host-local has given away, by the folder in which it keeps one file for each.

import { type Ipv4Range, ipv4Range, rangeContains } from '../../probes/ipv4-range.ts';
import type { FolderListing } from '../../probes/node-files.ts';

export interface AddressUse {
  /** Without the network's own address, the gateway's and the last one, which is for broadcasts. */
  capacity: number;
  used: number;
}

/** Undefined: the range is none of IPv4. */
export function addressUse(range: string, folder: FolderListing): AddressUse | undefined {
  const usable = usableRange(range);
  if (!usable) return undefined;
  const used = folder.entries.filter(({ name }) => {
    const address = ipv4Range(name);
    return address !== undefined && rangeContains(usable, address);
  }).length;
  return { capacity: usable.high - usable.low + 1, used };
}

/** What host-local gives to pods. Undefined: the range is none of IPv4. */
export function usableRange(range: string): Ipv4Range | undefined {
  const whole = ipv4Range(range);
  return whole && { low: whole.low + 2, high: whole.high - 1 };
}

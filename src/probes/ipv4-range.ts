// Ranges of IPv4 addresses: an address, a network (CIDR), or `low-high`. What is written otherwise (IPv6, a set) is no
// range here, and says so.

export interface Ipv4Range {
  low: number;
  high: number;
}

export function ipv4Range(text: string): Ipv4Range | undefined {
  const [from = '', to] = text.split('-');
  if (to !== undefined) {
    const [low, high] = [ipv4Range(from), ipv4Range(to)];
    return low && high && { low: low.low, high: high.high };
  }
  const [, address = '', length = '32'] = /^((?:\d+\.){3}\d+)(?:\/(\d+))?$/.exec(text) ?? [];
  if (address === '') return undefined;
  const size = 2 ** (32 - Number(length));
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
  const low = Math.floor(number / size) * size;
  return { low, high: low + size - 1 };
}

export const rangesOverlap = (a: Ipv4Range, b: Ipv4Range): boolean => a.low <= b.high && b.low <= a.high;

export const rangeContains = (outer: Ipv4Range, inner: Ipv4Range): boolean =>
  outer.low <= inner.low && inner.high <= outer.high;

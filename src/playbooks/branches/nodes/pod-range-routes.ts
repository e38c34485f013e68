// Which route of a node's tables takes packets for a range of pods. Of the table `main` alone: whether a policy rule has
// another one looked up first is asked of the kernel (probes/forwarded-route.ts). IPv4 only. Pure.

import { ipv4Range, rangeContains } from '../../../probes/ipv4-range.ts';
import type { Route } from '../../../probes/routes.ts';

/** With its words as `ip route` would print them. */
export type WordedRoute = Route & { text: string };

export interface RoutesOver {
  /** The narrowest one that covers the whole range. Undefined: none does. */
  whole: WordedRoute | undefined;
  /** Narrower ones, which take a part of the range out of it. */
  parts: WordedRoute[];
}

/** Undefined for ranges that are not IPv4. */
export function routesOver(routes: Route[], range: string): RoutesOver | undefined {
  const wanted = ipv4Range(range);
  if (!wanted) return undefined;
  const ranged = routes
    .filter(({ table, dead }) => table === 'main' && !dead)
    .flatMap((route) => {
      const covered = route.destination === 'default' ? ipv4Range('0.0.0.0/0') : ipv4Range(route.destination);
      return covered ? [{ route, covered, size: covered.high - covered.low }] : [];
    })
    .sort((a, b) => a.size - b.size || a.route.metric - b.route.metric);
  const size = wanted.high - wanted.low;
  return {
    whole: worded(ranged.find(({ covered }) => rangeContains(covered, wanted))?.route),
    parts: ranged
      .filter((each) => each.size < size && rangeContains(wanted, each.covered))
      .flatMap(({ route }) => worded(route) ?? []),
  };
}

function worded(route: Route | undefined): WordedRoute | undefined {
  if (!route) return undefined;
  const words = [
    route.type === 'unicast' ? '' : route.type,
    route.destination,
    route.gateway === undefined ? '' : `via ${route.gateway}`,
    route.device === undefined ? '' : `dev ${route.device}`,
  ];
  return { ...route, text: words.filter((word) => word !== '').join(' ') };
}

// Does kube-proxy on a node live and keep up, and how does it carry Services? Its own endpoints, asked on the node itself.

import type { NodeFacts } from '../diagnosis/facts.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import { fetchText } from './http-text.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'kube-proxy.health': Record<string, never>;
  }
}

export type KubeProxyHealth =
  | { kind: 'healthy' }
  /** It answers, and says that its rules are behind. */
  | { kind: 'behind' }
  /** Nothing listens: not running, or without the endpoint. */
  | { kind: 'refused' }
  /** The connection opens and nothing comes back: stopped or hanging. */
  | { kind: 'silent' };

// Default of --healthz-bind-address (kubernetes cmd/kube-proxy/app/options.go); distributions keep it.
const HEALTH_PORT = 10256;
const TIMEOUT_S = 2;

export function readKubeProxyHealth(node: NodeFacts): Probe<KubeProxyHealth> {
  const host = node.addresses[0] ?? '127.0.0.1';
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${HEALTH_PORT}/healthz`;
  return {
    id: `kube-proxy.health@${node.name}`,
    label: { topic: 'kube-proxy.health', params: {} },
    vantage: { kind: 'node', node: node.name },
    question: {
      via: 'node',
      node: node.name,
      netns: 'host',
      command: {
        kind: 'run',
        argv: ['curl', '-s', '-m', String(TIMEOUT_S), '-o', '/dev/null', '-w', '%{http_code}', url],
      },
      timeoutMs: TIMEOUT_S * 1000 + 1000,
    },
    parse: (raw) => {
      if (raw.kind !== 'exited') throw new Unparsable(`expected curl's output, got ${raw.kind}`);
      // curl(1): 7 could not connect, 28 time-out.
      if (raw.code === 7) return { kind: 'refused' };
      if (raw.code === 28) return { kind: 'silent' };
      if (raw.code !== 0) throw new Unparsable(`curl ended with ${raw.code}`);
      return { kind: raw.stdout.trim() === '200' ? 'healthy' : 'behind' };
    },
  };
}

const METRICS_PORT = 10249;

/**
 * `iptables`, `ipvs` or `nftables`: what it uses, whatever its settings ask for. It listens on the loopback address by
 * default, or where --metrics-bind-address says (kubernetes cmd/kube-proxy/app/options.go).
 */
export const readKubeProxyMode = (node: string, address: string): Probe<string> =>
  fetchText({
    ...{ node, address, port: METRICS_PORT, path: '/proxyMode', to: 'kube-proxy' },
    parse: (text) => {
      if (!/^[a-z]{3,20}$/.test(text.trim())) throw new Unparsable('this is no mode of kube-proxy');
      return text.trim();
    },
  });

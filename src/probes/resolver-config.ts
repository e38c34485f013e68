// How names are resolved on a node and in a pod: the pod's resolv.conf as it sees it, and the kubelet's settings
// from which it was made. Parsers follow resolv.conf(5).

import { z } from 'zod';
import type { RawAnswer } from '../cluster/access.ts';
import { describeVantage, type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { PodRef } from '../diagnosis/target.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'resolver.pod-file': { pod: PodRef };
    'resolver.kubelet': Record<string, never>;
  }
}

export interface ResolvConf {
  nameservers: string[];
  search: string[];
  /** Names with fewer dots are tried with the search list first. resolv.conf(5): 1 when not set. */
  ndots: number;
  options: string[];
}

export interface KubeletSettings {
  clusterDns: string[];
  clusterDomain: string;
  /** Path that pods with dnsPolicy Default inherit. */
  resolvConfPath: string;
  /** Its content; empty when it could not be read. */
  resolvConf: string;
  maxPods: number;
}

const TIMEOUT_MS = 2000;

export function readPodResolvConf(node: string, pod: PodRef, podUid: string): Probe<ResolvConf> {
  const vantage = { kind: 'pod', node, pod } as const;
  return {
    id: `resolver.pod-file@${describeVantage(vantage)}`,
    label: { topic: 'resolver.pod-file', params: { pod } },
    vantage,
    question: {
      via: 'node',
      node,
      netns: { podUid },
      command: { kind: 'read-pod-file', path: '/etc/resolv.conf' },
      timeoutMs: TIMEOUT_MS,
    },
    parse: (raw) => {
      if (raw.kind !== 'text') throw new Unparsable(`expected a file, got ${raw.kind}`);
      return parseResolvConf(raw.text);
    },
  };
}

export function readKubeletSettings(node: string): Probe<KubeletSettings> {
  return {
    id: `resolver.kubelet@${node}`,
    label: { topic: 'resolver.kubelet', params: {} },
    vantage: { kind: 'node', node },
    question: {
      via: 'node',
      node,
      netns: 'host',
      command: { kind: 'kubelet-settings' },
      timeoutMs: TIMEOUT_MS,
    },
    parse: parseKubeletSettings,
  };
}

const Settings = z.object({
  clusterDns: z.array(z.string()),
  clusterDomain: z.string(),
  resolvConfPath: z.string(),
  resolvConf: z.string(),
  maxPods: z.number(),
});

function parseKubeletSettings(raw: RawAnswer): KubeletSettings {
  if (raw.kind !== 'object') throw new Unparsable(`expected settings, got ${raw.kind}`);
  const settings = Settings.safeParse(raw.object);
  if (!settings.success) throw new Unparsable(z.prettifyError(settings.error));
  return settings.data;
}

export function parseResolvConf(text: string): ResolvConf {
  const conf: ResolvConf = { nameservers: [], search: [], ndots: 1, options: [] };
  for (const line of text.split('\n')) {
    const [keyword, ...values] = line
      .replace(/[#;].*$/, '')
      .trim()
      .split(/\s+/);
    switch (keyword) {
      case 'nameserver':
        conf.nameservers.push(...values.slice(0, 1));
        break;
      case 'search':
      case 'domain':
        // The last of several lines wins.
        conf.search = values;
        break;
      case 'options':
        conf.options.push(...values);
        break;
    }
  }
  const ndots = conf.options.findLast((option) => option.startsWith('ndots:'));
  const dots = Number.parseInt(ndots?.slice('ndots:'.length) ?? '', 10);
  if (Number.isInteger(dots)) conf.ndots = dots;
  return conf;
}

/** The names that a resolver tries, in order, for a name as an application writes it. */
export function lookupOrder(name: string, conf: ResolvConf): string[] {
  if (name.endsWith('.')) return [name];
  const dots = name.split('.').length - 1;
  const expanded = conf.search.map((suffix) => (suffix === '.' ? `${name}.` : `${name}.${suffix}.`));
  return dots >= conf.ndots ? [`${name}.`, ...expanded] : [...expanded, `${name}.`];
}

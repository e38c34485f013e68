// Foreign labels within bounds, and the questions that routing and silences ask of them: which of them name a place, and
// which only name the exporter that saw it. Names are checked here before they become anything else.

import { isIP } from 'node:net';
import { isNamespaceName, isObjectName, type PodRef } from '../diagnosis/target.ts';

export type Labels = Record<string, string>;

const MAX_LABELS = 64;
const MAX_NAME_CHARS = 256;
const MAX_VALUE_CHARS = 1024;

/** Labels that say where something is. Those of an exporter's own place are taken out by `placeLabels`. */
const PLACES = [
  'namespace',
  'pod',
  'exported_namespace',
  'exported_pod',
  'node',
  'exported_node',
  'instance',
  'daemonset',
  'deployment',
] as const;

// Kept however many others there are.
const NEEDED: ReadonlySet<string> = new Set([...PLACES, 'alertname', 'job', 'reason', 'device']);

export const boundText = (text: string): string => text.slice(0, MAX_VALUE_CHARS).toWellFormed();

/** Whether this may be only the beginning of what was sent. */
export const mayBeCut = (value: string): boolean => value.length >= MAX_VALUE_CHARS;

export function boundLabels(labels: Labels, clusterLabel: string): Labels {
  const named = Object.entries(labels).filter(([name]) => name.length <= MAX_NAME_CHARS);
  const kept = named.filter(([name], at) => at < MAX_LABELS || NEEDED.has(name) || name === clusterLabel);
  return Object.fromEntries(kept.map(([name, value]) => [name, boundText(value)]));
}

/**
 * The labels of it that name the place of the alert. An exporter that is asked for many places, as kube-state-metrics, has
 * its own place in `instance`; and in `namespace` and `pod` too as soon as there are `exported_` ones, for these are the
 * metric's own.
 */
export function placeLabels(labels: Labels): Labels {
  const exported = 'exported_namespace' in labels || 'exported_pod' in labels;
  const misleading = new Set([
    ...(exported || isOfExporter(labels) ? ['namespace', 'pod'] : []),
    ...(seesOthers(labels) ? ['instance'] : []),
    ...('exported_node' in labels ? ['node'] : []),
  ]);
  const named = PLACES.filter((name) => labels[name] && !misleading.has(name));
  return Object.fromEntries(named.map((name) => [name, labels[name] as string]));
}

export function podOf(labels: Labels): PodRef | undefined {
  const place = placeLabels(labels);
  const namespace = place.exported_namespace ?? place.namespace ?? '';
  const name = place.exported_pod ?? place.pod ?? '';
  return isNamespaceName(namespace) && isObjectName(name) ? { namespace, name } : undefined;
}

/** The node that a label names. */
export function nodeOf(labels: Labels): string | undefined {
  const { node, exported_node } = placeLabels(labels);
  return [exported_node, node].find((name) => name !== undefined && isObjectName(name));
}

/** The node by its label, else by the address that was asked: only for exporters that stand in the network of their node. */
export function hostOf(labels: Labels): string | undefined {
  const address = withoutPort(placeLabels(labels).instance ?? '');
  return nodeOf(labels) ?? (isHost(address) ? address : undefined);
}

/** Whether its `instance` is an address of a node, as far as the job tells. */
export const isAskedOnHost = ({ job = '' }: Labels): boolean => HOST_JOB.test(job);

/** `10.0.0.5:9100`, `[fd00::5]:9100`, `n1.example:9100`, or any of them without a port. */
function withoutPort(instance: string): string {
  const bracketed = /^\[([^\]]+)\](?::\d+)?$/.exec(instance)?.[1];
  if (bracketed !== undefined) return bracketed;
  return isIP(instance) ? instance : instance.replace(/:\d+$/, '');
}

// A loopback address is that of everybody.
const isHost = (address: string): boolean =>
  (isIP(address) !== 0 || isObjectName(address)) && !/^(127\.|0\.0\.0\.0$|::1?$|localhost$)/.test(address);

// Exporters that tell about other places than their own.
const OBSERVER = /(?:^|[-/])(kube-state-metrics|ksm|blackbox|pushgateway|prometheus|cni-triage)(?:$|[-/])/;
// Exporters that stand in the network of their node.
const HOST_JOB =
  /(^|[-/])(node|node-exporter|kubelet|cadvisor|kube-proxy|calico-node|felix.*|cilium-agent|kube-flannel.*)$/;

const seesOthers = ({ job = '' }: Labels): boolean => OBSERVER.test(job);

/** Whether `namespace` and `pod` are those of the exporter itself, which the scrape adds where the metric has none. */
function isOfExporter({ job = '', pod = '' }: Labels): boolean {
  const exporter = OBSERVER.exec(job)?.[1] ?? (/node-exporter/.test(job) ? 'node-exporter' : undefined);
  return exporter !== undefined && pod.includes(exporter);
}

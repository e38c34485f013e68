// Single words of the grammar that name something in a cluster: pods, nodes, names, destinations. Every name is checked
// here, before anything else sees it.

import { z } from 'zod';
import {
  type Destination,
  isDnsName,
  isNamespaceName,
  isObjectName,
  type PodRef,
  type Protocol,
} from '../diagnosis/target.ts';
import type { GrammarRefusal } from './intent.ts';

/** A refusal before somebody looked for the nearest valid form. */
export type Problem = GrammarRefusal extends infer R
  ? R extends unknown
    ? Omit<R, 'nearest'>
    : never
  : never;

export type Read<T> = { ok: true; value: T } | { ok: false; problem: Problem };

export const read = <T>(value: T): Read<T> => ({ ok: true, value });

export const unexpected = (word: string): { ok: false; problem: Problem } => ({
  ok: false,
  problem: { kind: 'unexpected', word },
});

export const missing = (
  what: Extract<GrammarRefusal, { kind: 'missing' }>['what'],
): { ok: false; problem: Problem } => ({ ok: false, problem: { kind: 'missing', what } });

const invalid = (
  what: Extract<GrammarRefusal, { kind: 'invalid-name' }>['what'],
  text: string,
): { ok: false; problem: Problem } => ({ ok: false, problem: { kind: 'invalid-name', what, text } });

export function readPod(word: string): Read<PodRef> {
  const [namespace = '', name, ...rest] = word.split('/');
  if (name === undefined || rest.length > 0) return invalid('pod', word);
  if (!isNamespaceName(namespace)) return invalid('namespace', namespace);
  return isObjectName(name) ? read({ namespace, name }) : invalid('pod', name);
}

export function readNode(word: string): Read<string> {
  const name = word.replace(/^node\//, '');
  return isObjectName(name) ? read(name) : invalid('node', name);
}

export const readCluster = (word: string): Read<string> =>
  isObjectName(word) ? read(word) : invalid('cluster', word);

export const readNamespace = (word: string): Read<string> =>
  isNamespaceName(word) ? read(word) : invalid('namespace', word);

export function readDnsName(word: string): Read<string> {
  // A name cannot end in digits only (RFC 3696 2): that is a mistyped address.
  return isDnsName(word) && !/(^|\.)\d+\.?$/.test(word) ? read(word) : invalid('name', word);
}

type Source = { kind: 'pod'; pod: PodRef } | { kind: 'node'; node: string };

export function readSource(word: string): Read<Source> {
  if (!word.startsWith('node/')) return readPodSource(word);
  const node = readNode(word);
  return node.ok ? read({ kind: 'node', node: node.value }) : node;
}

export function readPodSource(word: string): Read<Source> {
  const pod = readPod(word);
  return pod.ok ? read({ kind: 'pod', pod: pod.value }) : pod;
}

export interface Endpoint {
  to: Destination;
  port?: number;
  protocol: Protocol;
}

/** `<host>[:port[/udp|/tcp|/sctp]]`, where an IPv6 address with a port stands in brackets. */
export function readEndpoint(word: string): Read<Endpoint> {
  if (isAddress(word)) return read({ to: { kind: 'address', address: word }, protocol: 'tcp' });
  const match = /^(.+?)(?::([^:/\]]*)(?:\/([^/]*))?)?$/.exec(word);
  const [, host = '', port, protocol = 'tcp'] = match ?? [];

  if (port !== undefined && !isPort(port)) return invalid('port', port);
  if (!isProtocol(protocol)) return unexpected(protocol);
  const to = readDestination(host.replace(/^\[(.*)\]$/, '$1'));
  if (!to.ok) return to;
  return read({ to: to.value, ...(port !== undefined && { port: Number(port) }), protocol });
}

function readDestination(host: string): Read<Destination> {
  if (isAddress(host)) return read({ kind: 'address', address: host });
  if (host.includes('/')) return readSource(host);
  const name = readDnsName(host);
  if (!name.ok) return name;
  const service = readService(name.value.toLowerCase());
  return read(service ?? { kind: 'name', name: name.value });
}

// Two labels are a Service (`web.shop`); a name of two labels outside the cluster is written with its trailing dot.
function readService(name: string): Destination | undefined {
  const [service = '', namespace = '', svc] = name.split('.');
  const short = name.split('.').length === 2 && namespace !== '';
  if (!short && svc !== 'svc') return undefined;
  return isNamespaceName(service) && isNamespaceName(namespace)
    ? { kind: 'service', namespace, name: service }
    : undefined;
}

const isAddress = (text: string): boolean =>
  z.ipv4().safeParse(text).success || z.ipv6().safeParse(text).success;
const isPort = (text: string): boolean => /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535;
const isProtocol = (text: string): text is Protocol => ['tcp', 'udp', 'sctp'].includes(text);

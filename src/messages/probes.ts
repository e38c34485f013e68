// Probes in words, for progress lines and lists of what was (not) checked: "n2: DNS over UDP to replica coredns-a".

import type { ProbeLabel, ProbeTopics, Vantage } from '../diagnosis/probe.ts';
import type { Language } from '../incidents/intent.ts';

type TopicSentences = { [T in keyof ProbeTopics]: Record<Language, (params: ProbeTopics[T]) => string> };

const inNamespace = (namespace?: string): string => (namespace === undefined ? '' : ` (${namespace})`);

const sentences: TopicSentences = {
  'api.list': {
    en: ({ resource, namespace }) => `list of ${resource}${inNamespace(namespace)}`,
    zh: ({ resource, namespace }) => `${resource} 列表${inNamespace(namespace)}`,
  },
  'api.get': {
    en: ({ resource, name }) => `${resource} ${name}`,
    zh: ({ resource, name }) => `${resource} ${name}`,
  },
  'api.log': {
    en: ({ pod, previous }) => `log of ${pod.name}${previous ? ' before its restart' : ''}`,
    zh: ({ pod, previous }) => `${pod.name} ${previous ? '重启前的' : ''}日志`,
  },
  'api.may': {
    en: ({ user, verb, resource }) => `may ${user} ${verb} ${resource}`,
    zh: ({ user, verb, resource }) => `${user} 能否 ${verb} ${resource}`,
  },
  'api.version': { en: () => 'API server version', zh: () => 'API server 版本' },
  'dns.query': {
    en: ({ protocol, server, name }) => `DNS over ${protocol.toUpperCase()} to ${server} for ${name}`,
    zh: ({ protocol, server, name }) => `向 ${server} 查询 ${name}（${protocol.toUpperCase()}）`,
  },
  'resolver.pod-file': {
    en: ({ pod }) => `resolv.conf of ${pod.namespace}/${pod.name}`,
    zh: ({ pod }) => `${pod.namespace}/${pod.name} 的 resolv.conf`,
  },
  'resolver.kubelet': { en: () => 'kubelet DNS settings', zh: () => 'kubelet 的 DNS 设置' },
  'kube-proxy.health': { en: () => 'health of kube-proxy', zh: () => 'kube-proxy 健康状态' },
  'network.interfaces': { en: () => 'network interfaces', zh: () => '网络接口' },
  'network.routes': { en: () => 'routes', zh: () => '路由表' },
  'network.route-to': {
    en: ({ address }) => `route to ${address}`,
    zh: ({ address }) => `到 ${address} 的路由`,
  },
  'network.forwarded-route': {
    en: ({ from, to }) => `route of packets from ${from} to ${to}`,
    zh: ({ from, to }) => `从 ${from} 到 ${to} 的转发路径`,
  },
  'network.neighbours': { en: () => 'neighbour entries', zh: () => '邻居（ARP）表' },
  'network.fdb': { en: () => 'bridge forwarding entries', zh: () => '网桥转发表（FDB）' },
  'network.owners': {
    en: ({ address, device }) => `who answers for ${address} on ${device}`,
    zh: ({ address, device }) => `${device} 上谁应答 ${address}`,
  },
  'network.listeners': { en: () => 'listening sockets', zh: () => '监听的端口' },
  'network.settings': { en: () => 'forwarding and filter settings', zh: () => '转发与反向路径过滤设置' },
  'network.counters': { en: () => 'kernel network counters', zh: () => '内核网络计数器' },
  'reach.tcp': {
    en: ({ to, port }) => `TCP connection to ${to}:${port}`,
    zh: ({ to, port }) => `到 ${to}:${port} 的 TCP 连接`,
  },
  'reach.ping': {
    en: ({ to, bytes }) => `ping of ${bytes} bytes to ${to}`,
    zh: ({ to, bytes }) => `向 ${to} 发送 ${bytes} 字节的 ping`,
  },
  'reach.http': {
    en: ({ to, port }) => `HTTP answer of ${to}:${port}`,
    zh: ({ to, port }) => `${to}:${port} 的 HTTP 应答`,
  },
  'node.file': { en: ({ path }) => `file ${path}`, zh: ({ path }) => `文件 ${path}` },
  'node.folder': { en: ({ path }) => `folder ${path}`, zh: ({ path }) => `目录 ${path}` },
  'netfilter.rules': {
    en: ({ backend }) => `firewall rules (${backend})`,
    zh: ({ backend }) => `防火墙规则（${backend}）`,
  },
};

/** All that may be asked. Exported for the test that all of it is. */
export const probeTopics = Object.keys(sentences) as (keyof ProbeTopics)[];

export function wordsOfProbe(label: ProbeLabel, vantage: Vantage, language: Language): string {
  // Topic and params of a label always match; TypeScript cannot follow that through the union of topics.
  const sentence = sentences[label.topic][language] as (params: ProbeLabel['params']) => string;
  const what = sentence(label.params);
  return vantage.kind === 'api' ? what : `${vantage.node}: ${what}`;
}

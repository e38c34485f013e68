// From an alert to what is examined because of it: rules of the operator first, then the table, then what its name and
// labels suggest. Pure; a name that a label gives becomes part of a target only when it is a valid one.

import type { Target } from '../diagnosis/target.ts';
import { isObjectName } from '../diagnosis/target.ts';
import type { AlertRoute, ReceivedAlert, RouteAlert } from '../incidents/alert.ts';
import type { PlaybookName } from '../incidents/intent.ts';
import { jobOf, workloadOf } from './components.ts';
import { hostOf, isAskedOnHost, type Labels, nodeOf, podOf } from './labels.ts';
import { matchesOwnRule, type OwnRule } from './own-rules.ts';
import { type Route, routes, type Where } from './routes.ts';

export function createRouting({ ownRules }: { ownRules: readonly OwnRule[] }): RouteAlert {
  return (alert) => {
    const rule = ownRules.find((each) => matchesOwnRule(each, alert.labels));
    if (rule)
      return rule.ignore ? { kind: 'ignore', why: 'by-rule' } : lead(alert, rule.playbook, rule.where);
    const row = routes.find((each) => fits(each, alert));
    if (row)
      return 'ignore' in row ? { kind: 'ignore', why: row.ignore } : lead(alert, row.playbook, row.where);
    return routeUnknown(alert);
  };
}

const fits = ({ alerts, workload, job, labels = {} }: Route, alert: ReceivedAlert): boolean =>
  alerts.includes(alert.name) &&
  isOneOf(workload, workloadOf(alert.labels)) &&
  isOneOf(job, jobOf(alert.labels)) &&
  Object.entries(labels).every(([name, pattern]) => pattern.test(alert.labels[name] ?? ''));

const isOneOf = <T>(wanted: readonly T[] | undefined, found: T | undefined): boolean =>
  wanted === undefined || (found !== undefined && wanted.includes(found));

/** A name that nobody listed: what it is about decides, and a network alert about nothing in particular gets everything. */
function routeUnknown(alert: ReceivedAlert): AlertRoute {
  const { labels } = alert;
  const place = isAskedOnHost(labels) ? 'host' : 'node';
  switch (workloadOf(labels) ?? jobOf(labels)) {
    case 'cni':
      return lead(alert, 'cni-health', place);
    case 'dns':
      return lead(alert, 'dns', 'cluster');
    case 'kube-proxy':
      return lead(alert, 'pod', place);
    default:
      if (!mentionsNetwork(alert)) return { kind: 'ignore', why: 'not-network' };
      return podOf(labels) ? lead(alert, 'pod', 'pod') : lead(alert, 'cluster', place);
  }
}

// Long words tell wherever they stand in a name; short ones only as a word of their own: `technician` is no `cni`.
const LONG_WORDS =
  /network|calico|cilium|flannel|terway|felix|antrea|kubeproxy|conntrack|latency|packet|unreachable|connectivity|nodenotready|vxlan|wireguard|netpol/;
const SHORT_WORDS = /(^|-)(dns|cni|ipam|bgp|mtu|arp|pods?-ips?)(-|$)/;

function mentionsNetwork({ name, labels }: ReceivedAlert): boolean {
  const { job, service, component, subsystem, category, reason, condition } = labels;
  return [name, job, service, component, subsystem, category, reason, condition].some((text) => {
    const words = toWords(text ?? '');
    return SHORT_WORDS.test(words) || LONG_WORDS.test(words.replaceAll('-', ''));
  });
}

/** `CoreDNSDown` and `core_dns_down` are `core-dns-down`. */
const toWords = (text: string): string =>
  text
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1-$2')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();

function lead({ labels }: ReceivedAlert, playbook: PlaybookName, where: Where): AlertRoute {
  const target = targetOf(labels, where);
  const node = target.kind === 'node' ? target.node : where === 'host' ? hostOf(labels) : nodeOf(labels);
  return { kind: 'diagnose', playbook, target, ...(node !== undefined && { node }) };
}

function targetOf(labels: Labels, where: Where): Target {
  switch (where) {
    case 'cluster':
      return { kind: 'cluster' };
    case 'node':
      return nodeTarget(nodeOf(labels));
    case 'host':
      return nodeTarget(hostOf(labels));
    case 'nodes':
      return pairOf(labels) ?? targetOf(labels, 'host');
    case 'pod': {
      const pod = podOf(labels);
      return pod ? { kind: 'pod', pod } : targetOf(labels, isAskedOnHost(labels) ? 'host' : 'node');
    }
  }
}

const nodeTarget = (node: string | undefined): Target =>
  node === undefined ? { kind: 'cluster' } : { kind: 'node', node };

/** Both ends of a way that was measured, as the recommended rules and the bot's own metrics name them. */
function pairOf(labels: Labels): Target | undefined {
  const from = labels.src_node ?? labels.source_node ?? '';
  const to = labels.dst_node ?? labels.target_node ?? '';
  const valid = isObjectName(from) && isObjectName(to) && from !== to;
  return valid ? { kind: 'node-pair', from, to } : undefined;
}

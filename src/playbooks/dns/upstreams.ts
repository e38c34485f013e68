// The resolvers that CoreDNS forwards to: who they are, and whether they answer a node and CoreDNS' own network. The
// failing leg decides: upstream dead, or only out of reach from the pods.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import { blockFor, isBelow, normalizeZone } from '../../probes/corefile.ts';
import { type DnsReply, queryDns } from '../../probes/dns-query.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { readPodResolvConf } from '../../probes/resolver-config.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, type DnsInventory, isReady } from './inventory.ts';

export interface UpstreamCheck {
  finding: Finding | undefined;
  /** Response code of the upstreams asked directly; undefined when none answered or none was asked. */
  says: string | undefined;
  evidence: Evidence<DnsReply[]>[];
}

interface Upstream {
  address: string;
  port: number;
}

const nothing: UpstreamCheck = { finding: undefined, says: undefined, evidence: [] };

// CoreDNS itself gives an upstream two seconds (plugin/forward); three leave room for a slow but living one.
const TIMEOUT_S = 3;
const MAX_ASKED = 3;

/** `through`: what CoreDNS answered for the name. A name that it answers well needs no upstream check. */
export async function checkUpstreams(
  ask: Ask,
  inventory: DnsInventory,
  name: string,
  through: Evidence<DnsReply[]>,
): Promise<UpstreamCheck> {
  const reply = through.status === 'observed' ? through.value.at(-1) : undefined;
  if (!reply || (reply.kind === 'answer' && reply.rcode === 'NOERROR')) return nothing;
  const forward = forwardFor(inventory, name);
  if (forward === undefined) return nothing;
  const origin = inventory.pods.find((pod) => isReady(pod)) ?? inventory.pods[0];
  if (!origin) return nothing;
  if (forward.length === 0) {
    const refused = reply.kind === 'answer' && ['REFUSED', 'SERVFAIL', 'NXDOMAIN'].includes(reply.rcode);
    return refused
      ? { ...nothing, finding: failing('not-configured', [], name, [through, inventory.evidence.corefile]) }
      : nothing;
  }
  const node = origin.spec.nodeName;
  const ref = { namespace: origin.metadata.namespace, name: origin.metadata.name };
  const upstreams = (await expand(ask, forward, node, ref, origin.metadata.uid)).slice(0, MAX_ASKED);
  const fromPod: NetworkVantage = { kind: 'pod', node, pod: ref, podUid: origin.metadata.uid };
  const [nodes, pods] = await Promise.all([
    Promise.all(upstreams.map((upstream) => ask(askUpstream({ kind: 'node', node }, upstream, name)))),
    Promise.all(upstreams.map((upstream) => ask(askUpstream(fromPod, upstream, name)))),
  ]);
  return judge(upstreams, name, through, nodes, pods);
}

function judge(
  upstreams: Upstream[],
  name: string,
  through: Evidence<DnsReply[]>,
  nodes: Evidence<DnsReply[]>[],
  pods: Evidence<DnsReply[]>[],
): UpstreamCheck {
  const evidence = [...nodes, ...pods];
  const addresses = upstreams.map(({ address, port }) => (port === 53 ? address : `${address}:${port}`));
  const heard = (reads: Evidence<DnsReply[]>[]): DnsReply[] =>
    reads.flatMap((read) => (read.status === 'observed' ? read.value : []));
  const [atNode, atPod] = [heard(nodes), heard(pods)];
  const says = [...atPod, ...atNode].find((reply) => reply.kind === 'answer');
  if (atNode.length === 0 && atPod.length === 0) return { finding: undefined, says: undefined, evidence };
  const isGood = (reply: DnsReply): boolean =>
    reply.kind === 'answer' && (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN');
  const cause = failureCause(atNode, atPod, isGood);
  return {
    finding: cause && failing(cause, addresses, name, [through, ...evidence]),
    says: says?.kind === 'answer' ? says.rcode : undefined,
    evidence,
  };
}

function failureCause(
  atNode: DnsReply[],
  atPod: DnsReply[],
  isGood: (reply: DnsReply) => boolean,
): FindingParams['dns.upstream-failing']['cause'] | undefined {
  const podGood = atPod.some(isGood);
  if (podGood || (atPod.length === 0 && atNode.some(isGood))) return undefined;
  if (atNode.some(isGood)) return 'unreachable-from-pods';
  const all = [...atPod, ...atNode];
  if (all.some((reply) => reply.kind === 'answer')) {
    return all.some((reply) => reply.kind === 'answer' && reply.rcode === 'REFUSED')
      ? 'refuses'
      : 'answers-errors';
  }
  return all.some(({ kind }) => kind === 'refused') ? 'refuses' : 'silent';
}

function failing(
  cause: FindingParams['dns.upstream-failing']['cause'],
  upstreams: string[],
  name: string,
  evidence: Evidence<unknown>[],
): Finding {
  return {
    code: 'dns.upstream-failing',
    ...dnsCodes['dns.upstream-failing'],
    params: { cause, upstreams, name },
    subject: { kind: 'resolver', name: upstreams.join(', ') || 'forward' },
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['dns.record-missing'],
    remediations: [],
  };
}

/** Targets of the forward plugin for a name: addresses or a file; empty when it has none; undefined: no Corefile. */
function forwardFor(inventory: DnsInventory, name: string): string[] | undefined {
  const blocks = blocksOf(inventory);
  if (blocks.length === 0) return undefined;
  const forward = blockFor(blocks, name)?.plugins.find(
    (plugin) => plugin.name === 'forward' && isBelow(name, normalizeZone(plugin.args[0] ?? '.')),
  );
  return forward?.args.slice(1) ?? [];
}

/** A file means the resolvers in CoreDNS' own resolv.conf. Targets over TLS cannot be asked plainly and are left out. */
async function expand(
  ask: Ask,
  targets: string[],
  node: string,
  pod: { namespace: string; name: string },
  podUid: string,
): Promise<Upstream[]> {
  const lists = await Promise.all(
    targets.map(async (target): Promise<Upstream[]> => {
      if (target.startsWith('/')) {
        const file = await ask(readPodResolvConf(node, pod, podUid));
        return file.status === 'observed'
          ? file.value.nameservers.map((address) => ({ address, port: 53 }))
          : [];
      }
      const parsed = /^(?:dns:\/\/)?\[?([0-9a-fA-F:.]+?)\]?(?::(\d+))?$/.exec(target);
      return parsed?.[1] ? [{ address: parsed[1], port: Number(parsed[2] ?? 53) }] : [];
    }),
  );
  return lists.flat();
}

const askUpstream = (vantage: NetworkVantage, { address, port }: Upstream, name: string) =>
  queryDns({
    vantage,
    server: address,
    port,
    serverLabel: `upstream ${address}`,
    name,
    protocol: 'udp',
    times: 1,
    timeoutS: TIMEOUT_S,
  });

// The resolvers that CoreDNS forwards to: who they are, and whether they answer the nodes of CoreDNS and its pods. The
// failing leg decides: upstream dead, or only out of reach from the pods.

import type { Evidence } from '../../diagnosis/evidence.ts';
import type { Finding, FindingParams } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { blockFor, isBelow, normalizeZone } from '../../probes/corefile.ts';
import { type DnsReply, queryDns } from '../../probes/dns-query.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { readPodResolvConf } from '../../probes/resolver-config.ts';
import { dnsCodes } from './codes.ts';
import { blocksOf, type DnsInventory, isReady } from './inventory.ts';
import { shownName } from './replies.ts';

/** What the upstreams of one name said, asked from each CoreDNS pod looked at and from its node. */
export interface UpstreamAnswers {
  name: string;
  /** Targets of the forward plugin; empty when it has none for the name, undefined without a readable Corefile. */
  forward: string[] | undefined;
  addresses: string[];
  origins: { node: string; fromNode: Evidence<DnsReply[]>[]; fromPod: Evidence<DnsReply[]>[] }[];
}

export interface UpstreamVerdict {
  finding: Finding | undefined;
  /** Response code of an upstream asked directly; undefined when none answered. */
  says: string | undefined;
  evidence: Evidence<DnsReply[]>[];
}

interface Upstream {
  address: string;
  port: number;
}

// CoreDNS itself gives an upstream two seconds (plugin/forward); three leave room for a slow but living one.
const TIMEOUT_S = 3;
const MAX_UPSTREAMS = 3;
const MAX_ORIGINS = 2;

/** Sent along with everything else, whether or not the answers will be needed: waiting costs more than asking. */
export async function askUpstreams(
  ask: Ask,
  inventory: DnsInventory,
  name: string,
): Promise<UpstreamAnswers> {
  const forward = forwardFor(inventory, name);
  const pods = inventory.pods.filter(isReady).slice(0, MAX_ORIGINS);
  const asked = await Promise.all(pods.map((pod) => askFrom(ask, pod, forward ?? [], name)));
  return {
    name,
    forward,
    addresses: [...new Set(asked.flatMap(({ upstreams }) => upstreams.map(addressLine)))],
    origins: asked,
  };
}

async function askFrom(ask: Ask, pod: Pod, forward: string[], name: string) {
  const { nodeName: node } = pod.spec;
  const vantage: NetworkVantage = {
    kind: 'pod',
    node,
    pod: { namespace: pod.metadata.namespace, name: pod.metadata.name },
    podUid: pod.metadata.uid,
  };
  const upstreams = (await expand(ask, forward, vantage)).slice(0, MAX_UPSTREAMS);
  const [fromNode, fromPod] = await Promise.all([
    Promise.all(upstreams.map((upstream) => ask(askUpstream({ kind: 'node', node }, upstream, name)))),
    Promise.all(upstreams.map((upstream) => ask(askUpstream(vantage, upstream, name)))),
  ]);
  return { node, upstreams, fromNode, fromPod };
}

/** `through`: what CoreDNS made of the name. When that is well, so are the upstreams. */
export function judgeUpstreams(
  inventory: DnsInventory,
  through: Evidence<DnsReply[]>,
  { name, forward, addresses, origins }: UpstreamAnswers,
): UpstreamVerdict {
  const evidence = origins.flatMap(({ fromNode, fromPod }) => [...fromPod, ...fromNode]);
  const heard = repliesOf(evidence);
  const says = heard.find((reply) => reply.kind === 'answer')?.rcode;
  const reply = through.status === 'observed' ? through.value.at(-1) : undefined;
  const verdict = (finding: Finding | undefined): UpstreamVerdict => ({ finding, says, evidence });
  if (!reply || (reply.kind === 'answer' && reply.rcode === 'NOERROR') || forward === undefined)
    return verdict(undefined);
  if (forward.length === 0)
    return verdict(failing('not-configured', [], name, [through, inventory.evidence.corefile]));
  if (heard.length === 0) return verdict(undefined);

  // A replica whose node cannot be asked is no witness.
  const witnesses = origins.filter(({ fromPod }) => repliesOf(fromPod).length > 0);
  const deaf = witnesses.filter(({ fromPod }) => !repliesOf(fromPod).some(isGood));
  if (deaf.length === 0) return verdict(undefined);
  const nodesHear = repliesOf(deaf.flatMap(({ fromNode }) => fromNode)).some(isGood);
  if (deaf.length < witnesses.length || nodesHear) {
    const [first] = deaf;
    // With one replica hearing the upstreams, or the nodes, the upstreams live and the way from that pod does not.
    const place = deaf.length < witnesses.length ? first?.node : undefined;
    return verdict(failing('unreachable-from-pods', addresses, name, [through, ...evidence], place));
  }
  return verdict(failing(failureOf(heard), addresses, name, [through, ...evidence]));
}

const repliesOf = (reads: Evidence<DnsReply[]>[]): DnsReply[] =>
  reads.flatMap((read) => (read.status === 'observed' ? read.value : []));

const isGood = (reply: DnsReply): boolean =>
  reply.kind === 'answer' && (reply.rcode === 'NOERROR' || reply.rcode === 'NXDOMAIN');

function failureOf(heard: DnsReply[]): FindingParams['dns.upstream-failing']['cause'] {
  const codes = heard.flatMap((reply) => (reply.kind === 'answer' ? [reply.rcode] : []));
  if (codes.includes('REFUSED')) return 'refuses';
  if (codes.length > 0) return 'answers-errors';
  return heard.some(({ kind }) => kind === 'refused') ? 'refuses' : 'silent';
}

function failing(
  cause: FindingParams['dns.upstream-failing']['cause'],
  upstreams: string[],
  name: string,
  evidence: Evidence<unknown>[],
  node?: string,
): Finding {
  return {
    code: 'dns.upstream-failing',
    ...dnsCodes['dns.upstream-failing'],
    params: { cause, upstreams, name: shownName(name) },
    subject: { kind: 'resolver', name: upstreams.join(', ') || 'forward' },
    ...(node === undefined ? {} : { node }),
    confidence: 'proven',
    advisory: false,
    evidence,
    explains: ['dns.record-missing'],
    remediations: [],
  };
}

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
  vantage: NetworkVantage & { kind: 'pod' },
): Promise<Upstream[]> {
  const lists = await Promise.all(
    targets.map(async (target): Promise<Upstream[]> => {
      if (target.startsWith('/')) {
        const file = await ask(readPodResolvConf(vantage.node, vantage.pod, vantage.podUid));
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

const addressLine = ({ address, port }: Upstream): string => (port === 53 ? address : `${address}:${port}`);

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

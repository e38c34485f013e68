// Moves the DNS queries of a world: from a node or pod, through Services as kube-proxy would, to CoreDNS or a resolver
// outside; and prints what dig 9.18 prints (see test/probes/output) about it.

import type { RawAnswer } from '../../src/cluster/access.ts';
import type { Pod } from '../../src/probes/api-objects.ts';
import { type Fate, type Packet, podKey, type Reply, type World } from './world.ts';
import { endpointSlicesOf } from './world-endpoints.ts';

type Outcome = { kind: 'reply'; reply: Reply } | { kind: 'lost'; fate: Fate };

/** Undefined when the world does not know the server that is asked. */
export function runDig(
  world: World,
  node: string,
  pod: Pod | undefined,
  argv: readonly string[],
): RawAnswer | undefined {
  const server = argv.find((word) => word.startsWith('@'))?.slice(1) ?? '';
  const protocol = argv.includes('+tcp') ? 'tcp' : 'udp';
  const port = argv.includes('-p') ? Number(argv[argv.indexOf('-p') + 1]) : 53;
  const words = argv.slice(argv.indexOf(`@${server}`) + 1);
  // The label that no cache holds changes with the instant; below it the world knows one name.
  const names = words.filter((_, at) => at % 2 === 0).map((name) => name.replace(/^cni-triage-\d+\./, ''));
  const types = words.filter((_, at) => at % 2 === 1);
  const outcomes = names.map((name, index) =>
    send(world, { node, pod, to: server, port, toNode: undefined, toService: false, protocol, name, index }),
  );
  if (outcomes.includes(undefined)) return undefined;
  const texts = outcomes
    .map((outcome, at) =>
      print(ofType(outcome as Outcome, types[at] ?? 'A'), names[at] ?? '', server, port, protocol),
    )
    .map((text) => text.replace('time: 1 msec', `time: ${world.latencyMs} msec`));
  const code = outcomes.some((outcome) => outcome?.kind === 'lost') ? 9 : 0;
  return { kind: 'exited', code, stdout: texts.join(''), stderr: '', timedOut: false, truncated: false };
}

/** An A record holds an IPv4 address, an AAAA record an IPv6 one. */
function ofType(outcome: Outcome, type: string): Outcome {
  if (outcome.kind === 'lost') return outcome;
  const { rcode, addresses } = outcome.reply;
  const fitting = addresses.filter((address) => address.includes(':') === (type === 'AAAA'));
  return { kind: 'reply', reply: { rcode, addresses: fitting } };
}

function send(world: World, packet: Packet): Outcome | undefined {
  const service = world.services.find(({ spec }) => spec.clusterIP === packet.to);
  if (!service) return deliver(world, packet);
  const fate = fateOf(world, { ...packet, toService: true });
  if (fate) return { kind: 'lost', fate };
  const wanted = service.spec.ports.find(
    (each) => each.port === packet.port && each.protocol === packet.protocol.toUpperCase(),
  );
  // A port that the Service has not goes nowhere; kube-proxy rejects what has no endpoint.
  if (!wanted) return { kind: 'lost', fate: 'timeout' };
  const ways = endpointSlicesOf(world)
    .filter(({ metadata }) => metadata.labels['kubernetes.io/service-name'] === service.metadata.name)
    .flatMap(({ endpoints, ports }) => {
      const port = ports.find(({ name }) => name === wanted.name)?.port;
      return endpoints
        .filter(({ conditions }) => conditions.ready)
        .flatMap(({ addresses }) => (port === undefined ? [] : [{ to: addresses[0] ?? '', port }]));
    });
  const way = ways[packet.index % ways.length];
  return way ? deliver(world, { ...packet, ...way }) : { kind: 'lost', fate: 'refused' };
}

const ownerOf = (world: World, address: string): Pod | undefined =>
  world.pods.find(({ spec, status }) => status.podIP === address && !spec.hostNetwork);

function deliver(world: World, packet: Packet): Outcome | undefined {
  const pod = ownerOf(world, packet.to);
  const resolver = world.resolvers[packet.to];
  if (!pod && !resolver) return undefined;
  const arriving = pod ? { ...packet, toNode: pod.spec.nodeName } : packet;
  const fate = fateOf(world, arriving);
  if (fate) return { kind: 'lost', fate };
  if (!pod) return { kind: 'reply', reply: external(world, arriving) };
  const listens = pod.spec.containers.some(({ ports }) =>
    ports.some(({ containerPort }) => containerPort === packet.port),
  );
  if (!listens || pod.status.phase !== 'Running') return { kind: 'lost', fate: 'refused' };
  return corednsSays(world, arriving, pod);
}

function external(world: World, packet: Packet): Reply {
  return (
    replied(world, packet, packet.to) ??
    world.resolvers[packet.to]?.[packet.name] ?? { rcode: 'NXDOMAIN', addresses: [] }
  );
}

/** As the kubernetes and forward plugins would answer. */
function corednsSays(world: World, packet: Packet, pod: Pod): Outcome {
  const overridden = replied(world, packet, pod.metadata.name);
  if (overridden) return { kind: 'reply', reply: overridden };
  if (packet.name.endsWith(`${world.domain}.`))
    return { kind: 'reply', reply: fromServices(world, packet.name) };
  const servers = [...(world.resolvConf[podKey(pod)] ?? '').matchAll(/nameserver (\S+)/g)];
  const upstream = servers[0]?.[1];
  if (upstream === undefined) return { kind: 'reply', reply: { rcode: 'SERVFAIL', addresses: [] } };
  const forwarded: Packet = {
    ...packet,
    node: pod.spec.nodeName,
    pod,
    to: upstream,
    port: 53,
    toNode: undefined,
  };
  // forward answers SERVFAIL when its upstream refuses, and lets the client wait when it is silent.
  const fate = fateOf(world, forwarded);
  if (fate === 'timeout') return { kind: 'lost', fate };
  if (fate) return { kind: 'reply', reply: { rcode: 'SERVFAIL', addresses: [] } };
  return { kind: 'reply', reply: external(world, forwarded) };
}

function fromServices(world: World, name: string): Reply {
  const labels = name.slice(0, -`.svc.${world.domain}.`.length).split('.');
  const [service, namespace] = labels;
  const found = name.endsWith(`.svc.${world.domain}.`)
    ? world.services.find(
        ({ metadata }) =>
          metadata.name === service && metadata.namespace === namespace && labels.length === 2,
      )
    : undefined;
  if (!found) return { rcode: 'NXDOMAIN', addresses: [] };
  if (found.spec.clusterIP !== 'None') return { rcode: 'NOERROR', addresses: [found.spec.clusterIP] };
  const addresses = endpointSlicesOf(world)
    .filter(({ metadata }) => metadata.labels['kubernetes.io/service-name'] === service)
    .flatMap(({ endpoints }) => endpoints.filter(({ conditions }) => conditions.ready))
    .flatMap((endpoint) => endpoint.addresses);
  // A headless Service without ready endpoints has no record at all.
  return addresses.length > 0 ? { rcode: 'NOERROR', addresses } : { rcode: 'NXDOMAIN', addresses: [] };
}

function fateOf(world: World, packet: Packet): Fate | undefined {
  for (const disturbance of world.disturbances) {
    const fate = disturbance.network?.(packet);
    if (fate === undefined) continue;
    disturbance.met += 1;
    return fate;
  }
  return undefined;
}

function replied(world: World, packet: Packet, server: string): Reply | undefined {
  for (const disturbance of world.disturbances) {
    const reply = disturbance.reply?.(packet, server);
    if (reply === undefined) continue;
    disturbance.met += 1;
    return reply;
  }
  return undefined;
}

function print(
  outcome: Outcome,
  name: string,
  server: string,
  port: number,
  protocol: 'udp' | 'tcp',
): string {
  const at = `${server}#${port}`;
  if (outcome.kind === 'lost') {
    const why = { timeout: 'timed out', refused: 'connection refused', unreachable: 'network unreachable' };
    const line =
      protocol === 'tcp'
        ? `;; Connection to ${at}(${server}) for ${name} failed: ${why[outcome.fate]}.`
        : outcome.fate === 'unreachable'
          ? `;; UDP setup with ${at}(${server}) for ${name} failed: network unreachable.`
          : `;; communications error to ${at}: ${why[outcome.fate]}`;
    return `${line}\n;; no servers could be reached\n`;
  }
  const { rcode, addresses } = outcome.reply;
  const records = addresses.map(
    (address) => `${name}\t30\tIN\t${address.includes(':') ? 'AAAA' : 'A'}\t${address}\n`,
  );
  const section = records.length === 0 ? '' : `;; ANSWER SECTION:\n${records.join('')}\n`;
  return (
    `;; Got answer:\n;; ->>HEADER<<- opcode: QUERY, status: ${rcode}, id: 4437\n` +
    `;; flags: qr aa rd ra; QUERY: 1, ANSWER: ${records.length}, AUTHORITY: 0, ADDITIONAL: 0\n\n${section}` +
    `;; Query time: 1 msec\n;; SERVER: ${at}(${server}) (${protocol.toUpperCase()})\n` +
    `;; WHEN: Mon Nov 23 18:28:24 UTC 2026\n;; MSG SIZE  rcvd: 45\n\n`
  );
}

// A ClusterAccess that answers every question from a world. One that the world cannot answer is remembered, and so is
// what was looked at: a test fails on an unknown question and on a change that nobody asked about.

import type {
  Answer,
  ApiRead,
  ClusterAccess,
  NodeCommand,
  Question,
  RawAnswer,
} from '../../src/cluster/access.ts';
import type { Pod } from '../../src/probes/api-objects.ts';
import { podKey, type World } from './world.ts';
import { endpointSlicesOf } from './world-endpoints.ts';
import { runDig } from './world-network.ts';

export interface ScriptedAccess extends ClusterAccess {
  /** In order. */
  asked: Question[];
  unknown: Question[];
  /** Keys of what was shown, such as `pods/shop/web-1` or `kubelet/n2`. */
  shown: Set<string>;
}

const AT = '2026-03-01T03:12:00.000Z';

export function createScriptedAccess(world: World): ScriptedAccess {
  const asked: Question[] = [];
  const unknown: Question[] = [];
  const shown = new Set<string>();

  function reply(question: Question): RawAnswer | undefined {
    if (question.via === 'api') return readApi(world, question.read, shown);
    const pod = podOf(world, question);
    if (question.netns !== 'host' && !pod) return undefined;
    return runOnNode(world, question.node, pod, question.command, shown);
  }

  return {
    asked,
    unknown,
    shown,
    async answer(question): Promise<Answer> {
      asked.push(question);
      for (const disturbance of world.disturbances) {
        const reason = disturbance.question?.(question);
        if (reason === undefined) continue;
        disturbance.met += 1;
        return { at: AT, ms: 1, status: 'unavailable', reason, detail: disturbance.what };
      }
      if (isKernelState(question))
        return { at: AT, ms: 1, status: 'unavailable', reason: 'tool-missing', detail: 'not in this world' };
      const raw = reply(question);
      if (raw) return { at: AT, ms: 1, status: 'answered', raw };
      unknown.push(question);
      throw new Error(`the world does not know: ${JSON.stringify(question)}`);
    },
  };
}

/** Links, routes and live connections: this world has names and rules, no kernel. Recorded drills have one. */
const isKernelState = (question: Question): boolean =>
  question.via === 'node' &&
  (question.command.kind === 'run'
    ? ['ip', 'bridge', 'nc', 'ping', 'arping', 'nstat', 'ss'].includes(question.command.argv[0])
    : question.command.kind === 'read-node-file' && question.command.path.startsWith('/proc/sys/'));

const podOf = (world: World, { netns }: Question & { via: 'node' }): Pod | undefined =>
  netns === 'host' ? undefined : world.pods.find(({ metadata }) => metadata.uid === netns.podUid);

interface Listed {
  metadata: { namespace?: string; name: string; labels?: Record<string, string> };
}

export const keyOf = (resource: string, { metadata }: Listed): string =>
  `${resource}/${metadata.namespace ?? ''}/${metadata.name}`;

export function objectsOf(world: World): Record<string, Listed[]> {
  const { nodes, namespaces, pods, services, deployments, daemonsets, configmaps, events } = world;
  return {
    nodes,
    namespaces,
    pods,
    services,
    deployments,
    daemonsets,
    configmaps,
    events,
    endpointslices: endpointSlicesOf(world),
  };
}

function readApi(world: World, read: ApiRead, shown: Set<string>): RawAnswer | undefined {
  switch (read.verb) {
    case 'list': {
      const all = objectsOf(world)[read.resource];
      if (!all) return undefined;
      const items = all.filter(
        (object) =>
          (read.namespace === undefined || object.metadata.namespace === read.namespace) &&
          hasLabels(object, read.labelSelector) &&
          hasFields(object, read.fieldSelector),
      );
      shown.add(read.resource);
      for (const item of items) shown.add(keyOf(read.resource, item));
      return { kind: 'objects', items: structuredClone(items), truncated: false };
    }
    case 'get': {
      const found = objectsOf(world)[read.resource]?.find(
        ({ metadata }) =>
          metadata.name === read.name && (metadata.namespace ?? '') === (read.namespace ?? ''),
      );
      shown.add(`${read.resource}/${read.namespace ?? ''}/${read.name}`);
      return found ? { kind: 'object', object: structuredClone(found) } : { kind: 'not-found' };
    }
    case 'log': {
      shown.add(`logs/${read.pod}`);
      const log = world.logs[read.pod];
      const text = read.previous ? log?.previous : log?.current;
      return text === undefined ? { kind: 'not-found' } : { kind: 'text', text, truncated: false };
    }
    case 'may': {
      const action = `${read.action.verb} ${read.action.resource}`;
      shown.add(`denied/${action}`);
      return { kind: 'object', object: { status: { allowed: !(action in world.denied) } } };
    }
    case 'version':
      return { kind: 'object', object: { gitVersion: 'v1.34.4' } };
  }
}

/** Equality and `in`, as far as they are used. */
function hasLabels({ metadata }: Listed, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  const oneOf = /^(\S+) in \((.*)\)$/.exec(selector);
  if (oneOf) return (oneOf[2] ?? '').split(/,\s*/).includes(metadata.labels?.[oneOf[1] ?? ''] ?? '');
  return selector.split(',').every((term) => {
    const [key = '', value] = term.split('=');
    return metadata.labels?.[key] === value;
  });
}

function hasFields(object: Listed, selector: string | undefined): boolean {
  if (selector === undefined) return true;
  return selector.split(',').every((term) => {
    const [path = '', value] = term.split('=');
    const found = path
      .split('.')
      .reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);
    return found === value;
  });
}

function runOnNode(
  world: World,
  node: string,
  pod: Pod | undefined,
  command: NodeCommand,
  shown: Set<string>,
): RawAnswer | undefined {
  switch (command.kind) {
    case 'kubelet-settings': {
      shown.add(`kubelets/${node}`);
      const settings = world.kubelets[node];
      return settings && { kind: 'object', object: structuredClone(settings) };
    }
    case 'read-pod-file': {
      if (!pod || command.path !== '/etc/resolv.conf') return undefined;
      shown.add(`resolvConf/${podKey(pod)}`);
      const text = world.resolvConf[podKey(pod)];
      return text === undefined ? undefined : { kind: 'text', text, truncated: false };
    }
    case 'read-node-file':
    case 'list-node-folder':
      return undefined;
    case 'run': {
      const [program] = command.argv;
      if (program === 'curl') return askKubeProxy(world, node, command.argv, shown);
      if (program === 'dig') return runDig(world, node, pod, command.argv);
      if (program !== 'nft' && program !== 'iptables-nft-save' && program !== 'iptables-legacy-save')
        return undefined;
      const place = pod ? podKey(pod) : node;
      shown.add(`netfilter/${place}`);
      return exited(world.netfilter[place]?.[program] ?? (program === 'nft' ? NO_NFT_RULES : ''));
    }
  }
}

function askKubeProxy(
  world: World,
  node: string,
  argv: readonly string[],
  shown: Set<string>,
): RawAnswer | undefined {
  const answer = world.kubeProxy[node];
  if (!answer || !argv.at(-1)?.endsWith(':10256/healthz')) return undefined;
  shown.add(`kubeProxy/${node}`);
  return 'status' in answer ? exited(answer.status) : { ...exited('000'), code: answer.curl };
}

const NO_NFT_RULES =
  '{"nftables": [{"metainfo": {"version": "1.0.6", "release_name": "Lester Gooch #5", "json_schema_version": 1}}]}';

const exited = (stdout: string): RawAnswer & { kind: 'exited' } => ({
  kind: 'exited',
  code: 0,
  stdout,
  stderr: '',
  timedOut: false,
  truncated: false,
});

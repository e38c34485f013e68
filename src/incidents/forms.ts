// The table of the slash grammar: one row per form, with its usage and an example for help and for refusals.
// Rows only read their arguments; which form is meant and what is nearest to a mistake is `grammar.ts`.

import type { Target } from '../diagnosis/target.ts';
import { readMinutes, readPerson, takeIncident } from './incident-words.ts';
import type { Intent, PlaybookName } from './intent.ts';
import {
  missing,
  type Read,
  read,
  readDnsName,
  readEndpoint,
  readNamespace,
  readNode,
  readPod,
  readPodSource,
  readSource,
  unexpected,
} from './target-words.ts';

export interface Form {
  /** The one or two words that choose it. */
  head: readonly [string] | readonly [string, string];
  usage: string;
  /** A line that parses, with everything filled in. */
  example: string;
  read(args: string[]): Read<Intent>;
}

type Flow = Extract<Target, { kind: 'flow' }>;

/** Checks one argument, or tells that it is wrong. */
type Argument = (word: string) => Read<unknown>;

export const forms: readonly Form[] = [
  diagnosis('dns', '[ns/pod] [name]', 'shop/web-7f example.com', readDns),
  diagnosis(
    'pod',
    '<ns/pod | node/NAME> [-> <ns/pod | node/NAME | svc.ns | ip | name>:port[/udp|/sctp]]',
    'shop/web-7f -> db.shop:5432',
    readPodOrFlow,
  ),
  diagnosis('cross-node', '[nodeA nodeB]', 'n1 n2', readNodePair),
  diagnosis(
    'policy',
    '<ns/pod> -> <ns/pod | svc.ns | ip>:port[/udp]',
    'shop/web-7f -> shop/db-0:5432',
    readPolicyFlow,
  ),
  // Pools and nodes are both object names; which of them exists is known only in the cluster.
  diagnosis('ipam', '[pool | node]', 'n1', readOptionalNode),
  diagnosis('mtu', '[nodeA nodeB]', 'n1 n2', readNodePair),
  diagnosis('cni-health', '[node]', 'n1', readOptionalNode),
  diagnosis('cluster', '', '', (args) =>
    args[0] === undefined ? read({ kind: 'cluster' }) : unexpected(args[0]),
  ),
  {
    head: ['status'],
    usage: 'status',
    example: 'status',
    read: (args) => readBare(args, { verb: 'status' }),
  },
  { head: ['stop'], usage: 'stop', example: 'stop', read: (args) => readBare(args, { verb: 'stop' }) },
  { head: ['help'], usage: 'help [verb]', example: 'help', read: readHelp },
  {
    head: ['check', 'drill'],
    usage: 'check drill <passed | failed> <what was broken>',
    example: 'check drill passed CoreDNS scaled to zero',
    read([result, ...words]) {
      const what = words.join(' ');
      if (result === undefined) return missing('value');
      if (result !== 'passed' && result !== 'failed') return unexpected(result);
      return what === '' ? missing('value') : read({ verb: 'record-drill', result, what });
    },
  },
  { head: ['check'], usage: 'check', example: 'check', read: (args) => readBare(args, { verb: 'check' }) },
  act('ack'),
  {
    head: ['assign'],
    usage: 'assign <incident> <@person | me>',
    example: 'assign dns-7k2p @U012AB3CD',
    read(words) {
      const { rest, ...named } = takeIncident(words);
      const to = readPerson(rest[0]);
      if (!to.ok) return to;
      return rest[1] === undefined ? read({ verb: 'assign', ...named, to: to.value }) : unexpected(rest[1]);
    },
  },
  act('resolve'),
  {
    head: ['note'],
    usage: 'note <incident> <text>',
    example: 'note dns-7k2p CoreDNS was restarted',
    read(words) {
      const { rest, ...named } = takeIncident(words);
      const text = rest.join(' ');
      return text === '' ? missing('value') : read({ verb: 'note', ...named, text });
    },
  },
  act('escalate'),
  {
    head: ['silence'],
    usage: 'silence <incident> <duration>',
    example: 'silence dns-7k2p 30m',
    read(words) {
      const { rest, ...named } = takeIncident(words);
      const minutes = readMinutes(rest[0]);
      if (!minutes.ok) return minutes;
      return rest[1] === undefined
        ? read({ verb: 'silence', ...named, minutes: minutes.value })
        : unexpected(rest[1]);
    },
  },
  later(
    ['policy', 'explain'],
    '<ns/pod> -> <ns/pod | svc.ns | ip>:port[/udp]',
    'shop/web-7f -> shop/db-0:5432',
    [readPod, arrow, readEndpoint],
  ),
  later(['policy', 'who-can-reach'], '<ns/pod | svc.ns | ip>:port[/udp]', 'shop/db-0:5432', [readEndpoint]),
  later(['policy', 'matrix'], '[namespace]', 'shop', [readNamespace], { optional: 1 }),
  later(['policy', 'diff'], '<namespace> [period]', 'shop 24h', [readNamespace, readMinutes], {
    optional: 1,
  }),
  later(['ipam'], '[pool | node]', 'n1', [readNode], { optional: 1 }),
  later(['replay'], '<diagnosis>', 'd-4k2p9x7m', [readNamespace]),
  ofPeriod('report'),
  ofPeriod('audit'),
  {
    head: ['doctor'],
    usage: 'doctor',
    example: 'doctor',
    read: (args) => readBare(args, { verb: 'doctor' }),
  },
];

function diagnosis(
  playbook: PlaybookName,
  usage: string,
  example: string,
  readTarget: (args: string[]) => Read<Target>,
): Form {
  return {
    head: ['diagnose', playbook],
    usage: `diagnose ${playbook} ${usage}`.trim(),
    example: `diagnose ${playbook} ${example}`.trim(),
    read(args) {
      const target = readTarget(args);
      return target.ok ? read({ verb: 'diagnose', playbook, target: target.value }) : target;
    },
  };
}

function act(verb: 'ack' | 'escalate' | 'resolve'): Form {
  return {
    head: [verb],
    usage: `${verb} <incident>`,
    example: `${verb} dns-7k2p`,
    read(words) {
      const { rest, ...named } = takeIncident(words);
      return rest[0] === undefined ? read({ verb, ...named }) : unexpected(rest[0]);
    },
  };
}

/** A look back, over a week unless another period is named. */
function ofPeriod(verb: 'report' | 'audit'): Form {
  return {
    head: [verb],
    usage: `${verb} [period]`,
    example: `${verb} 7d`,
    read([period = '7d', surplus]) {
      if (surplus !== undefined) return unexpected(surplus);
      const minutes = readMinutes(period);
      return minutes.ok ? read({ verb, minutes: minutes.value }) : minutes;
    },
  };
}

/** A verb whose work is not built yet: its arguments are checked all the same. */
function later(
  head: Form['head'],
  usage: string,
  example: string,
  args: Argument[] = [],
  { optional = 0 }: { optional?: number } = {},
): Form {
  const name = head.join(' ');
  return {
    head,
    usage: `${name} ${usage}`.trim(),
    example: `${name} ${example}`.trim(),
    read(words) {
      const surplus = words[args.length];
      if (surplus !== undefined) return unexpected(surplus);
      if (words.length < args.length - optional) return missing('value');
      const wrong = args
        .map((check, at) => check(words[at] ?? ''))
        .find((result, at) => at < words.length && !result.ok);
      return wrong && !wrong.ok ? wrong : read({ verb: 'not-yet', name });
    },
  };
}

function readDns(args: string[]): Read<Target> {
  const [first, second, surplus] = args.filter((word) => word !== '->');
  if (surplus !== undefined) return unexpected(surplus);
  if (first === undefined) return read({ kind: 'cluster' });
  if (!first.includes('/')) {
    if (second !== undefined) return unexpected(second);
    const name = readDnsName(first);
    return name.ok ? read({ kind: 'name', name: name.value }) : name;
  }
  const pod = readPod(first);
  if (!pod.ok) return pod;
  if (second === undefined) return read({ kind: 'pod', pod: pod.value });
  const name = readDnsName(second);
  return name.ok ? read({ kind: 'name', name: name.value, pod: pod.value }) : name;
}

function readPodOrFlow(args: string[]): Read<Target> {
  const [first] = args;
  if (first === undefined) return missing('pod');
  return args.length === 1 ? readSource(first) : readFlow(args, readSource);
}

function readPolicyFlow(args: string[]): Read<Target> {
  const flow = readFlow(args, readPodSource);
  return flow.ok && flow.value.port === undefined ? missing('value') : flow;
}

function readFlow(args: string[], readFrom: (word: string) => Read<Flow['from']>): Read<Flow> {
  const [first, arrowWord, second, surplus] = args;
  if (first === undefined) return missing('pod');
  const from = readFrom(first);
  if (!from.ok) return from;
  if (arrowWord !== undefined && arrowWord !== '->') return unexpected(arrowWord);
  if (second === undefined) return missing('destination');
  if (surplus !== undefined) return unexpected(surplus);
  const endpoint = readEndpoint(second);
  return endpoint.ok ? read({ kind: 'flow', from: from.value, ...endpoint.value }) : endpoint;
}

function readNodePair(args: string[]): Read<Target> {
  const [first, second, surplus] = args.filter((word) => word !== '->');
  if (first === undefined) return read({ kind: 'cluster' });
  if (second === undefined) return missing('value');
  if (surplus !== undefined) return unexpected(surplus);
  const from = readNode(first);
  if (!from.ok) return from;
  const to = readNode(second);
  return to.ok ? read({ kind: 'node-pair', from: from.value, to: to.value }) : to;
}

function readOptionalNode(args: string[]): Read<Target> {
  const [first, surplus] = args;
  if (first === undefined) return read({ kind: 'cluster' });
  if (surplus !== undefined) return unexpected(surplus);
  const node = readNode(first);
  return node.ok ? read({ kind: 'node', node: node.value }) : node;
}

function readHelp(args: string[]): Read<Intent> {
  const topic = args.join(' ').toLowerCase();
  if (topic === '') return read({ verb: 'help' });
  const known = forms.some(({ head }) => head.join(' ') === topic || head[0] === topic);
  return known ? read({ verb: 'help', topic }) : unexpected(args.join(' '));
}

const readBare = (args: string[], intent: Intent): Read<Intent> =>
  args[0] === undefined ? read(intent) : unexpected(args[0]);

function arrow(word: string): Read<unknown> {
  return word === '->' ? read(word) : unexpected(word);
}

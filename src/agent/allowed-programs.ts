// The programs that the agent runs, and the arguments under which each only reads. What is not listed is refused,
// whoever asks. This binds cni-agent; who may exec what else in its pod is the cluster's to say (deploy/README.md).

import { isIP } from 'node:net';

type Check = (args: readonly string[]) => boolean;

const READ_VERBS = new Set(['show', 'list', 'get', 'ls']);
const IPROUTE_OPTIONS = new Set(['-j', '-d', '-s', '-4', '-6', '-o', '-br', '-p', '-N']);
// Addresses, device names and keywords; nothing that starts like an option.
const OPERAND = /^[A-Za-z0-9][A-Za-z0-9.:/_@-]*$/;

/** iproute2: options that shape the output, then one of these objects, then at most a verb that reads. */
const iproute =
  (...objects: string[]): Check =>
  (args) => {
    const start = args.findIndex((arg) => !IPROUTE_OPTIONS.has(arg));
    const [object = '', verb = 'show', ...operands] = start < 0 ? [] : args.slice(start);
    return (
      objects.includes(object) && READ_VERBS.has(verb) && operands.every((operand) => OPERAND.test(operand))
    );
  };

const DIG_WORD =
  /^(\+(noall|comments|answer|stats|short|noedns|edns|dnssec|nsid|norecurse|tcp|ignore|(time|tries|bufsize)=\d+)|@[0-9a-fA-F.:]+|-[46xp]|[A-Za-z0-9_.:-]+)$/;

/** Names, types and servers; options that read files or keys are not among these. */
const dig: Check = (args) => args.every((arg) => DIG_WORD.test(arg) && !/^-[^46xp]|^-.{2,}/.test(arg));

/** Only these options; everything else is an operand. */
const onlyOptions =
  (...allowed: string[]): Check =>
  (args) =>
    args.every((arg) => !arg.startsWith('-') || allowed.includes(arg));

const exactly =
  (...lines: string[]): Check =>
  (args) =>
    lines.includes(args.join(' '));

// Cloud metadata and agent addresses hand out credentials to whoever asks from the node's network: all of link-local,
// but for NodeLocal DNSCache's own, and those of Alibaba, Azure, Oracle and AWS over IPv6.
const CREDENTIAL_HOSTS =
  /^(169\.254\.(?!20\.10$)|100\.100\.100\.200$|168\.63\.129\.16$|192\.0\.0\.192$|fd00:ec2::)/;
const FETCH = /^https?:\/\/(\[[0-9a-f:]+\]|[\d.]+)(:\d+)?(\/[\w./?=&%-]*)?$/;

/** curl options -> what their value may be; undefined: they take none. */
const CURL_OPTIONS: Map<string, RegExp | undefined> = new Map([
  ['-s', undefined],
  ['-S', undefined],
  ['-k', undefined],
  ['-o', /^\/dev\/null$/],
  ['-w', /^(%\{[a-z_]+\}|\\n|[ \w:.,-])*$/],
  ['-m', /^\d+(\.\d+)?$/],
  ['--connect-timeout', /^\d+(\.\d+)?$/],
]);

/** Fetches over HTTP from literal addresses, and writes no file. */
const curl: Check = (args) => {
  let urls = 0;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (CURL_OPTIONS.has(arg)) {
      const value = CURL_OPTIONS.get(arg);
      if (value && !value.test(args[++at] ?? '-')) return false;
    } else if (isPlainUrl(arg)) urls += 1;
    else return false;
  }
  return urls > 0;
};

function isPlainUrl(text: string): boolean {
  const host = FETCH.exec(text)?.[1]?.replace(/^\[|\]$/g, '') ?? '';
  // An IPv4 address may hide in an IPv6 one.
  return isIP(host) !== 0 && !CREDENTIAL_HOSTS.test(host) && !/^(::|64:ff9b:)/.test(host);
}

/** Only connects: without -z it would carry what it is given. */
const nc: Check = (args) =>
  onlyOptions('-z', '-v', '-w', '-n', '-u', '-vz', '-zv', '-4', '-6')(args) &&
  args.some((arg) => arg === '-z' || arg === '-vz' || arg === '-zv');

// A Map: what every object inherits (`constructor`) is no program.
const PROGRAMS: Map<string, Check> = new Map(
  Object.entries({
    dig,
    ping: onlyOptions('-c', '-i', '-W', '-w', '-s', '-M', '-n', '-q', '-I', '-4', '-6', '-D'),
    arping: onlyOptions('-c', '-w', '-I', '-D', '-q'),
    tracepath: onlyOptions('-n', '-m', '-4', '-6'),
    ip: iproute('addr', 'address', 'link', 'route', 'neigh', 'neighbour', 'rule', 'netconf', 'maddr'),
    bridge: iproute('fdb', 'link', 'vlan', 'mdb'),
    ss: onlyOptions(
      '-H',
      '-n',
      '-t',
      '-u',
      '-l',
      '-a',
      '-i',
      '-O',
      '-tln',
      '-uln',
      '-tuln',
      '-Htuln',
      '-Htulna',
      '-tin',
    ),
    tc: iproute('qdisc', 'class', 'filter'),
    'iptables-save': exactly('', '-c'),
    'ip6tables-save': exactly('', '-c'),
    'iptables-nft-save': exactly('', '-c'),
    'iptables-legacy-save': exactly('', '-c'),
    'ip6tables-legacy-save': exactly('', '-c'),
    nft: exactly('-j list ruleset', '-j list tables', 'list ruleset'),
    ipset: exactly('save', 'list', '-o save list'),
    conntrack: exactly('-S', '-C'),
    nstat: exactly('-jazs'),
    ethtool: onlyOptions('-k', '-S', '-i'),
    curl,
    nc,
  }),
);

/** Why this is refused; undefined when it may run. */
export function refusalOf(argv: readonly string[]): string | undefined {
  const [program = '', ...args] = argv;
  const check = PROGRAMS.get(program);
  if (!check) return `${program} is not a program that cni-agent runs`;
  return check(args) ? undefined : `${program} ${args.join(' ')} could do more than read`;
}

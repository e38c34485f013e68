// The programs that the agent runs, and the arguments under which each only reads. What is not listed is refused,
// whoever asks: a worker that was taken over must not become a way to change a node.

import { isIP } from 'node:net';

type Check = (args: readonly string[]) => boolean;

const READ_VERBS = new Set(['show', 'list', 'get', 'ls']);

/** iproute2: options first, then an object, then at most a verb that reads. */
const iproute: Check = (args) => {
  const words = args.filter((arg) => !arg.startsWith('-'));
  if (args.some((arg) => /^-(b|batch|force|n|netns)/.test(arg))) return false;
  const verb = words[1];
  return verb === undefined || READ_VERBS.has(verb);
};

/** Only these options; everything else is an operand. */
const onlyOptions =
  (...allowed: string[]): Check =>
  (args) =>
    args.every((arg) => !arg.startsWith('-') || allowed.includes(arg));

const exactly =
  (...lines: string[]): Check =>
  (args) =>
    lines.includes(args.join(' '));

// Cloud metadata services hand out credentials to whoever asks from the node's network.
const METADATA = ['169.254.169.254', '100.100.100.200', 'fd00:ec2::254'];

/** Fetches from literal addresses, and writes no file. */
const isPlainFetch: Check = (args) => {
  const allowed = onlyOptions('-s', '-S', '-k', '-o', '-w', '-m', '--connect-timeout');
  const urls = args.filter((arg) => /^https?:/.test(arg));
  return (
    allowed(args) &&
    args.every((arg, index) => args[index - 1] !== '-o' || arg === '/dev/null') &&
    urls.every((url) => {
      const host = URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : '';
      return isIP(host) !== 0 && !METADATA.includes(host);
    })
  );
};

const PROGRAMS: Record<string, Check> = {
  dig: (args) => args.every((arg) => !/^-[fk]/.test(arg)),
  ping: onlyOptions('-c', '-i', '-W', '-w', '-s', '-M', '-n', '-q', '-I', '-4', '-6', '-D'),
  arping: onlyOptions('-c', '-w', '-I', '-D', '-q'),
  tracepath: onlyOptions('-n', '-m', '-4', '-6'),
  ip: iproute,
  bridge: iproute,
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
  tc: iproute,
  'iptables-save': exactly('', '-c'),
  'ip6tables-save': exactly('', '-c'),
  'iptables-nft-save': exactly('', '-c'),
  'iptables-legacy-save': exactly('', '-c'),
  'ip6tables-legacy-save': exactly('', '-c'),
  nft: exactly('-j list ruleset', '-j list tables', 'list ruleset'),
  ipset: exactly('save', 'list', '-o save list'),
  conntrack: exactly('-S', '-C'),
  nstat: exactly('-az', '-jaz', '-j -a -z'),
  ethtool: onlyOptions('-k', '-S', '-i'),
  curl: isPlainFetch,
  nc: onlyOptions('-z', '-v', '-w', '-n', '-u', '-vz', '-zv', '-4', '-6'),
};

/** Why this is refused; undefined when it may run. */
export function refusalOf(argv: readonly string[]): string | undefined {
  const [program = '', ...args] = argv;
  const check = PROGRAMS[program];
  if (!check) return `${program} is not a program that cni-agent runs`;
  return check(args) ? undefined : `${program} ${args.join(' ')} could do more than read`;
}

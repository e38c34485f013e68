// Netfilter rules from captured iptables-save and nft output: their model, and which of them drop a flow.

import { describe, expect, test } from 'vitest';
import { policiesDropping, rulesDropping } from '../../src/probes/dropped-flow.ts';
import { type NetfilterRules, parseIptablesSave } from '../../src/probes/netfilter.ts';
import { parseNftRuleset } from '../../src/probes/nft-ruleset.ts';
import type { DroppedFlow } from '../../src/probes/rule-match.ts';
import { exited, outputOf } from './output.ts';

const udp53: DroppedFlow = { protocol: 'udp', port: 53 };

const backends = [
  ['iptables-nft', 'iptables-nft-1.8.9-kube.txt'],
  ['iptables-legacy', 'iptables-legacy-1.8.9-kube.txt'],
] as const;

describe.each(backends)('%s-save', (backend, file) => {
  const parsed = parseIptablesSave(outputOf(file), backend);
  const ruleWith = (text: string) => parsed.rules.find((rule) => rule.text.includes(text));

  test('gives every rule with its table, chain and counter', () => {
    expect(parsed.rules).toHaveLength(19);
    expect(ruleWith('no DNS here')).toMatchObject({
      table: 'filter',
      chain: 'INPUT',
      packets: 3,
      target: 'DROP',
    });
    expect(ruleWith('--to-destination')).toMatchObject({ table: 'nat', chain: 'KUBE-SEP-B', target: 'DNAT' });
  });

  test('keeps a comment with spaces, quotes and what looks like options as one value', () => {
    const comment = ruleWith('no DNS here')?.matches.find(([name]) => name === '--comment')?.[1];

    expect(comment).toContain('-j ACCEPT');
  });

  test('reads negations, ranges and lists of ports', () => {
    expect(ruleWith('! --dport')?.matches).toContainEqual(['! --dport', '53']);
    expect(ruleWith('! -p tcp')?.matches).toContainEqual(['! -p', 'tcp']);
    expect(ruleWith('! -s 10.244.0.0/16')?.matches).toContainEqual(['! -s', '10.244.0.0/16']);
    expect(ruleWith('multiport')?.matches).toContainEqual(['--dports', '53,853,8000:8100']);
  });

  test('gives policies of built-in chains and not of others', () => {
    const filter = parsed.policies.filter(({ table }) => table === 'filter');

    expect(filter.map(({ chain, policy }) => `${chain} ${policy}`)).toEqual([
      'INPUT ACCEPT',
      'FORWARD DROP',
      'OUTPUT ACCEPT',
    ]);
  });

  test('finds the rules that dropped DNS, and no other', () => {
    const lines = (flow: DroppedFlow) =>
      rulesDropping(parsed, flow).map(({ chain, target }) => `${chain} ${target}`);

    expect(lines(udp53)).toEqual(['INPUT DROP']);
    expect(lines({ protocol: 'tcp', port: 53 })).toEqual(['INPUT REJECT']);
    expect(lines({ protocol: 'tcp', port: 8050 })).toEqual(['INPUT REJECT']);
    expect(lines({ protocol: 'udp', port: 5353 })).toEqual([]);
  });
});

test('a node without legacy tables has no rules there', () => {
  const parsed = parseIptablesSave(outputOf('iptables-legacy-1.8.9-empty.txt'), 'iptables-legacy');

  expect(parsed).toMatchObject({ backend: 'iptables-legacy', rules: [], policies: [] });
});

test.each([
  [
    'that failed',
    exited('', { code: 1, stderr: 'Permission denied (you must be root)' }),
    'Permission denied',
  ],
  ['that was cut', exited('*filter\n', { truncated: true }), 'larger than the output limit'],
  ['that was killed', exited('', { code: null }), 'exit code null'],
  ['of another kind', { kind: 'not-found' } as const, 'not-found'],
])('output %s is unparsable and never "no rules"', (_what, raw, words) => {
  expect(() => parseIptablesSave(raw, 'iptables-nft')).toThrow(words);
});

describe('nft -j list ruleset', () => {
  const parsed = parseNftRuleset(outputOf('nft-1.0.6-inet.json'));

  test('gives native rules and leaves out the tables of iptables-nft', () => {
    expect([...new Set(parsed.rules.map(({ table }) => table))]).toEqual(['inet guard']);
  });

  test('reads ports, sets, ranges, prefixes and negations', () => {
    const matches = parsed.rules.flatMap((rule) => rule.matches);

    expect(matches).toContainEqual(['--dport', '53,853']);
    expect(matches).toContainEqual(['--dport', '8000:8100']);
    expect(matches).toContainEqual(['-s', '10.244.2.0/24']);
    expect(matches).toContainEqual(['! --dport', '53']);
    expect(matches).toContainEqual(['-i', 'lo']);
  });

  test('takes a rule that does not count at its word, and a counter of zero for no', () => {
    const found = rulesDropping(parsed, { protocol: 'tcp', port: 853 });

    expect(found.map(({ chain, packets }) => [chain, packets])).toEqual([['forward', undefined]]);
    expect(rulesDropping(parsed, udp53)).toEqual([]);
  });

  test('that fails, or is no JSON, is an error and never "no rules"', () => {
    expect(() => parseNftRuleset(exited('', { code: 1, stderr: 'Operation not permitted' }))).toThrow(
      'Operation not permitted',
    );
    expect(() => parseNftRuleset(exited('table inet guard {'))).toThrow();
    expect(() => parseNftRuleset(exited('{"nftables": 5}'))).toThrow();
  });
});

describe('a rule drops a flow', () => {
  const rules = (...lines: string[]): NetfilterRules =>
    parseIptablesSave(
      exited(`*filter\n${lines.map((line) => `[5:300] ${line}\n`).join('')}`),
      'iptables-nft',
    );
  const ends = ['10.244.1.2', '10.244.0.0/16', '192.168.10.11'];

  test.each([
    ['that names its port', '-A FORWARD -p udp -m udp --dport 53 -j DROP', true],
    ['that names it for replies', '-A FORWARD -p udp -m udp --sport 53 -j DROP', true],
    ['with a range around it', '-A FORWARD -p udp -m udp --dport 1:1024 -j DROP', true],
    ['with a client’s port besides', '-A FORWARD -p udp -m udp --sport 1024:65535 --dport 53 -j DROP', true],
    ['in a list of ports', '-A FORWARD -p udp -m multiport --dports 53,853 -j DROP', true],
    [
      'that rejects',
      '-A FORWARD -p udp -m udp --dport 53 -j REJECT --reject-with icmp-port-unreachable',
      true,
    ],
    ['that names the protocol only', '-A FORWARD -p udp -j DROP', true],
    ['that names nothing', '-A FORWARD -j DROP', true],
    ['that excludes another protocol', '-A FORWARD ! -p tcp -j DROP', true],
    ['for the network of pods', '-A FORWARD -s 10.244.2.0/24 -j DROP', true],
    ['not of another port', '-A FORWARD -p udp -m udp --dport 5353 -j DROP', false],
    ['not of another protocol', '-A FORWARD -p tcp -m tcp --dport 53 -j DROP', false],
    ['not when it excludes the protocol', '-A FORWARD ! -p udp -j DROP', false],
    ['not when it excludes the port', '-A FORWARD -p udp -m udp ! --dport 53 -j DROP', false],
    ['not when it lets it pass', '-A FORWARD -p udp -m udp --dport 53 -j ACCEPT', false],
    ['not by a mark', '-A FORWARD -m mark --mark 0x1 -j DROP', false],
    ['not by a state', '-A FORWARD -m conntrack --ctstate INVALID -j DROP', false],
    ['not when it counts or jumps only', '-A FORWARD -p udp -m udp --dport 53 -j KUBE-FORWARD', false],
    ['not for other addresses', '-A OUTPUT -d 192.0.2.0/24 -j DROP', false],
    ['not for other servers', '-A FORWARD -d 8.8.8.8/32 -p udp -m udp --dport 53 -j DROP', false],
  ])('%s', (_what, text, expected) => {
    const found = rulesDropping(rules(text), { ...udp53, ends });

    expect(found.length > 0).toBe(expected);
  });

  test('only when it has dropped something', () => {
    const idle = parseIptablesSave(exited('*filter\n[0:0] -A FORWARD -j DROP\n'), 'iptables-nft');

    expect(rulesDropping(idle, udp53)).toEqual([]);
  });
});

test('a DROP policy that caught packets is given in the form of a rule; others are not', () => {
  const rules = parseIptablesSave(
    exited('*filter\n:INPUT DROP [0:0]\n:FORWARD DROP [7:420]\n:OUTPUT ACCEPT [9:540]\nCOMMIT\n'),
    'iptables-nft',
  );

  expect(policiesDropping(rules)).toEqual([
    { table: 'filter', chain: 'FORWARD', packets: 7, text: '-P FORWARD DROP', target: 'DROP' },
  ]);
});

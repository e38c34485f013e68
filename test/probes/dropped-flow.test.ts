// Which rules drop a flow: chains and jumps, devices, ranges, sets, policies; iptables and nft alike.

import { describe, expect, test } from 'vitest';
import {
  policiesDropping,
  rulesDropping,
  rulesThatMayDrop,
  uncountedDrops,
} from '../../src/probes/dropped-flow.ts';
import { parseIptablesSave } from '../../src/probes/netfilter.ts';
import { parseNftRuleset } from '../../src/probes/nft-ruleset.ts';
import type { DroppedFlow } from '../../src/probes/rule-match.ts';
import { exited, outputOf } from './output.ts';

const iptables = (table: string, ...lines: string[]) =>
  parseIptablesSave(
    exited(
      `*${table}\n${lines.map((line) => (line.startsWith(':') ? `${line}\n` : `[9:540] ${line}\n`)).join('')}`,
    ),
    'iptables-legacy',
  );
const tunnel: DroppedFlow = { protocol: 'udp', port: 8472, ends: ['172.31.0.11', '172.31.0.12'] };
const ping: DroppedFlow = { protocol: 'icmp', ends: ['10.244.0.2', '10.244.1.3'] };

describe('a flow meets a rule', () => {
  test.each([
    ['by the number of its protocol', '-A INPUT -p 17 -m udp --dport 8472 -j DROP', tunnel, true],
    ['by an address range', '-A INPUT -m iprange --src-range 172.31.0.1-172.31.0.20 -j DROP', tunnel, true],
    [
      'outside of an address range',
      '-A INPUT -m iprange --src-range 172.31.1.1-172.31.1.9 -j DROP',
      tunnel,
      false,
    ],
    [
      'by a share of all packets',
      '-A INPUT -m statistic --mode random --probability 0.3 -j DROP',
      tunnel,
      true,
    ],
    ['in the raw table', '-A PREROUTING -s 172.31.0.12/32 -j DROP', tunnel, true],
    ['for every source but others', '-A INPUT ! -s 10.0.0.0/8 -j DROP', tunnel, true],
    ['for every source but its own', '-A INPUT ! -s 172.31.0.0/24 -j DROP', tunnel, false],
    ['as new connection', '-A FORWARD -m conntrack --ctstate NEW -j DROP', tunnel, true],
    [
      'unless it is established',
      '-A FORWARD -m conntrack ! --ctstate RELATED,ESTABLISHED -j DROP',
      tunnel,
      true,
    ],
    ['by its kind of ICMP', '-A FORWARD -p icmp -m icmp --icmp-type 8 -j DROP', ping, true],
    ['not by another kind of ICMP', '-A FORWARD -p icmp -m icmp --icmp-type 3 -j DROP', ping, false],
    ['not by ports, which ICMP has none of', '-A FORWARD -p tcp -m tcp --dport 80 -j DROP', ping, false],
    ['on loopback only', '-A INPUT -i lo -j DROP', tunnel, false],
    ['on its device', '-A INPUT -i eth+ -j DROP', { ...tunnel, devices: ['eth0'] }, true],
    ['on another device', '-A INPUT -i cni0 -j DROP', { ...tunnel, devices: ['eth0'] }, false],
    ['on all devices but its own', '-A INPUT ! -i eth0 -j DROP', { ...tunnel, devices: ['eth0'] }, false],
  ])('%s: %s', (_what, line, flow, expected) => {
    const found = rulesDropping(iptables('filter', line), flow);

    expect(found.length > 0).toBe(expected);
  });

  test('in a chain that something jumps to, and not in one that nothing does', () => {
    const jumped = iptables('filter', ':GUARD - [0:0]', '-A INPUT -p udp -j GUARD', '-A GUARD -j DROP');
    const lonely = iptables('filter', ':GUARD - [0:0]', '-A GUARD -j DROP');
    const passedBy = iptables('filter', ':GUARD - [0:0]', '-A INPUT -p tcp -j GUARD', '-A GUARD -j DROP');

    expect(rulesDropping(jumped, tunnel)).toHaveLength(1);
    expect(rulesDropping(lonely, tunnel)).toEqual([]);
    expect(rulesDropping(passedBy, tunnel)).toEqual([]);
  });

  test('not behind a rule that lets all of it pass', () => {
    const accepted = iptables('filter', '-A FORWARD -s 10.244.0.0/16 -j ACCEPT', '-A FORWARD -j DROP');
    const partly = iptables('filter', '-A FORWARD -s 10.244.0.0/24 -j ACCEPT', '-A FORWARD -j DROP');

    expect(rulesDropping(accepted, ping)).toEqual([]);
    expect(rulesDropping(partly, ping)).toHaveLength(1);
  });

  test('not in INPUT or OUTPUT when it only passes through', () => {
    const rules = iptables('filter', '-A INPUT -j DROP', '-A FORWARD -j DROP');

    expect(rulesDropping(rules, { ...ping, passing: true }).map(({ chain }) => chain)).toEqual(['FORWARD']);
  });
});

test('what a rule picks by and nobody knows is a maybe', () => {
  const rules = iptables(
    'filter',
    '-A FORWARD -m set --match-set blocked src -j DROP',
    '-A FORWARD -m mark --mark 0x1 -j DROP',
    '-A FORWARD -m conntrack --ctstate INVALID -j DROP',
  );

  expect(rulesDropping(rules, ping)).toEqual([]);
  expect(rulesThatMayDrop(rules, ping)).toHaveLength(3);
});

test('a DROP policy counts unless a rule before it lets all of the flow pass', () => {
  const bare = iptables('filter', ':FORWARD DROP [7:420]');
  const open = iptables('filter', ':FORWARD DROP [7:420]', '-A FORWARD -d 10.244.0.0/16 -j ACCEPT');

  expect(policiesDropping(bare, ping)).toHaveLength(1);
  expect(policiesDropping(open, ping)).toEqual([]);
});

describe('nft rules', () => {
  const parsed = parseNftRuleset(outputOf('nft-1.0.6-many-kinds.json'));
  const drops = (flow: DroppedFlow) => rulesDropping(parsed, flow).map(({ text }) => text);
  const from = (address: string): DroppedFlow => ({ protocol: 'udp', port: 8472, ends: [address] });

  test('name addresses by a set, by a range and by a map of verdicts', () => {
    expect(uncountedDrops(parsed, from('10.9.8.7')).map(({ text }) => text)).toContain(
      'ip saddr 1.2.3.4,10.9.0.0/16 drop',
    );
    expect(uncountedDrops(parsed, from('1.1.1.1')).map(({ text }) => text)).toContain(
      'ip saddr 1.1.1.1 drop',
    );
    expect(uncountedDrops(parsed, from('192.0.2.1'))).toEqual([]);
  });

  test('are seen at the ingress of a device as well', () => {
    expect(drops({ protocol: 'udp', port: 999 })).toContain('udp dport 999 drop');
  });

  test('without a counter are seen in the tables of iptables too, whose own rules always count', () => {
    expect(uncountedDrops(parsed, from('1.2.3.9')).map(({ table }) => table)).toContain('ip filter');
  });

  test('by states and limits are a maybe, by chance a yes', () => {
    expect(drops(from('192.0.2.1'))).toEqual(['probability 3 drop']);
  });
});

// Where a node's rules lead a Service's packets: captured from two nodes of a lab with Services of many kinds, whole, with
// parts of them gone, and with thousands of others around them.

import { describe, expect, test } from 'vitest';
import { parseIptablesSave } from '../../src/probes/netfilter.ts';
import { findServiceRules, type ServiceClient } from '../../src/probes/service-rules.ts';
import { exited, outputOf } from './output.ts';

// n1 has no endpoint of `web`; n2 has 10.244.0.3, n3 has 10.244.1.2.
const [N1, N2] = ['iptables-nft-1.8.9-kube-proxy-n1.txt', 'iptables-nft-1.8.9-kube-proxy-n2.txt'];
const WEB = '10.96.177.17';
const BOTH = ['10.244.0.3:8080', '10.244.1.2:8080'];

const textOf = (file: string): string => outputOf(file).stdout;
const without = (text: string, ...chains: string[]): string =>
  text
    .split('\n')
    .filter((line) => !chains.some((chain) => line.includes(`-A ${chain} `)))
    .join('\n');

interface Asked {
  text?: string;
  port?: number;
  client?: ServiceClient;
}

const rulesFor = (address: string, { text = textOf(N1), port = 80, client }: Asked = {}) =>
  findServiceRules(
    parseIptablesSave(exited(text), 'iptables-nft'),
    { address, port, protocol: 'tcp' },
    ...(client ? [client] : []),
  );

const programmed = (targets: string[], more: object = {}) => ({
  kind: 'programmed',
  targets,
  lostIn: [],
  unmasqueraded: [],
  ...more,
});

const pod = (address: string): ServiceClient => ({ address, isNode: false, nodeAddresses: ['172.31.0.11'] });
const node: ServiceClient = { address: '172.31.0.11', isNode: true, nodeAddresses: ['172.31.0.11'] };

describe('rules as kube-proxy wrote them', () => {
  test('lead to every endpoint', () => {
    expect(rulesFor(WEB)).toEqual(programmed(BOTH));
  });

  test('lead to every endpoint with session affinity too', () => {
    expect(rulesFor('10.96.77.7')).toEqual(programmed(BOTH));
  });

  test('lead to what a hand-made EndpointSlice names', () => {
    expect(rulesFor('10.96.63.118')).toEqual(programmed(['10.244.0.3:8080', '10.244.0.99:8080']));
  });

  test('turn away what is for a Service without endpoints', () => {
    expect(rulesFor('10.96.105.141')).toEqual({ kind: 'rejected', by: 'REJECT' });
  });

  test('drop what is for a local Service without an endpoint on the node', () => {
    expect(rulesFor('10.96.102.73')).toEqual({ kind: 'rejected', by: 'DROP' });
  });

  test('lead to the local endpoint alone where there is one', () => {
    expect(rulesFor('10.96.102.73', { text: textOf(N2) })).toEqual(programmed(['10.244.0.3:8080']));
  });

  test('lead from a NodePort of the node to every endpoint, with the node’s address', () => {
    const client = { isNode: false, nodeAddresses: ['172.31.0.11'] };

    expect(rulesFor('172.31.0.11', { port: 30081, client })).toEqual(programmed(BOTH));
  });

  test('lead pods through a NodePort of local policy to every endpoint', () => {
    expect(rulesFor('172.31.0.11', { port: 30080, client: pod('10.244.3.2') })).toEqual(programmed(BOTH));
  });

  test('lead from an external address', () => {
    expect(rulesFor('192.0.2.80', { client: pod('10.244.3.2') })).toEqual(programmed(BOTH));
  });

  test('are the same for the node itself, by another hook', () => {
    expect(rulesFor(WEB, { client: node })).toEqual(programmed(BOTH));
  });

  test('know nothing of a port that the Service does not have', () => {
    expect(rulesFor(WEB, { port: 81 })).toEqual({ kind: 'missing', at: 'KUBE-SERVICES' });
  });
});

describe('rules of which a part is gone', () => {
  test.each([
    ['the hook of pods', ['PREROUTING'], 'PREROUTING'],
    ['the list of Services', ['KUBE-SERVICES'], 'KUBE-SERVICES'],
    ['the Service’s own chain', ['KUBE-SVC-E3PXEPMWAWIUT6ZV'], 'KUBE-SVC-E3PXEPMWAWIUT6ZV'],
  ])('end where they end without %s', (_what, chains, at) => {
    expect(rulesFor(WEB, { text: without(textOf(N1), ...chains) })).toEqual({ kind: 'missing', at });
  });

  test('still serve the node when only the hook of pods is gone', () => {
    const text = without(textOf(N1), 'PREROUTING');

    expect(rulesFor(WEB, { text, client: node })).toEqual(programmed(BOTH));
  });

  test('lose a share when one endpoint’s chain is empty', () => {
    const text = without(textOf(N1), 'KUBE-SEP-QIUCSNVBF37BQB4U');

    expect(rulesFor(WEB, { text })).toEqual(
      programmed(['10.244.0.3:8080'], { lostIn: ['KUBE-SEP-QIUCSNVBF37BQB4U'] }),
    );
  });

  test.each(['KUBE-POSTROUTING', 'KUBE-MARK-MASQ', 'POSTROUTING'])(
    'send a pod to itself with its own address without %s',
    (chain) => {
      const text = without(textOf(N2), chain);

      expect(rulesFor(WEB, { text, client: pod('10.244.0.3') })).toEqual(
        programmed(BOTH, { unmasqueraded: ['10.244.0.3:8080'] }),
      );
    },
  );

  test('send a pod to itself with the node’s address as long as they are whole', () => {
    expect(rulesFor(WEB, { text: textOf(N2), client: pod('10.244.0.3') })).toEqual(programmed(BOTH));
  });

  test('are missing as a whole when the nat table is bare and kube-proxy was here', () => {
    const text = textOf(N1).replace(/\*nat[\s\S]*?COMMIT/, '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT');

    expect(rulesFor(WEB, { text })).toEqual({ kind: 'missing', at: 'PREROUTING' });
  });
});

describe('rules that are not those of kube-proxy in iptables mode', () => {
  test('claim nothing', () => {
    expect(rulesFor(WEB, { text: '*nat\n:PREROUTING ACCEPT [0:0]\nCOMMIT\n' })).toEqual({
      kind: 'no-kube-proxy',
    });
  });

  test('claim nothing in mode ipvs, where addresses are in sets', () => {
    const text = [
      '*nat',
      ':PREROUTING ACCEPT [0:0]',
      ':KUBE-SERVICES - [0:0]',
      '[0:0] -A PREROUTING -m comment --comment "kubernetes service portals" -j KUBE-SERVICES',
      '[0:0] -A KUBE-SERVICES -m set --match-set KUBE-CLUSTER-IP dst,dst -j ACCEPT',
      'COMMIT',
    ].join('\n');

    expect(rulesFor(WEB, { text })).toEqual({ kind: 'no-kube-proxy' });
  });
});

test('one Service is found among 1,000, whose rules are more than 3,000', () => {
  const others = Array.from({ length: 1000 }, (_, at) => ({
    id: `OTHER${at}`,
    address: `10.97.${Math.floor(at / 250)}.${at % 250}`,
    endpoint: `10.250.${Math.floor(at / 250)}.${at % 250}:8080`,
  }));
  const declared = others.map(({ id }) => `:KUBE-SVC-${id} - [0:0]\n:KUBE-SEP-${id} - [0:0]`);
  const rules = others.map(
    ({ id, address, endpoint }) =>
      `[0:0] -A KUBE-SERVICES -d ${address}/32 -p tcp -m tcp --dport 80 -j KUBE-SVC-${id}
[0:0] -A KUBE-SVC-${id} -j KUBE-SEP-${id}
[0:0] -A KUBE-SEP-${id} -p tcp -m tcp -j DNAT --to-destination ${endpoint}`,
  );
  const text = textOf(N1)
    .replace(/(:KUBE-MARK-MASQ)/, `${declared.join('\n')}\n$1`)
    .replace(/(\[0:0\] -A KUBE-MARK-MASQ)/, `${rules.join('\n')}\n$1`);

  expect(parseIptablesSave(exited(text), 'iptables-nft').rules.length).toBeGreaterThan(3000);
  expect(rulesFor(WEB, { text })).toEqual(programmed(BOTH));
  expect(rulesFor('10.97.3.249', { text })).toEqual(programmed(['10.250.3.249:8080']));
});

test('rules that jump in a circle come to an end', () => {
  const text = [
    '*nat',
    ':PREROUTING ACCEPT [0:0]',
    ':KUBE-SERVICES - [0:0]',
    '[0:0] -A PREROUTING -j KUBE-SERVICES',
    '[0:0] -A KUBE-SERVICES -j PREROUTING',
    'COMMIT',
  ].join('\n');

  expect(rulesFor(WEB, { text })).toEqual({ kind: 'missing', at: 'KUBE-SERVICES' });
});

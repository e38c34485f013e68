// The routing table, row by row, with the labels that each alert has where it comes from; then what no row names, hostile
// labels, and rules of the operator.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type OwnRule, readOwnRules } from '../../src/alertmanager/own-rules.ts';
import { routes } from '../../src/alertmanager/routes.ts';
import { createRouting } from '../../src/alertmanager/routing.ts';
import { describeTarget, isNamespaceName, isObjectName } from '../../src/diagnosis/target.ts';
import { playbooks } from '../../src/playbooks/index.ts';
import { sampleAlert } from '../support/sample-alert.ts';
import { ofKsm, ofNodeExporter, routedCases, shopPod } from './routed-cases.ts';

type Labels = Record<string, string>;

const routeWith = (ownRules: OwnRule[], name: string, labels: Labels) =>
  createRouting({ ownRules })(sampleAlert({ name, labels: { ...(name && { alertname: name }), ...labels } }));
const route = (name: string, labels: Labels = {}) => routeWith([], name, labels);

/** `pod shop/web-1`, with `@n1` where the place is known beside the target; `ignore: why`. */
function lineOf(routed: ReturnType<typeof route>): string {
  if (routed.kind === 'ignore') return `ignore: ${routed.why}`;
  const { playbook, target, node } = routed;
  return `${playbook} ${describeTarget(target)}${target.kind !== 'node' && node ? ` @${node}` : ''}`;
}

describe.each(Object.entries(routedCases))('alerts %s', (_, cases) => {
  test.each(cases)('%s %j -> %s', (name, labels, line) => {
    expect(lineOf(route(name, labels))).toBe(line);
  });
});

test('every alert of the table has a case', () => {
  const tried = new Set(
    Object.values(routedCases)
      .flat()
      .map(([name]) => name),
  );

  expect(routes.flatMap(({ alerts }) => alerts).filter((name) => !tried.has(name))).toEqual([]);
});

test('no row stands behind another one that takes all its alerts', () => {
  const decided = new Set<string>();
  const unreachable: string[] = [];

  for (const { alerts, workload, job, labels } of routes)
    for (const name of alerts) {
      if (decided.has(name)) unreachable.push(name);
      if (!workload && !job && !labels) decided.add(name);
    }

  expect(unreachable).toEqual([]);
});

describe('the place of an alert', () => {
  test.each<[string, Labels, string]>([
    [
      'is what kube-state-metrics tells about, not kube-state-metrics',
      { ...ofKsm, namespace: 'monitoring', pod: 'ksm-0', exported_namespace: 'shop', exported_pod: 'web-7f' },
      'pod shop/web-7f',
    ],
    [
      'is not the exporter when the metric names none',
      { ...ofKsm, namespace: 'monitoring', pod: 'kube-state-metrics-6d5f8b9c7d-abcde' },
      'pod cluster',
    ],
    ['is the node when no pod is named', { namespace: 'shop', node: 'n1' }, 'pod node/n1'],
    [
      'is the node when the name of the pod is none',
      { namespace: 'shop', pod: 'a b', node: 'n1' },
      'pod node/n1',
    ],
    ['is everything when nothing is named', {}, 'pod cluster'],
  ])('%s', (_, labels, line) => {
    expect(lineOf(route('KubePodNotReady', labels))).toBe(line);
  });

  test.each([
    ['10.0.0.5:9100', 'node/10.0.0.5'],
    ['10.0.0.5', 'node/10.0.0.5'],
    ['[fd00::5]:9100', 'node/fd00::5'],
    ['fd00::5', 'node/fd00::5'],
    ['n1.example:9100', 'node/n1.example'],
    ['127.0.0.1:9100', 'cluster'],
    ['[::1]:9100', 'cluster'],
    ['localhost:9100', 'cluster'],
    ['not a host', 'cluster'],
  ])('of the instance %s is %s', (instance, place) => {
    expect(lineOf(route('ConntrackHigh', { job: 'node-exporter', instance }))).toBe(`cross-node ${place}`);
  });

  test('is the node by name rather than by address', () => {
    expect(lineOf(route('ConntrackHigh', { ...ofNodeExporter, node: 'n1' }))).toBe('cross-node node/n1');
  });
});

describe('an alert that no row names', () => {
  test.each<[string, Labels, string]>([
    ['CorpPodNetworkBroken', {}, 'cluster cluster'],
    ['CorpPodNetworkBroken', { node: 'n1' }, 'cluster node/n1'],
    ['CorpPodNetworkBroken', shopPod, 'pod shop/web-7f'],
    ['packet_loss_high', ofNodeExporter, 'cluster node/10.0.0.5'],
    ['CorpCalicoBGPDown', { node: 'n1' }, 'cluster node/n1'],
    ['TigeraPolicyError', { job: 'calico-typha' }, 'cni-health cluster'],
    ['SomethingOdd', { job: 'cilium-agent', instance: '10.0.0.5:9962' }, 'cni-health node/10.0.0.5'],
    ['SomethingOdd', { job: 'coredns' }, 'dns cluster'],
    ['SomethingOdd', { job: 'kube-proxy', instance: '10.0.0.5:10249' }, 'pod node/10.0.0.5'],
    ['SomethingOdd', { component: 'cni' }, 'cluster cluster'],
    ['SomethingOdd', { reason: 'NodeNotReady', node: 'n1' }, 'cluster node/n1'],
    ['CniCiliumAgentDown', {}, 'cluster cluster'],
    ['HighLatency', {}, 'cluster cluster'],
    ['', { node: 'n1', category: 'network' }, 'cluster node/n1'],
  ])('and is about the network: %s %j -> %s', (name, labels, line) => {
    expect(lineOf(route(name, labels))).toBe(line);
  });

  test.each<[string, Labels]>([
    ['PostgresReplicationLag', shopPod],
    ['TechnicianOnCall', {}],
    ['CertificateExpiresSoon', { namespace: 'shop' }],
    ['PrometheusRuleFailures', { job: 'prometheus', pod: 'prometheus-0', namespace: 'monitoring' }],
    ['Adnsomething', {}],
    ['', {}],
  ])('and is about something else is left alone: %s %j', (name, labels) => {
    expect(lineOf(route(name, labels))).toBe('ignore: not-network');
  });
});

describe('rules of the operator', () => {
  const rulesOf = (text: string): OwnRule[] => {
    const read = readOwnRules(text);
    if (!read.ok) throw new Error(read.problems.join('\n'));
    return read.rules;
  };

  test('come before the table, the first that matches first', () => {
    const rules = rulesOf(`
      - match: { alertname: KubePodNotReady, namespace: 'dev-.*' }
        ignore: true
      - match: { alertname: 'Kube.*' }
        playbook: cluster
    `);

    expect(lineOf(routeWith(rules, 'KubePodNotReady', { namespace: 'dev-1', pod: 'a' }))).toBe(
      'ignore: by-rule',
    );
    expect(lineOf(routeWith(rules, 'KubePodNotReady', shopPod))).toBe('cluster cluster');
    expect(lineOf(routeWith(rules, 'CoreDNSDown', {}))).toBe('dns cluster');
  });

  test.each([
    ['target: node', 'mtu', 'mtu node/10.0.0.5'],
    ['target: cluster', 'mtu', 'mtu cluster'],
    ['target: pod', 'pod', 'pod shop/web-7f'],
  ])('say where to look: %s', (target, playbook, line) => {
    const rules = rulesOf(`- { match: { team: net }, playbook: ${playbook}, ${target} }`);

    const routed = routeWith(rules, 'Odd', { ...shopPod, team: 'net', instance: '10.0.0.5:1' });

    expect(lineOf(routed)).toBe(line);
  });
});

describe('hostile labels', () => {
  const names = [
    'namespace',
    'pod',
    'node',
    'instance',
    'exported_namespace',
    'exported_pod',
    'src_node',
    'dst_node',
  ];
  const texts = fc.oneof(
    fc.constantFrom(
      '../../etc',
      '$(reboot)',
      '<!channel>',
      'a\nb',
      "'; --",
      '-rf',
      'A'.repeat(1000),
      '\u202e',
      '',
    ),
    fc.string({ unit: 'binary' }),
    fc.constantFrom('n1', 'shop', 'web-7f', '10.0.0.5:9100'),
  );
  const labels = fc.dictionary(fc.constantFrom(...names, 'job', 'daemonset', 'reason', 'device'), texts);
  const alertNames = fc.oneof(
    fc.constantFrom(...routes.flatMap(({ alerts }) => alerts), 'NetworkOdd'),
    texts,
  );
  const facts = { nodes: [{ name: 'n1' }, { name: 'n2' }] } as never;

  test('never become a name of anything, and never a target that the playbook does not take', () => {
    fc.assert(
      fc.property(alertNames, labels, (name, given) => {
        const routed = route(name, given);
        if (routed.kind === 'ignore') return;

        const { target, playbook, node } = routed;
        const isNode = (text: string) => isObjectName(text) || /^[0-9a-f:.]+$/i.test(text);
        if (node !== undefined) expect(node).toSatisfy(isNode);
        if (target.kind === 'node') expect(target.node).toSatisfy(isNode);
        if (target.kind === 'node-pair') expect([target.from, target.to].every(isObjectName)).toBe(true);
        if (target.kind === 'pod')
          expect(isNamespaceName(target.pod.namespace) && isObjectName(target.pod.name)).toBe(true);
        const takes = playbooks
          .filter(({ id }) => playbook === 'cluster' || id === playbook)
          .some((each) => each.appliesTo(target, facts).applies);
        expect(takes).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});

// Diagnoses as a person might meet them, one for each kind of verdict, for tests of what is shown.

import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import type { Evidence, Unavailable } from '../../src/diagnosis/evidence.ts';
import type { Finding } from '../../src/diagnosis/finding.ts';
import type { Leg } from '../../src/diagnosis/playbook.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import type {} from '../../src/playbooks/index.ts';

const AT = '2026-03-01T03:12:00.000Z';

const queryOf = (protocol: 'udp' | 'tcp') =>
  ({
    topic: 'dns.query',
    params: { protocol, server: '10.96.0.10', name: 'kubernetes.default.svc.cluster.local.' },
  }) as const;

export const observed = (excerpt: string): Evidence<unknown> => ({
  status: 'observed',
  probe: 'netfilter:n2',
  label: { topic: 'netfilter.rules', params: { backend: 'iptables-nft' } },
  vantage: { kind: 'node', node: 'n2' },
  at: AT,
  ms: 12,
  excerpt,
  value: {},
});

export const unseen: Unavailable = {
  status: 'unavailable',
  probe: 'dns:n3',
  label: queryOf('udp'),
  vantage: { kind: 'node', node: 'n3' },
  at: AT,
  ms: 0,
  excerpt: '',
  reason: 'no-vantage',
  detail: 'no agent pod on n3',
};

export const dropped: Finding = {
  code: 'node.forward-drop',
  params: {
    rule: {
      text: '-A FORWARD -p udp -m udp --dport 53 -j DROP',
      table: 'filter',
      chain: 'FORWARD',
      packets: 214,
      backend: 'iptables-nft',
    },
  },
  subject: { kind: 'node', name: 'n2' },
  node: 'n2',
  layer: 'host',
  priority: 'P1',
  confidence: 'proven',
  advisory: false,
  evidence: [observed('[214:12840] -A FORWARD -p udp -m udp --dport 53 -j DROP')],
  explains: [],
  remediations: ['change-node-firewall'],
};

const scaledToZero: Finding = {
  code: 'dns.coredns-down',
  params: { cause: 'scaled-to-zero', deployment: 'kube-system/coredns', desired: 0, ready: 0, detail: '' },
  subject: { kind: 'deployment', namespace: 'kube-system', name: 'coredns' },
  layer: 'k8s',
  priority: 'P1',
  confidence: 'likely',
  advisory: false,
  evidence: [observed('')],
  explains: [],
  remediations: ['scale-coredns', 'mend-installation'],
};

export const amplified: Finding = {
  code: 'dns.search-amplification',
  params: { pod: 'shop/web-7f', name: 'api.example.com', lookups: 8, ndots: 5 },
  subject: { kind: 'pod', namespace: 'shop', name: 'web-7f' },
  layer: 'app',
  priority: 'P2',
  confidence: 'proven',
  advisory: true,
  evidence: [observed('')],
  explains: [],
  remediations: ['mend-application'],
};

const leg = (control: boolean, from: string, to: string, udp: boolean): Leg => ({
  control,
  from,
  to,
  cells: {
    UDP: udp ? { status: 'ok', ms: 1 } : { status: 'failed', note: 'timeout' },
    TCP: { status: 'ok', ms: 3 },
  },
});

export const legs = (broken: boolean): Leg[] => [
  leg(false, 'web-7f (n2)', 'CoreDNS Service', !broken),
  leg(false, 'web-7f (n2)', 'CoreDNS a (n1)', !broken),
  leg(true, 'pod on n1', 'CoreDNS Service', true),
];

const base: Omit<Diagnosis, 'outcomes' | 'findings'> = {
  schemaVersion: 1,
  id: 'd-7k2p',
  cluster: 'prod-eu',
  playbook: 'dns',
  target: { kind: 'pod', pod: { namespace: 'shop', name: 'web-7f' } },
  facts: { kubernetesVersion: 'v1.34.4', cni: 'flannel', nodes: [] },
  probes: [
    { id: 'a', label: queryOf('udp'), vantage: { kind: 'node', node: 'n1' }, status: 'observed', ms: 1 },
    { id: 'b', label: queryOf('tcp'), vantage: { kind: 'node', node: 'n2' }, status: 'observed', ms: 3 },
    { id: 'c', label: queryOf('udp'), vantage: { kind: 'node', node: 'n3' }, status: 'no-vantage', ms: 0 },
  ],
  startedAt: AT,
  durationMs: 2140,
};

const outcome = { playbook: 'dns', reasons: [], known: [], unchecked: [] };

export const diagnoses = {
  'root cause': {
    ...base,
    outcomes: [{ ...outcome, outcome: 'root-cause', legs: legs(true), unchecked: [unseen] }],
    findings: [dropped],
  },
  'two causes and an advice': {
    ...base,
    outcomes: [{ ...outcome, outcome: 'root-cause', legs: legs(true) }],
    findings: [dropped, scaledToZero, amplified],
  },
  cleared: {
    ...base,
    outcomes: [{ ...outcome, outcome: 'cleared', legs: legs(false) }],
    findings: [],
  },
  inconclusive: {
    ...base,
    outcomes: [
      {
        ...outcome,
        outcome: 'inconclusive',
        legs: legs(false),
        reasons: [
          { kind: 'unavailable', evidence: unseen },
          { kind: 'elsewhere', next: 'diagnose cross-node n1 n3', why: 'path-between-nodes' },
        ],
      },
    ],
    findings: [],
  },
} satisfies Record<string, Diagnosis>;

export const sampleIncident = (changes: Partial<Incident> = {}): Incident => ({
  id: 'dns-7k2p',
  request: { id: base.id, cluster: base.cluster, playbook: base.playbook, target: base.target },
  state: 'open',
  diagnosing: true,
  priority: 'P1',
  language: 'en',
  openedAt: AT,
  openedBy: { kind: 'person', id: 'U0ANNA' },
  clock: { startedAt: AT, dueAt: '2026-03-01T03:42:00.000Z', told: 0 },
  journal: [],
  thread: { channel: 'C0INCIDENTS' },
  ...changes,
});

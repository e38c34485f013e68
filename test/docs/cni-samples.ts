// Samples of the findings about a CNI's own components, for docs/playbooks.md. The names are made up.

import type { FindingCode } from '../../src/diagnosis/finding.ts';
import type { Sample } from './finding-samples.ts';

const agent = { namespace: 'kube-flannel', labelSelector: 'app=flannel' };
const cniAgents = { namespace: 'kube-flannel', daemonSet: 'kube-flannel-ds' };
const cniAgent = 'kube-flannel-ds-x2k4d';

type Codes = Extract<FindingCode, `${'cni' | 'ipam'}.${string}`>;

export const cniSamples: { [C in Codes]: Sample<C> } = {
  'cni.not-initialized': {
    params: {
      cause: 'no-configuration',
      folder: '/etc/cni/net.d',
      message: 'cni plugin not initialized',
      expected: '/etc/cni/net.d/10-flannel.conflist',
      agent,
    },
    node: 'n2',
  },
  'cni.config-invalid': {
    params: {
      file: '/etc/cni/net.d/10-flannel.conflist',
      cause: 'not-json',
      detail: 'unexpected end of JSON input',
      expected: '/etc/cni/net.d/10-flannel.conflist',
      agent,
    },
    node: 'n2',
  },
  'cni.config-conflict': {
    params: {
      file: '/etc/cni/net.d/05-leftover.conflist',
      plugins: ['bridge'],
      expected: '/etc/cni/net.d/10-flannel.conflist',
      strangers: ['shop/web-7f'],
    },
    node: 'n2',
  },
  'cni.binary-missing': {
    params: { plugins: ['bridge'], folder: '/opt/cni/bin', cause: 'missing' },
    node: 'n2',
  },
  'cni.bridge-address-conflict': {
    params: { bridge: 'cni0', actual: ['10.200.7.1/24'], expected: '10.244.2.1/24' },
    node: 'n2',
  },
  'cni.state-file-missing': {
    params: { file: '/run/flannel/subnet.env', cause: 'missing', detail: '', agent },
    node: 'n2',
  },
  'cni.network-unavailable': {
    params: { reason: 'NoRouteCreated', message: 'RouteController failed to create a route' },
    node: 'n2',
  },
  'cni.agent-missing': {
    params: { ...cniAgents, cause: 'not-selected', nodes: ['n2'], detail: 'network=flannel' },
    node: 'n2',
  },
  'cni.agent-crashing': {
    params: {
      ...cniAgents,
      cause: 'settings-invalid',
      pods: [cniAgent],
      nodes: ['n2'],
      container: 'kube-flannel',
      restarts: 4,
      line: 'error parsing subnet config: invalid character',
      ended: 'Error, exit code 1',
      configMap: 'kube-flannel-cfg',
    },
    node: 'n2',
  },
  'cni.agent-not-ready': {
    params: {
      ...cniAgents,
      pods: [cniAgent],
      nodes: ['n2'],
      message: 'Readiness probe failed: HTTP probe failed with statuscode: 500',
      line: '',
    },
    node: 'n2',
  },
  'cni.agent-unauthorized': {
    params: {
      ...cniAgents,
      pods: [cniAgent],
      nodes: ['n2'],
      user: 'system:serviceaccount:kube-flannel:flannel',
      denied: ['list nodes', 'watch nodes'],
      line: 'nodes "n2" is forbidden: User "system:serviceaccount:kube-flannel:flannel" cannot get resource "nodes"',
    },
    node: 'n2',
  },
  'cni.api-unreachable': {
    params: {
      ...cniAgents,
      pods: [cniAgent],
      nodes: ['n2'],
      cause: 'no-answer',
      server: '10.96.0.1:443',
      line: 'dial tcp 10.96.0.1:443: i/o timeout',
      seen: 'timeout 2 s',
    },
    node: 'n2',
  },
  'cni.version-skew': {
    params: {
      ...cniAgents,
      versions: [
        { image: 'ghcr.io/flannel-io/flannel:v0.28.4', nodes: ['n1', 'n3'] },
        { image: 'ghcr.io/flannel-io/flannel:v0.26.0', nodes: ['n2'] },
      ],
    },
  },
  'ipam.node-range-exhausted': {
    params: {
      range: '10.244.2.0/24',
      capacity: 253,
      used: 253,
      pods: 12,
      folder: '/var/lib/cni/networks/cbr0',
    },
    node: 'n2',
  },
};

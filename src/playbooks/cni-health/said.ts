// Pods that get no network for a reason that the node's files do not show, or that could not be read: the kubelet's words, by
// the catalogue of errors. One finding a node and cause. Pure.

import { type Finding, podSubject } from '../../diagnosis/finding.ts';
import { ipv4Range } from '../../probes/ipv4-range.ts';
import { CNI_BINARY_FOLDER } from '../../probes/node-files.ts';
import type { SandboxCause } from '../../probes/sandbox-errors.ts';
import { agentOf } from '../branches/nodes/node-finding.ts';
import { podCodes } from '../branches/pods/pod-codes.ts';
import type { CniNetwork } from '../cni/network.ts';
import { cniCodes } from './codes.ts';
import { basis, type NodeView } from './node-view.ts';
import type { FailingPod } from './sandboxes.ts';

/** The code of which such a failure is the proof, where a node's files show it. */
const CODES: Partial<Record<SandboxCause, Finding['code']>> = {
  'not-initialized': 'cni.not-initialized',
  'config-invalid': 'cni.config-invalid',
  'version-unsupported': 'cni.config-invalid',
  'binary-missing': 'cni.binary-missing',
  'binary-broken': 'cni.binary-missing',
  'state-file-missing': 'cni.state-file-missing',
  'state-file-invalid': 'cni.state-file-missing',
  'range-exhausted': 'ipam.node-range-exhausted',
  'bridge-address-conflict': 'cni.bridge-address-conflict',
};

export function judgeWords(cni: CniNetwork, view: NodeView, found: Finding[]): Finding[] {
  const explained = new Set<string>(found.map(({ code }) => code));
  const left = view.failing.filter(({ error }) => !explained.has(CODES[error.cause] ?? ''));
  const byCause = Map.groupBy(left, ({ error }) => CODES[error.cause] ?? error.cause);
  return [...byCause.values()].flatMap(([first]) => (first ? [findingOf(cni, view, first)] : []));
}

function findingOf(cni: CniNetwork, view: NodeView, failing: FailingPod): Finding {
  const { cause, details, said, plugin } = failing.error;
  const share = (code: keyof typeof cniCodes) =>
    basis(view, cniCodes[code], [], ({ error }) => error.cause === cause);
  const agents = { namespace: cni.agent.namespace, daemonSet: cni.agent.daemonSet };
  const nobody = { ...agents, pods: [], nodes: [view.object.metadata.name], line: said };
  switch (cause) {
    case 'binary-missing':
    case 'binary-broken':
      return {
        code: 'cni.binary-missing',
        params: {
          plugins: [details.plugin ?? plugin ?? ''].filter((name) => name !== ''),
          folder: details.folder ?? CNI_BINARY_FOLDER,
          cause: cause === 'binary-missing' ? 'missing' : 'broken',
        },
        ...share('cni.binary-missing'),
      };
    case 'state-file-missing':
    case 'state-file-invalid':
      return {
        code: 'cni.state-file-missing',
        params: {
          file: details.file ?? cni.stateFile?.path ?? '',
          cause: cause === 'state-file-missing' ? 'missing' : 'incomplete',
          detail: cause === 'state-file-missing' ? '' : said,
          agent: agentOf(cni.agent),
        },
        ...share('cni.state-file-missing'),
      };
    case 'range-exhausted': {
      const range = ipv4Range(details.range ?? '');
      const capacity = range ? range.high - range.low : 0;
      return {
        code: 'ipam.node-range-exhausted',
        params: { range: details.range ?? '', capacity, used: capacity, folder: '' },
        ...share('ipam.node-range-exhausted'),
      };
    }
    case 'bridge-address-conflict':
      return {
        code: 'cni.bridge-address-conflict',
        params: { bridge: details.bridge ?? '', actual: [], expected: details.expected ?? '' },
        ...share('cni.bridge-address-conflict'),
      };
    case 'api-unauthorized':
      return {
        code: 'cni.agent-unauthorized',
        params: { ...nobody, user: details.user ?? '', denied: [] },
        ...share('cni.agent-unauthorized'),
      };
    case 'api-unreachable':
    case 'api-certificate':
    case 'lookup-failed':
      return {
        code: 'cni.api-unreachable',
        params: {
          ...nobody,
          cause:
            cause === 'api-unreachable' ? 'no-answer' : cause === 'lookup-failed' ? 'lookup' : 'certificate',
          server: details.server ?? '',
          seen: '',
        },
        ...share('cni.api-unreachable'),
      };
    default:
      return sandboxFailed(failing, cause, said);
  }
}

const sandboxFailed = ({ pod, node, evidence }: FailingPod, cause: string, detail: string): Finding => ({
  code: 'pod.sandbox-failed',
  ...podCodes['pod.sandbox-failed'],
  params: { pod: `${pod.metadata.namespace}/${pod.metadata.name}`, cause, detail },
  subject: podSubject(pod.metadata),
  node,
  confidence: 'proven',
  advisory: false,
  evidence,
  explains: ['pod.not-ready', 'pod.not-running'],
  remediations: [],
});

// What a node's plugin works with besides its configuration: the agent's state file, the bridge, the addresses taken. Each
// is compared with the range that the node has. Pure.

import type { Finding, FindingCode } from '../../diagnosis/finding.ts';
import { addressFolderOf, type ValidCniConfig } from '../../probes/cni-config.ts';
import { ipv4Range, rangeContains } from '../../probes/ipv4-range.ts';
import type { SandboxCause } from '../../probes/sandbox-errors.ts';
import { agentOf, observedOr, SYMPTOMS } from '../branches/nodes/node-finding.ts';
import type { CniNetwork, PodRange } from '../cni/network.ts';
import { addressUse } from './address-use.ts';
import { cniCodes } from './codes.ts';
import { isListed } from './node-files.ts';
import { basis, type NodeView } from './node-view.ts';

type StateFault = Pick<Extract<Finding, { code: 'cni.state-file-missing' }>['params'], 'cause' | 'detail'>;

export function judgeState(cni: CniNetwork, view: NodeView, config: ValidCniConfig | undefined): Finding[] {
  const plugin = config?.plugins.find(({ type }) => type === cni.plugin);
  // Another network's configuration, or a file elsewhere: then these files are nobody's.
  const isUsed = (!config || plugin) && plugin?.stateFile === undefined;
  const fault = isUsed ? stateFault(cni, view) : undefined;
  const range = isUsed && !fault ? rangeIn(cni, view) : {};
  return [
    ...(fault ? [stateFinding(cni, view, fault)] : []),
    ...bridgeAddress(cni, view, range),
    ...(config ? exhausted(view, config, range) : []),
  ];
}

function stateFault(cni: CniNetwork, { object, files: { state } }: NodeView): StateFault | undefined {
  if (!state || !cni.stateFile) return undefined;
  if (isListed(state.folder, state.path) === false) return { cause: 'missing', detail: '' };
  if (state.file.status === 'unavailable') return undefined;
  const read = cni.stateFile.read(state.file.value);
  if ('lacks' in read) return { cause: 'incomplete', detail: read.lacks };
  const own = object.spec.podCIDRs.filter((range) => range.includes('.'));
  if (read.range === undefined || own.length === 0 || own.includes(read.range)) return undefined;
  return { cause: 'other-range', detail: `${read.range} ≠ podCIDR ${own.join(', ')}` };
}

function stateFinding(cni: CniNetwork, view: NodeView, fault: StateFault): Finding {
  const { state } = view.files;
  const causes: SandboxCause[] =
    fault.cause === 'other-range'
      ? ['bridge-address-conflict']
      : ['state-file-missing', 'state-file-invalid'];
  const share = basis(
    view,
    cniCodes['cni.state-file-missing'],
    state ? (fault.cause === 'missing' ? [state.folder] : [state.file, view.listed]) : [view.listed],
    ({ error }) => causes.includes(error.cause),
  );
  return {
    code: 'cni.state-file-missing',
    params: { file: state?.path ?? '', ...fault, agent: agentOf(cni.agent) },
    ...share,
    // With another range the bridge that is there has the wrong address.
    explains: [...share.explains, 'cni.bridge-address-conflict'],
  };
}

function rangeIn(cni: CniNetwork, { files: { state } }: NodeView): PodRange {
  if (!state || !cni.stateFile || state.file.status === 'unavailable') return {};
  const read = cni.stateFile.read(state.file.value);
  return 'lacks' in read ? {} : read;
}

/** How it looks to the node's pods, and from them. */
const WITHOUT_GATEWAY: FindingCode[] = [
  'pod.route-wrong',
  'pod.neighbour-stale',
  'node.route-missing',
  ...SYMPTOMS,
];

/** The plugin compares with the bridge's first address, and refuses to change it (containernetworking/plugins bridge.go). */
function bridgeAddress(cni: CniNetwork, view: NodeView, { bridgeAddress: expected }: PodRange): Finding[] {
  const { interfaces, state } = view.files;
  if (cni.bridge === undefined || expected === undefined) return [];
  const bridge = observedOr(interfaces, []).find(({ name }) => name === cni.bridge);
  const actual = (bridge?.addresses ?? [])
    .filter(({ family }) => family === 'inet')
    .map(({ address, prefixLength }) => `${address}/${prefixLength}`);
  if (actual.length === 0 || actual[0] === expected) return [];
  const share = basis(
    view,
    cniCodes['cni.bridge-address-conflict'],
    [interfaces, ...(state ? [state.file] : [])],
    ({ error }) => error.cause === 'bridge-address-conflict',
    // It is the gateway of every pod there.
    !actual.includes(expected),
  );
  return [
    {
      code: 'cni.bridge-address-conflict',
      params: { bridge: cni.bridge, actual, expected },
      ...share,
      explains: [...share.explains, ...WITHOUT_GATEWAY],
    },
  ];
}

function exhausted(view: NodeView, config: ValidCniConfig, { range }: PodRange): Finding[] {
  const { addresses } = view.files;
  if (!addresses || addresses.listing.status === 'unavailable' || range === undefined) return [];
  const use = addressUse(range, addresses.listing.value);
  if (!use || use.used < use.capacity) return [];
  const whole = ipv4Range(range);
  const pods = view.attached?.filter(({ address }) => {
    const at = ipv4Range(address);
    return at && whole && rangeContains(whole, at);
  }).length;
  return [
    {
      code: 'ipam.node-range-exhausted',
      params: {
        ...{ range, ...use },
        ...(pods !== undefined && { pods }),
        folder: addressFolderOf(config) ?? '',
      },
      ...basis(
        view,
        cniCodes['ipam.node-range-exhausted'],
        [addresses.listing],
        ({ error }) => error.cause === 'range-exhausted',
      ),
    },
  ];
}

/** Whether the node's pods are worth counting: its addresses are nearly all taken. */
export function isNearlyFull({ addresses }: NodeView['files'], podCidrs: string[]): boolean {
  if (!addresses || addresses.listing.status === 'unavailable') return false;
  const range = podCidrs.find((each) => each.includes('.'));
  const use = range === undefined ? undefined : addressUse(range, addresses.listing.value);
  return use !== undefined && use.used >= use.capacity;
}

// What a node's files, its conditions and its failing pods come to. Pure.
//
//   the configuration that counts
//     ├─ none, or the runtime has not loaded it ............ cni.not-initialized
//     ├─ does not parse .................................... cni.config-invalid
//     └─ another network's ................................. cni.config-conflict
//   what it needs: programs ................................ cni.binary-missing
//     the agent's state file ............................... cni.state-file-missing
//     the bridge's address ................................. cni.bridge-address-conflict
//     a free address ....................................... ipam.node-range-exhausted
//   pods that fail on something else ....................... the kubelet's words, by the catalogue

import type { Finding } from '../../diagnosis/finding.ts';
import { CNI_CONFIG_FOLDER, programsOf, type ValidCniConfig } from '../../probes/cni-config.ts';
import { ipv4Range, rangeContains } from '../../probes/ipv4-range.ts';
import { CNI_BINARY_FOLDER, type FolderEntry } from '../../probes/node-files.ts';
import { agentOf } from '../branches/nodes/node-finding.ts';
import type { CniNetwork } from '../cni/network.ts';
import { cniCodes } from './codes.ts';
import { isReadyNode, networkComplaint, networkUnavailable } from './conditions.ts';
import { judgeState } from './judge-state.ts';
import { basis, type NodeView } from './node-view.ts';
import { judgeWords } from './said.ts';
import type { FailingPod } from './sandboxes.ts';

export function judgeNode(cni: CniNetwork, view: NodeView): Finding[] {
  const config = view.files.config?.value;
  const valid = config?.kind === 'valid' ? config : undefined;
  const found = [
    ...notInitialized(cni, view),
    ...invalid(cni, view),
    ...(valid ? conflicting(cni, view, valid) : []),
    ...(valid ? programs(view, valid) : []),
    ...judgeState(cni, view, valid),
    ...markedUnavailable(view),
  ];
  return [...found, ...judgeWords(cni, view, found)];
}

const UNCONFIGURED = ['not-initialized', 'config-invalid', 'version-unsupported'];

const expectedFile = ({ configFile }: CniNetwork): string =>
  configFile === undefined ? '' : `${CNI_CONFIG_FOLDER}/${configFile}`;

function notInitialized(cni: CniNetwork, view: NodeView): Finding[] {
  const { object, listed, files } = view;
  const { configFolder, config } = files;
  const complaint = networkComplaint(object);
  const said = view.failing.find(({ error }) => error.cause === 'not-initialized')?.error.said;
  if (config?.value.kind === 'invalid') return [];
  const empty = configFolder.status === 'observed' && !config && files.unseen.length === 0;
  const silent = complaint === undefined && said === undefined;
  if (silent && !(empty && isReadyNode(object))) return [];
  const cause = silent
    ? 'elsewhere'
    : config
      ? 'not-loaded'
      : configFolder.status === 'observed' && empty
        ? 'no-configuration'
        : 'unseen';
  const evidence = [configFolder, ...(config ? [config.evidence] : []), listed];
  return [
    {
      code: 'cni.not-initialized',
      params: {
        cause,
        folder: CNI_CONFIG_FOLDER,
        message: complaint ?? said ?? '',
        expected: expectedFile(cni),
        agent: agentOf(cni.agent),
      },
      ...basis(
        view,
        cniCodes['cni.not-initialized'],
        cause === 'unseen' ? [listed] : evidence,
        ({ error }) => error.cause === 'not-initialized',
        !silent,
      ),
      advisory: silent,
    },
  ];
}

function invalid(cni: CniNetwork, view: NodeView): Finding[] {
  const { object, listed, files } = view;
  const config = files.config;
  const agent = agentOf(cni.agent);
  const isOf = ({ error }: FailingPod): boolean => UNCONFIGURED.includes(error.cause);
  if (config?.value.kind === 'invalid') {
    const { file, cause, detail } = config.value;
    return [
      {
        code: 'cni.config-invalid',
        params: { file, cause, detail, expected: expectedFile(cni), agent },
        ...basis(
          view,
          cniCodes['cni.config-invalid'],
          [config.evidence, listed],
          isOf,
          networkComplaint(object) !== undefined,
        ),
      },
    ];
  }
  // Valid to us, or unseen; not to the plugin or the runtime.
  const refused = view.failing.find(({ error }) =>
    ['config-invalid', 'version-unsupported'].includes(error.cause),
  );
  if (!refused) return [];
  const file = refused.error.details.file ?? config?.value.file ?? '';
  return [
    {
      code: 'cni.config-invalid',
      params: {
        ...{ file, cause: 'refused', detail: refused.error.said },
        ...{ expected: expectedFile(cni), agent },
      },
      ...basis(view, cniCodes['cni.config-invalid'], config ? [config.evidence] : [], isOf),
    },
  ];
}

// They call the cluster's own plugin in their turn (Multus, CNI-Genie, DANM), so that they have to come first.
const META_PLUGINS = /^(multus(-shim|-cni)?|genie|danm|cni-metaplugin)$/;

/** Neither the cluster's CNI is in it, nor somebody who calls it. */
export const isForeign = ({ plugin, configFile }: CniNetwork, { plugins }: ValidCniConfig): boolean =>
  plugin !== undefined &&
  configFile !== undefined &&
  !plugins.some(({ type }) => type === plugin || META_PLUGINS.test(type));

function conflicting(cni: CniNetwork, view: NodeView, config: ValidCniConfig): Finding[] {
  // In the CNI's own file, a name that is misspelt shows as a program that is missing.
  if (!isForeign(cni, config) || config.file.endsWith(`/${cni.configFile}`)) return [];
  const types = config.plugins.map(({ type }) => type);
  const { object, files, attached } = view;
  const own = object.spec.podCIDRs.flatMap((range) => ipv4Range(range) ?? []);
  const strangers = (attached ?? []).filter(({ address }) => {
    const at = ipv4Range(address);
    return at && own.length > 0 && !own.some((range) => rangeContains(range, at));
  });
  return [
    {
      code: 'cni.config-conflict',
      params: {
        file: config.file,
        plugins: types,
        expected: expectedFile(cni),
        strangers: strangers.map(({ name }) => name).toSorted(),
      },
      ...basis(
        view,
        cniCodes['cni.config-conflict'],
        [...(files.config ? [files.config.evidence] : []), files.configFolder],
        () => false,
        strangers.length > 0,
      ),
    },
  ];
}

const PROGRAM_FAULTS = ['binary-missing', 'binary-broken'];

function programs(view: NodeView, config: ValidCniConfig): Finding[] {
  const { binaries, runtime } = view.files;
  if (binaries.status === 'unavailable') return [];
  const { entries } = binaries.value;
  // containerd has the plugin `loopback` called for every pod (go-cni opts.go WithLoNetwork).
  const needed = [...programsOf(config), ...(runtime.startsWith('containerd') ? ['loopback'] : [])];
  const entryOf = (program: string): FolderEntry | undefined => entries.find(({ name }) => name === program);
  // None of them here: the runtime has another folder, unless a pod says that it is this one.
  const isFolder =
    needed.some(entryOf) || view.failing.some(({ error }) => PROGRAM_FAULTS.includes(error.cause));
  const faults = needed.flatMap((plugin) => {
    const cause = faultOf(entryOf(plugin));
    return cause && isFolder ? [{ plugin, cause }] : [];
  });
  const [first] = faults;
  if (!first) return [];
  return [
    {
      code: 'cni.binary-missing',
      params: {
        plugins: [...new Set(faults.map(({ plugin }) => plugin))],
        folder: CNI_BINARY_FOLDER,
        cause: first.cause,
      },
      ...basis(
        view,
        cniCodes['cni.binary-missing'],
        [binaries, ...(view.files.config ? [view.files.config.evidence] : [])],
        ({ error }) => PROGRAM_FAULTS.includes(error.cause),
      ),
    },
  ];
}

function faultOf(entry: FolderEntry | undefined): 'missing' | 'not-executable' | 'empty' | undefined {
  if (!entry || entry.kind === 'broken-link') return 'missing';
  if (!entry.executable) return 'not-executable';
  return entry.bytes === 0 ? 'empty' : undefined;
}

function markedUnavailable(view: NodeView): Finding[] {
  const marked = networkUnavailable(view.object);
  if (!marked) return [];
  return [
    {
      code: 'cni.network-unavailable',
      params: marked,
      ...basis(view, cniCodes['cni.network-unavailable'], [view.listed], () => false, true),
    },
  ];
}

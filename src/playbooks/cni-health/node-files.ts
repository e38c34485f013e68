// What decides on a node whether a new pod gets its network, as its files and its kernel have it: the configuration that
// counts, the programs, the agent's state file, the bridge, the addresses taken. Only read here; judged in judge-node.ts.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Node } from '../../probes/api-objects.ts';
import {
  addressFolderOf,
  CNI_CONFIG_FOLDER,
  type CniConfig,
  configThatCounts,
  isCniConfigName,
  parseCniConfig,
} from '../../probes/cni-config.ts';
import { type NetworkInterface, readInterfaces } from '../../probes/network-interfaces.ts';
import {
  CNI_BINARY_FOLDER,
  type FolderListing,
  listNodeFolder,
  readNodeFile,
} from '../../probes/node-files.ts';
import type { CniNetwork } from '../cni/network.ts';

export interface NodeFiles {
  node: string;
  /** `containerd://1.7.2` */
  runtime: string;
  configFolder: Evidence<FolderListing>;
  /** Undefined: the folder is empty, or what is in it could not be read. */
  config?: { value: CniConfig; evidence: Evidence<unknown> };
  binaries: Evidence<FolderListing>;
  /** Absent: this CNI has none. */
  state?: { path: string; folder: Evidence<FolderListing>; file: Evidence<string> };
  interfaces: Evidence<NetworkInterface[]>;
  /** Absent: another than host-local gives the addresses, or it is not known who does. */
  addresses?: { folder: string; listing: Evidence<FolderListing> };
  unseen: Unavailable[];
}

// More files than this in the folder are somebody's backups.
const MAX_CONFIGS = 8;

/** What is the same for every CNI is asked before it is known which one it is. */
export async function readNodeFiles(
  ask: Ask,
  describing: Promise<CniNetwork>,
  node: Node,
): Promise<NodeFiles> {
  const { name } = node.metadata;
  const runtime = node.status.nodeInfo.containerRuntimeVersion;
  const [configs, binaries, state, interfaces] = await Promise.all([
    readConfigs(ask, name, runtime),
    ask(listNodeFolder(name, CNI_BINARY_FOLDER)),
    describing.then(({ stateFile }) => stateFile && readStateFile(ask, name, stateFile.path)),
    ask(readInterfaces({ kind: 'node', node: name })),
  ]);
  const { folder, config, unread } = configs;
  const path = config?.value.kind === 'valid' ? addressFolderOf(config.value) : undefined;
  const addresses =
    path === undefined ? undefined : { folder: path, listing: await ask(listNodeFolder(name, path)) };
  const missing = state && isListed(state.folder, state.path) === false;
  return {
    node: name,
    runtime,
    configFolder: folder,
    ...(config && { config }),
    binaries,
    ...(state && { state }),
    interfaces,
    ...(addresses && { addresses }),
    unseen: [
      folder,
      ...unread,
      binaries,
      interfaces,
      ...(state ? [state.folder, ...(missing ? [] : [state.file])] : []),
      ...(addresses ? [addresses.listing] : []),
    ].filter((each) => each.status === 'unavailable'),
  };
}

/** Undefined: the folder could not be listed. */
export function isListed(folder: Evidence<FolderListing>, path: string): boolean | undefined {
  if (folder.status === 'unavailable') return undefined;
  return folder.value.entries.some(({ name }) => path.endsWith(`/${name}`));
}

async function readConfigs(ask: Ask, node: string, runtime: string) {
  const folder = await ask(listNodeFolder(node, CNI_CONFIG_FOLDER));
  const names =
    folder.status === 'observed'
      ? folder.value.entries
          .filter(({ name, kind }) => kind !== 'folder' && isCniConfigName(name))
          .map(({ name }) => `${CNI_CONFIG_FOLDER}/${name}`)
      : [];
  const texts = await Promise.all(names.slice(0, MAX_CONFIGS).map((file) => ask(readNodeFile(node, file))));
  const read = texts.flatMap((text, at) => {
    const file = names[at] ?? '';
    return text.status === 'observed' ? [{ text, value: parseCniConfig(file, text.value) }] : [];
  });
  // An unread one may be the one that counts.
  const unread = texts.filter((text) => text.status === 'unavailable');
  const counts =
    unread.length > 0
      ? undefined
      : configThatCounts(
          read.map(({ value }) => value),
          runtime,
        );
  const found = read.find(({ value }) => value === counts);
  return {
    folder,
    unread,
    ...(found && { config: { value: found.value, evidence: found.text as Evidence<unknown> } }),
  };
}

/** A file that is missing cannot be read, like one that may not be; its folder tells them apart. */
async function readStateFile(ask: Ask, node: string, path: string) {
  const [folder, file] = await Promise.all([
    ask(listNodeFolder(node, path.slice(0, path.lastIndexOf('/')))),
    ask(readNodeFile(node, path)),
  ]);
  return { path, folder, file };
}

// CNI configuration files as the container runtime reads them: which one counts, whether it is valid, which programs and
// files it needs. Pure: texts -> what they say. (containernetworking/cni libcni/conf.go, containerd/go-cni opts.go,
// cri-o ocicni.go, flannel-io/cni-plugin flannel_linux.go)

import { z } from 'zod';

export const CNI_CONFIG_FOLDER = '/etc/cni/net.d';
const ADDRESS_FOLDER = '/var/lib/cni/networks';

export type CniConfig = ValidCniConfig | InvalidCniConfig;

export interface ValidCniConfig {
  kind: 'valid';
  /** Path. */
  file: string;
  /** Of the network; host-local keeps its addresses under it. */
  name: string;
  plugins: CniPlugin[];
}

export interface InvalidCniConfig {
  kind: 'invalid';
  file: string;
  cause: 'not-json' | 'no-name' | 'no-plugins' | 'no-type' | 'unknown-version' | 'unreadable';
  /** The parser's words, or the value that is wrong. */
  detail: string;
}

export interface CniPlugin {
  type: string;
  /** Whom the flannel plugin has do the work. */
  delegate?: string;
  /** Type of the IPAM plugin; absent: none, or not said. */
  ipam?: string;
  /** Where host-local keeps its addresses; absent: in its usual folder. */
  addressFolder?: string;
  /** The flannel plugin's state file; absent: the usual one. */
  stateFile?: string;
}

const EXTENSIONS = /\.(conf|conflist|json)$/;

/** Others are not looked at (libcni ConfFiles). */
export const isCniConfigName = (name: string): boolean => EXTENSIONS.test(name);

// Those that libcni has known; a plugin may know fewer.
const VERSIONS = /^(0\.[1-4]\.0|0\.3\.1|1\.[01]\.0)$/;

const Ipam = z.object({ type: z.string().optional(), dataDir: z.string().optional() });
const Plugin = z.object({
  type: z.string().default(''),
  ipam: Ipam.optional(),
  delegate: z.object({ type: z.string().optional(), ipam: Ipam.optional() }).optional(),
  subnetFile: z.string().optional(),
});
const File = Plugin.extend({
  name: z.string().default(''),
  cniVersion: z.string().default(''),
  plugins: z.array(Plugin).optional(),
});

export function parseCniConfig(file: string, text: string): CniConfig {
  const invalid = (cause: InvalidCniConfig['cause'], detail: string): InvalidCniConfig => ({
    kind: 'invalid',
    ...{ file, cause, detail },
  });
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    return invalid('not-json', text.trim() === '' ? 'the file is empty' : (error as Error).message);
  }
  const parsed = File.safeParse(json);
  if (!parsed.success) return invalid('not-json', z.prettifyError(parsed.error).slice(0, 200));
  const { name, cniVersion, plugins, ...single } = parsed.data;
  if (name === '') return invalid('no-name', 'name');
  if (cniVersion !== '' && !VERSIONS.test(cniVersion)) return invalid('unknown-version', cniVersion);
  // A list in a file that is not called so has no type of its own, and is refused as well.
  const listed = file.endsWith('.conflist') ? (plugins ?? []) : [single];
  if (listed.length === 0) return invalid('no-plugins', 'plugins');
  if (listed.some(({ type }) => type === '')) return invalid('no-type', 'type');
  return { kind: 'valid', file, name, plugins: listed.map(toPlugin) };
}

function toPlugin({ type, ipam, delegate, subnetFile }: z.infer<typeof Plugin>): CniPlugin {
  // What the flannel plugin does when it is not told otherwise.
  const isFlannel = type === 'flannel';
  const address = isFlannel ? delegate?.ipam : ipam;
  const allocator = address?.type ?? (isFlannel ? 'host-local' : undefined);
  return {
    type,
    ...(isFlannel && { delegate: delegate?.type ?? 'bridge' }),
    ...(allocator !== undefined && { ipam: allocator }),
    ...(address?.dataDir !== undefined && { addressFolder: address.dataDir }),
    ...(subnetFile !== undefined && { stateFile: subnetFile }),
  };
}

/**
 * The one that new pods get: the first by name. CRI-O goes on to the next when a file is invalid; containerd stops there
 * and has no network. Undefined: there is none.
 */
export function configThatCounts(configs: CniConfig[], runtime: string): CniConfig | undefined {
  const sorted = configs.toSorted((a, b) => (a.file < b.file ? -1 : 1));
  return runtime.startsWith('cri-o') ? (sorted.find(({ kind }) => kind === 'valid') ?? sorted[0]) : sorted[0];
}

/** Every program that it has the runtime call, each once. */
export const programsOf = ({ plugins }: ValidCniConfig): string[] => [
  ...new Set(
    plugins
      .flatMap(({ type, delegate, ipam }) => [type, delegate, ipam])
      .filter((each) => each !== undefined),
  ),
];

/** The folder in which host-local keeps the addresses of this network; undefined: another gives them. */
export function addressFolderOf({ name, plugins }: ValidCniConfig): string | undefined {
  const allocator = plugins.find(({ ipam }) => ipam === 'host-local');
  return allocator && `${allocator.addressFolder ?? ADDRESS_FOLDER}/${name}`;
}

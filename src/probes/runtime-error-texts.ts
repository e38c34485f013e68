// What kubelet, containerd, CRI-O, cri-dockerd, libcni and the reference plugins (bridge, host-local, portmap, flannel) say
// when a pod gets no sandbox. Texts are those of their sources; the order matters, what is deepest comes first.

import type { ErrorText } from './error-texts.ts';

export type RuntimeCause =
  | 'not-initialized'
  | 'config-invalid'
  | 'version-unsupported'
  | 'binary-missing'
  | 'binary-broken'
  | 'state-file-missing'
  | 'state-file-invalid'
  | 'range-exhausted'
  | 'address-taken'
  | 'bridge-address-conflict'
  | 'bridge-unusable'
  | 'link-exists'
  | 'link-missing'
  | 'duplicate-address'
  | 'route-exists'
  | 'host-port'
  | 'kernel-lacks'
  | 'address-store'
  | 'no-address-returned'
  | 'namespace-gone'
  | 'namespace-failed'
  | 'sandbox-busy'
  | 'sandbox-image'
  | 'disk-full'
  | 'runtime-down'
  | 'runtime-failed'
  | 'timed-out';

export const runtimeErrorTexts: ErrorText<RuntimeCause>[] = [
  // containernetworking/cni: libcni/conf.go, pkg/invoke/find.go, pkg/skel; containerd/go-cni opts.go; cri-o ocicni.go.
  {
    cause: 'config-invalid',
    texts: [
      /failed to load CNI config(?: list)? file (?<file>[^\s:]+)/,
      /error parsing configuration(?: list)?: /,
      /network (?:type|name) .*(?:is )?(?:invalid|missing)|missing network name/,
      /no IP ranges specified|invalid range set \d+|Range(?:Start|End) \S+ not in network/,
      /cannot set hairpin mode and promiscuous mode at the same time/,
      /CNI PrevResult supplied, but not in chaining mode/,
    ],
  },
  {
    cause: 'version-unsupported',
    texts: [
      /incompatible CNI versions; config is "(?<version>[^"]*)"/,
      /incompatible CNI versions|unsupported CNI version/,
      /plugin \S+ does not support config version "?(?<version>[^"\s]*)/,
    ],
  },
  {
    cause: 'binary-missing',
    texts: [/failed to find plugin "(?<plugin>[^"]+)" in path \[(?<folder>[^\]]*)\]/],
  },
  {
    cause: 'binary-broken',
    texts: [
      /netplugin failed(?: with no error message| but error parsing its diagnostic message)?: .*/,
      /fork\/exec (?<file>\S*\/(?<plugin>[^/\s:]+)): (?:permission denied|exec format error|no such file or directory)/,
    ],
  },
  {
    cause: 'not-initialized',
    texts: [
      /no network config found in (?<folder>[^\s:]+)/,
      /no CNI configuration file in (?<folder>\S+)\. Has your network provider started\?/i,
      /cni plugin not initialized|cni config (?:un|not )initialized/,
      /NetworkPluginNotReady|network (?:plugin is )?not ready/i,
    ],
  },

  // flannel-io/cni-plugin flannel_linux.go; the older text is of containernetworking/plugins < 1.0.
  { cause: 'state-file-missing', texts: [/(?:open|stat) (?<file>\/\S*subnet\.env): no such file/] },
  {
    cause: 'state-file-invalid',
    texts: [/(?<file>subnet\.env) is missing FLANNEL_|failed to load flannel '(?<file>subnet\.env)' file/],
  },

  // containernetworking/plugins: host-local allocator.go and disk/backend.go.
  { cause: 'range-exhausted', texts: [/no IP addresses available in range set: (?<range>\S+)/] },
  {
    cause: 'address-taken',
    texts: [
      /requested IP address (?<address>\S+) is not available in range set/,
      /(?<address>\S+) has been allocated to .*, duplicate allocation is not allowed/,
    ],
  },
  { cause: 'disk-full', texts: [/no space left on device/] },
  {
    cause: 'address-store',
    texts: [
      /(?:mkdir|open) (?<folder>\/\S*cni\/networks\S*): /,
      /mkdir (?<folder>\S+): (?:no such file or directory|permission denied|read-only file system)/,
    ],
  },

  // containernetworking/plugins: bridge.go, pkg/ip/link_linux.go, pkg/ip/addr_linux.go, portmap.
  {
    cause: 'bridge-address-conflict',
    texts: [/"(?<bridge>[^"]+)" already has an IP address different from (?<expected>\S+)/],
  },
  {
    cause: 'bridge-unusable',
    texts: [
      /"(?<bridge>[^"]+)" already exists but is not a bridge/,
      /bridge port in error state|failed to connect "[^"]+" to bridge (?<bridge>\S+?):/,
    ],
  },
  {
    cause: 'link-exists',
    texts: [
      /container veth name \("[^"]+"\) peer provided \("[^"]+"\) already exists/,
      /already exists.*veth/,
    ],
  },
  { cause: 'duplicate-address', texts: [/in DADFAILED state|still has tentative addresses after/] },
  { cause: 'route-exists', texts: [/failed to add route '.*': file exists/] },
  {
    cause: 'host-port',
    texts: [
      /unable to (?:setup DNAT|create chain CNI-HOSTPORT|set up nftables rules for port mappings)/,
      /failed to open iptables|neither iptables nor ip6tables is usable/,
    ],
  },
  {
    cause: 'kernel-lacks',
    texts: [
      /open \/proc\/sys\/(?<setting>\S+): no such file/,
      /operation not supported|protocol not supported/,
    ],
  },
  {
    cause: 'namespace-gone',
    texts: [/failed to open netns |failed to Statfs "\/(?:proc\/\d+\/ns\/net|var\/run\/netns\/\S+?)"/],
  },
  { cause: 'link-missing', texts: [/Link not found|[Nn]o such (?:network )?(?:device|interface)/] },

  // containerd internal/cri/server, cri-o server, kubelet kuberuntime; none of these is the CNI's doing.
  { cause: 'sandbox-busy', texts: [/failed to reserve sandbox name "|is reserved for "/] },
  { cause: 'sandbox-image', texts: [/failed to get sandbox image "(?<image>[^"]+)"/] },
  { cause: 'no-address-returned', texts: [/failed to find network info for sandbox "/] },
  { cause: 'namespace-failed', texts: [/failed to create network namespace for sandbox "/] },
  {
    cause: 'runtime-down',
    texts: [
      /container runtime is down|PLEG is not healthy/,
      /code = Unavailable|dial unix \S*(?:containerd|crio|cri-dockerd)\.sock/,
    ],
  },
  {
    cause: 'runtime-failed',
    texts: [
      /OCI runtime (?:create|start) failed|runc (?:create|run) failed|failed to create (?:containerd task|shim task)/,
      /failed to start sandbox/,
    ],
  },
  { cause: 'timed-out', texts: [/code = DeadlineExceeded|context deadline exceeded/] },
];

// What CNI agents and the plugins that need them say: of the API server, of each other, of addresses, of the node they run
// on. Flannel, Calico, Cilium and Terway; texts are those of their sources. The order matters, what is deepest comes first.

import type { ErrorText } from './error-texts.ts';

export type ApiCause = 'api-unauthorized' | 'api-certificate' | 'api-unreachable' | 'lookup-failed';

/** client-go, net/http and net of Go, in whatever component. */
export const apiErrorTexts: ErrorText<ApiCause>[] = [
  {
    cause: 'lookup-failed',
    texts: [
      /lookup (?<name>\S+) on (?<server>[0-9a-fA-F:.[\]]+?):53: /,
      /lookup (?<name>[^\s:]+): (?:no such host|Temporary failure in name resolution)/,
    ],
  },
  {
    cause: 'api-unauthorized',
    texts: [
      /is forbidden: User "(?<user>[^"]+)" cannot/,
      /connection is unauthorized|Connection to the datastore is unauthorized/,
      /\bUnauthorized\b|provide credentials|token (?:has expired|is expired)/,
    ],
  },
  { cause: 'api-certificate', texts: [/https:\/\/(?<server>[^/"]+)[^"]*":? x509: /, /x509: certificate/] },
  {
    cause: 'api-unreachable',
    texts: [
      /https:\/\/(?<server>[^/"\s]+)[^"\s]*"?:? (?:dial tcp|net\/http: |context deadline exceeded|http2: |EOF|read tcp|unexpected EOF)/,
      /dial tcp (?<server>\S+:\d+): (?:i\/o timeout|connect: )/,
      /timeout contacting kube-api|error waiting for nodeController to sync state/,
      /Hit error connecting to datastore|Failed to connect to Typha/,
    ],
  },
];

export type PluginCause =
  | 'state-file-missing'
  | 'agent-unreachable'
  | 'agent-busy'
  | 'datastore-locked'
  | 'range-exhausted'
  | 'pool-exhausted'
  | 'pool-unusable'
  | 'block-limit'
  | 'route-exists'
  | 'cloud-capacity'
  | 'cloud-refused';

/** Plugins of Calico, Cilium and Terway, of their own agents and of addresses. */
export const pluginErrorTexts: ErrorText<PluginCause>[] = [
  {
    cause: 'state-file-missing',
    texts: [/stat (?<file>\/var\/lib\/calico\/nodename): no such file or directory/],
  },
  {
    cause: 'agent-unreachable',
    texts: [
      /unable to connect to Cilium agent|unable to retrieve configuration from Cilium agent/,
      /dial unix (?<file>\S*(?:cilium\.sock|eni\.socket))|error create grpc client/,
    ],
  },
  { cause: 'datastore-locked', texts: [/Calico is currently not ready to process requests/] },
  {
    cause: 'block-limit',
    texts: [
      /No more free affine blocks and strict affinity enabled/,
      /limit of \d+ blocks reached for this node|cannot allocate new block due to per host block limit/,
    ],
  },
  { cause: 'range-exhausted', texts: [/postIpamFailure\]?\s+"?range is full/] },
  {
    cause: 'pool-exhausted',
    texts: [
      /No IPs available in pools: \[(?<range>[^\]]*)\]|All addresses exhausted in pool (?<range>\S+)/,
      /all CIDR ranges are exhausted|required IPv[46] PodCIDR not available/,
      /Assigned 0 out of \d+ requested IPv[46] addresses/,
    ],
  },
  {
    cause: 'pool-unusable',
    texts: [
      /cannot find a qualified ippool|no configured Calico pools for/,
      /the given pool \((?<range>[^)]*)\) does not exist, or is not enabled/,
    ],
  },
  {
    cause: 'route-exists',
    texts: [/route \(Ifindex: \d+, Dst: (?<range>\S+?),? .*already exists for an interface other than/],
  },
  {
    cause: 'cloud-capacity',
    texts: [
      /no IPs currently available on the node|No more IPs available/,
      /allocate (?:remote )?IP timeout|InvalidVSwitchId\.IpNotEnough|no ip left|no available vSwitch for zone/,
      /QuotaExceeded\.PrivateIpAddress|InvalidOperation\.Ipv4CountExceeded|EniPerInstanceLimitExceeded/,
      /SecurityGroupInstanceLimitExceed|node has insufficient IP|failed to assign an IP address to container/,
    ],
  },
  {
    cause: 'cloud-refused',
    texts: [
      /Forbidden\.RAM|Operation\.Conflict|failed to get vsw for zone/,
      /code: (?:PodENINotReady|IPNotAllocated|OutIPOfSync|ResourceInvalid|OpenAPIErr|InvalidArgs)/,
      /trunk eni is not allowed for eniOnly pod|daemon mode changed/,
    ],
  },
  {
    cause: 'agent-busy',
    texts: [
      /Cilium API client timeout exceeded|putEndpointIdTooManyRequests|code: PodIsProcessing|Throttling/,
      /Max retries hit - excessive concurrent IPAM requests|timed out waiting for endpoint status file/,
      /cmdAdd: (?:error alloc ip|alloc ip return not success)|failed to invoke delegated plugin ADD for IPAM/,
    ],
  },
];

export type AgentCause =
  | 'range-not-assigned'
  | 'settings-invalid'
  | 'kernel-module'
  | 'interface-not-found'
  | 'address-in-use'
  | 'backend-unsupported'
  | 'port-in-use'
  | 'netfilter'
  | 'kernel-entries'
  | 'bgp'
  | 'datapath';

/** flanneld, calico-node (start-up, Felix, BIRD's readiness) and cilium-agent, of the node they run on. */
export const agentErrorTexts: ErrorText<AgentCause>[] = [
  {
    cause: 'range-not-assigned',
    texts: [
      /node "(?<node>[^"]+)" pod cidr not assigned/,
      /CIDR allocation failed; there are no remaining CIDRs/,
    ],
  },
  {
    cause: 'settings-invalid',
    texts: [
      /failed to read net conf: |error parsing (?:subnet|network|backend) config|error decoding \S+ backend config/,
      /unknown backend type|invalid tunnel protocol|invalid configuration|invalid daemon configuration/i,
    ],
  },
  { cause: 'kernel-module', texts: [/Failed to check br_netfilter/] },
  {
    cause: 'interface-not-found',
    texts: [
      /Failed to find (?:any valid )?interface to use|could not match pattern .* to any of the available network/,
      /failed to get default interface|failed to find IPv[46] address for interface|[Ee]rror looking up interface/,
      /Couldn't autodetect an IPv4 address|Unable to confirm IPv4 address \S+ is assigned to this host/,
    ],
  },
  {
    cause: 'address-in-use',
    texts: [/Calico node '(?<node>[^']+)' is already using the IPv4 address (?<address>[\d.]+)/],
  },
  {
    cause: 'backend-unsupported',
    texts: [
      /your PublicIP differs from interface IP|MTU .* is too small for/,
      /failed to create (?:vxlan|\w+ )?device/,
    ],
  },
  { cause: 'port-in-use', texts: [/bind: address already in use/] },
  {
    cause: 'netfilter',
    texts: [
      /Failed to (?:setup masq rules|setup IPTables|ensure iptables rules)|nftables: couldn't setup/,
      /holding the xtables lock|can(?:no|')t initialize ip6?tables table|Could not fetch rule set generation id/,
    ],
  },
  { cause: 'kernel-entries', texts: [/Add(?:ARP|FDB) failed|failed to add vxlanRoute \(/] },
  { cause: 'bgp', texts: [/BIRD is not ready/] },
  { cause: 'datapath', texts: [/[Ff]elix is not (?:ready|live)|localhost:9099\/(?:readiness|liveness)/] },
];

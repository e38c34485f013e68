// Names and addresses of the lab: which node has which address, which ranges pods and Services use.
// The same in every lab, because every lab has its own network namespace.

export const cniNames = ['flannel-vxlan', 'flannel-host-gw'] as const;
export type CniName = (typeof cniNames)[number];

export interface LabSpec {
  readonly name: string;
  readonly cni: CniName;
  readonly nodes: number;
}

export const controlPlaneAddress = '172.31.0.10';
export const apiServerUrl = `https://${controlPlaneAddress}:6443`;
export const underlayPrefixLength = 24;
export const serviceRange = '10.96.0.0/16';
export const apiServiceAddress = '10.96.0.1';
export const dnsServiceAddress = '10.96.0.10';
export const podRange = '10.244.0.0/16';
export const clusterDomain = 'cluster.local';
export const upstreamRecord = { name: 'example.com', address: '203.0.113.10' } as const;

/** The bridge in the control plane's namespace is the physical switch; each node is plugged into a port. */
export const switchName = 'ul0';
export const switchPort = (node: string) => `ul-${node}`;

/** Two cores boot three nodes; the address plan ends long after the machine does. */
export const maxNodes = 200;
export const nodeNames = (count: number) => Array.from({ length: count }, (_, index) => `n${index + 1}`);
export const nodeAddress = (node: string) => `172.31.0.${10 + Number(node.slice(1))}`;

/** The folder in every cgroup hierarchy below which a node's pods live. */
export const cgroupName = (labName: string, node: string) => `cni-triage-lab-${labName}-${node}`;

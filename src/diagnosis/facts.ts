// Cluster facts that every playbook starts from: nodes, the CNI, where our agent runs. Read once per diagnosis.

export interface NodeFacts {
  name: string;
  /** InternalIP addresses, IPv4 first. */
  addresses: string[];
  podCidrs: string[];
  ready: boolean;
  /** Why not ready, in Kubernetes' own words; absent when it is. */
  notReadyReason?: string;
  /** Whether our agent can be asked on that node. */
  agent: { status: 'ready'; pod: string } | { status: 'absent'; why: string };
}

export interface Facts {
  /** gitVersion of the API server, for example `v1.34.4`. */
  kubernetesVersion: string;
  /** Recognised CNI, or `unknown`. */
  cni: string;
  nodes: NodeFacts[];
}

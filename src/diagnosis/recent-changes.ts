// What has changed in a cluster since a healthy check, as it stands in a diagnosis: data only. Snapshots of settings are
// taken and compared by the checklist.

export type SettingKind =
  /** That it is there at all. */
  | 'node'
  | 'pod-range'
  | 'kubelet'
  | 'node-label'
  /** What its agents are told, by ConfigMap and key. */
  | 'cni-settings'
  /** The file that a node's runtime reads. */
  | 'cni-config'
  /** Image of the agent on a node. */
  | 'cni-agent'
  | 'corefile'
  | 'dns-service'
  | 'dns-workload'
  | 'kube-proxy-settings'
  | 'kube-proxy-mode'
  | 'policy';

export interface Change {
  kind: SettingKind;
  what: 'added' | 'removed' | 'changed';
  /** All that changed alike. */
  subjects: string[];
  /** Absent: added. */
  before?: string;
  /** Absent: removed. */
  after?: string;
  /** Of texts with several lines, those that differ. */
  lines?: { removed: string[]; added: string[] };
  /** ISO 8601. Absent: not known; between the two snapshots. */
  at?: string;
  /** Program that made it. Absent: not known. */
  by?: string;
}

export interface RecentChanges {
  /** ISO 8601 instant of the healthy check. */
  since: string;
  /** The latest first. Empty: nothing that was compared has changed. */
  changes: Change[];
  /** How many more there are; absent: none. */
  omitted?: number;
}

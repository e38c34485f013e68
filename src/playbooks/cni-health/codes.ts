// Codes of findings about a CNI's own components: agents, configuration, plugins, state. Sentences are in
// messages/cni-en.ts and cni-zh.ts.

import type { CodeDefinition, FindingCode } from '../../diagnosis/finding.ts';
import type { AgentError } from '../../probes/agent-errors.ts';
import type { AgentRef } from '../branches/nodes/node-codes.ts';

/** A CNI's agents as findings speak of them. */
export interface Agents {
  namespace: string;
  daemonSet: string;
}

declare module '../../diagnosis/finding.ts' {
  interface FindingParams {
    'cni.not-initialized': {
      /**
       * `no-configuration`: the folder is empty. `not-loaded`: a valid file is there. `unseen`: the folder could not be
       * read. `elsewhere`: it is empty and the node is well, so the runtime probably reads another folder.
       */
      cause: 'no-configuration' | 'not-loaded' | 'unseen' | 'elsewhere';
      folder: string;
      /** The runtime's words; empty when it says nothing. */
      message: string;
      /** The file that the CNI's agent installs; empty: not known. */
      expected: string;
      agent: AgentRef;
    };
    'cni.config-invalid': {
      /** Path; empty when only the runtime's words are known, and they name none. */
      file: string;
      cause: 'not-json' | 'no-name' | 'no-plugins' | 'no-type' | 'unknown-version' | 'unreadable' | 'refused';
      /** The parser's or the runtime's words. */
      detail: string;
      /** The file that the CNI's agent installs; empty: not known. */
      expected: string;
      agent: AgentRef;
    };
    'cni.config-conflict': {
      file: string;
      /** Types of its plugins. */
      plugins: string[];
      /** Path of the file that should count. */
      expected: string;
      /** Pods of that node that have addresses of another network by it. */
      strangers: string[];
    };
    'cni.binary-missing': {
      plugins: string[];
      folder: string;
      cause: 'missing' | 'not-executable' | 'empty' | 'broken';
    };
    'cni.bridge-address-conflict': { bridge: string; actual: string[]; expected: string };
    'cni.state-file-missing': {
      file: string;
      /** `other-range`: what it says is not the range that the node has now. */
      cause: 'missing' | 'incomplete' | 'other-range';
      /** What is missing in it, or both ranges. */
      detail: string;
      agent: AgentRef;
    };
    'cni.network-unavailable': { reason: string; message: string };
    'cni.agent-missing': Agents & {
      /** `not-created`: the DaemonSet fits the node, and its controller makes no pod. */
      cause:
        | 'no-daemonset'
        | 'not-selected'
        | 'not-tolerated'
        | 'not-created'
        | 'unschedulable'
        | 'image'
        | 'waiting';
      nodes: string[];
      /** Label, taint, image or Kubernetes' own words. */
      detail: string;
    };
    'cni.agent-crashing': Agents & {
      cause: AgentError['cause'] | 'out-of-memory' | 'start-failed';
      pods: string[];
      nodes: string[];
      container: string;
      restarts: number;
      /** The deciding line; empty when the log is gone. */
      line: string;
      /** How it ended, in Kubernetes' words. */
      ended: string;
      /** ConfigMap with its settings; empty: none is known. */
      configMap: string;
    };
    'cni.agent-not-ready': Agents & {
      pods: string[];
      nodes: string[];
      /** The readiness probe's message. */
      message: string;
      line: string;
    };
    'cni.agent-unauthorized': Agents & {
      pods: string[];
      nodes: string[];
      /** `system:serviceaccount:kube-flannel:flannel`; empty: a token was refused. */
      user: string;
      /** What it may not do by the API server's own answer; empty: not asked, or it may. */
      denied: string[];
      line: string;
    };
    'cni.api-unreachable': Agents & {
      pods: string[];
      nodes: string[];
      cause: 'no-answer' | 'lookup' | 'certificate';
      /** Host and port. */
      server: string;
      line: string;
      /** What was seen to fail from the node as well; empty: nothing was. */
      seen: string;
    };
    'cni.version-skew': Agents & {
      /** The most common first. */
      versions: { image: string; nodes: string[] }[];
    };
    'ipam.node-range-exhausted': {
      range: string;
      capacity: number;
      used: number;
      /** Pods on the node with an address of it; absent: not known. */
      pods?: number;
      /** Where the plugin keeps the addresses. */
      folder: string;
    };
  }
}

export const cniCodes = {
  'cni.not-initialized': { layer: 'cni', priority: 'P1' },
  'cni.config-invalid': { layer: 'cni', priority: 'P1' },
  'cni.config-conflict': { layer: 'cni', priority: 'P1' },
  'cni.binary-missing': { layer: 'cni', priority: 'P1' },
  'cni.bridge-address-conflict': { layer: 'cni', priority: 'P1' },
  'cni.state-file-missing': { layer: 'cni', priority: 'P1' },
  'cni.network-unavailable': { layer: 'cni', priority: 'P1' },
  'cni.agent-missing': { layer: 'cni', priority: 'P1' },
  'cni.agent-crashing': { layer: 'cni', priority: 'P1' },
  'cni.agent-not-ready': { layer: 'cni', priority: 'P1' },
  'cni.agent-unauthorized': { layer: 'cni', priority: 'P1' },
  'cni.api-unreachable': { layer: 'cni', priority: 'P1' },
  'cni.version-skew': { layer: 'cni', priority: 'P2' },
  'ipam.node-range-exhausted': { layer: 'cni', priority: 'P1' },
} satisfies Partial<Record<FindingCode, CodeDefinition>>;

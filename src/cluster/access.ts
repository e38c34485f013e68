// The one reading interface to a cluster: a question goes in, an answer with its instant and duration comes out.
// Only shapes; the adapters that ask a live cluster (`live-access.ts`) or a recorded bundle are beside it.
// Nothing here can change a cluster: changing is ClusterControl, another type with another service account.

/** Kinds of objects that may be read; `resources.ts` knows their API paths. Secrets are not among them. */
export type Resource =
  | 'nodes'
  | 'namespaces'
  | 'pods'
  | 'services'
  | 'configmaps'
  | 'events'
  | 'endpointslices'
  | 'deployments'
  | 'daemonsets'
  | 'replicasets'
  | 'networkpolicies'
  | 'customresourcedefinitions';

export type ApiRead =
  | {
      verb: 'list';
      resource: Resource;
      namespace?: string;
      labelSelector?: string;
      fieldSelector?: string;
      /** At most this many objects; absent: all pages are read. */
      limit?: number;
      /** With who wrote each object and when, which is bulky and left out otherwise. */
      writers?: true;
    }
  | { verb: 'get'; resource: Resource; namespace?: string; name: string; writers?: true }
  | {
      verb: 'log';
      namespace: string;
      pod: string;
      container?: string;
      tailLines: number;
      /** The container before the last restart, which holds a crash's last words. */
      previous?: boolean;
    }
  | {
      /** SubjectAccessReview: may that user do this? Needs `create subjectaccessreviews` only. */
      verb: 'may';
      user: string;
      groups: string[];
      action: { verb: string; group: string; resource: string; namespace?: string };
    }
  | { verb: 'version' };

/** Whose network a node command runs in: the node's own, or that of the pod with this UID. */
export type NetworkNamespace = 'host' | { podUid: string };

export type NodeCommand =
  /** A program of the agent image with its arguments; the agent refuses what is not on its read-only list. */
  | { kind: 'run'; argv: readonly [string, ...string[]]; stdin?: string }
  /** `/etc/resolv.conf` and the like as the pod sees them, whatever is (not) in its image. */
  | { kind: 'read-pod-file'; path: string }
  /** A file of the node, from the agent's list of readable folders. */
  | { kind: 'read-node-file'; path: string }
  /** Names, sizes and kinds of what is in a folder of the node, from the agent's list of such folders. */
  | { kind: 'list-node-folder'; path: string }
  /** clusterDNS, clusterDomain, resolvConf and maxPods of the running kubelet, and nothing else of its file. */
  | { kind: 'kubelet-settings' };

export type Question =
  | { via: 'api'; read: ApiRead; timeoutMs: number }
  | {
      via: 'node';
      node: string;
      netns: NetworkNamespace;
      command: NodeCommand;
      timeoutMs: number;
      /** Tells apart two runs of one command in one diagnosis, such as counters before and after. */
      run?: string;
    };

/** Why there is no answer. `budget`: we chose not to ask; `no-vantage`: nothing of ours runs there. */
export type UnavailableReason =
  | 'timeout'
  | 'forbidden'
  | 'no-vantage'
  | 'tool-missing'
  | 'unparsable'
  | 'cancelled'
  | 'budget';

/** What came back before anybody interpreted it; credentials are already redacted, addresses never are. */
export type RawAnswer =
  | { kind: 'object'; object: unknown }
  | { kind: 'objects'; items: unknown[]; truncated: boolean }
  | { kind: 'not-found' }
  | { kind: 'text'; text: string; truncated: boolean }
  | {
      kind: 'exited';
      /** Null when the program was killed; `timedOut` says whether by its own deadline. */
      code: number | null;
      stdout: string;
      stderr: string;
      timedOut: boolean;
      truncated: boolean;
    };

export type Answer = {
  /** ISO 8601 instant at which the question was sent. */
  at: string;
  /** Milliseconds until the answer, measured where it was asked (on the node for node commands). */
  ms: number;
} & (
  | { status: 'answered'; raw: RawAnswer }
  | { status: 'unavailable'; reason: UnavailableReason; detail: string }
);

/**
 * Asks questions of one cluster for the length of one diagnosis. Every failure is an answer
 * (`status: 'unavailable'`); a rejected promise is a bug.
 */
export interface ClusterAccess {
  answer(question: Question, signal: AbortSignal): Promise<Answer>;
}

/** Where `deploy/kubernetes` puts the agent. */
export const AGENT_NAMESPACE = 'cni-triage';
export const AGENT_SELECTOR = 'app.kubernetes.io/name=cni-triage,app.kubernetes.io/component=agent';
export const AGENT_CONTAINER = 'agent';

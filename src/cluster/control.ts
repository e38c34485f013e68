// The one changing interface to a cluster. Another type than ClusterAccess, with another service account: who holds a
// ClusterAccess cannot change anything. Only shapes; the adapter to a live cluster is `live-control.ts`.

/** Kinds of objects that may be read for a change, or changed. Secrets are not among them. */
export type ControlledResource = 'nodes' | 'pods' | 'services' | 'configmaps' | 'deployments' | 'daemonsets';

export interface ObjectRef {
  resource: ControlledResource;
  /** Absent for nodes. */
  namespace?: string | undefined;
  name: string;
}

/** Every change names the very object that was looked at, by uid or resourceVersion: a namesake is left alone. */
export type Change =
  | {
      kind: 'delete-pod';
      namespace: string;
      name: string;
      uid: string;
      /** Absent: the pod's own. */
      graceSeconds?: number | undefined;
    }
  /** Like a deletion, but the API server refuses it where a PodDisruptionBudget says so. */
  | { kind: 'evict-pod'; namespace: string; name: string; uid: string }
  | {
      kind: 'patch';
      object: ObjectRef;
      resourceVersion: string;
      /** RFC 7386 merge patch. */
      patch: Record<string, unknown>;
    };

export interface ChangeOptions {
  /** Asks the API server, admission included, and changes nothing. */
  dryRun: boolean;
  /** In whose name: ends in the API server's own audit log as part of the user agent. */
  incidentId: string;
  timeoutMs: number;
}

export type ChangeReply =
  | { status: 'done' }
  /** Nothing of that name is there any more. */
  | { status: 'gone' }
  /** It is another object by now, or was changed since it was read. */
  | { status: 'conflict'; detail: string }
  /** A PodDisruptionBudget does not allow it now. */
  | { status: 'blocked'; detail: string }
  /** Never: no permission, not valid, refused by admission. */
  | { status: 'refused'; detail: string }
  /** No answer: it may have happened or not, only the object can tell. */
  | { status: 'unknown'; detail: string };

/** Objects are as the API server sent them, nothing redacted: they are compared, never shown. */
export type ReadReply<T> = { status: 'read'; value: T } | { status: 'unavailable'; detail: string };

export interface ClusterControl {
  /** Undefined: there is no such object. */
  read(object: ObjectRef, signal: AbortSignal): Promise<ReadReply<unknown>>;
  listPods(selection: PodSelection, signal: AbortSignal): Promise<ReadReply<unknown[]>>;
  change(change: Change, options: ChangeOptions, signal: AbortSignal): Promise<ChangeReply>;
}

export interface PodSelection {
  namespace: string;
  labelSelector: string;
  /** Absent: on all nodes. */
  node?: string | undefined;
}

// What an account may do, as the API server tells the account itself: all of it as a list (SelfSubjectRulesReview), or a single right
// (SelfSubjectAccessReview). Only shapes; the adapter to a live cluster is `live-rights.ts`, what an account should be able to do is
// for others.

/** A rule as the API server lists it; `*` is everything, no names are all names. */
export interface GrantedRule {
  apiGroups: string[];
  resources: string[];
  resourceNames: string[];
  verbs: string[];
}

export type RightsReply =
  | {
      status: 'read';
      rules: GrantedRule[];
      /** An authorizer that keeps no list (a webhook) may grant more than what is listed. */
      incomplete: boolean;
      /** What went wrong while the list was made, such as a binding to a role that is gone. Empty: nothing did. */
      error: string;
    }
  | { status: 'unavailable'; detail: string };

/** Undefined: what it may do in every namespace, and with what is in none. */
export type ReadRights = (namespace: string | undefined, signal: AbortSignal) => Promise<RightsReply>;

export interface SingleRight {
  /** Absent: in every namespace, or with what is in none. */
  namespace?: string;
  /** Empty: the core group. */
  group: string;
  /** With its subresource: `pods/log`. */
  resource: string;
  /** Absent: all of that kind. */
  name?: string;
  verb: string;
}

export type SingleReply =
  | { status: 'granted' }
  | { status: 'denied' }
  /** `detail`: in the words of the API server; empty: there are none, or it was not asked yet. */
  | { status: 'unavailable'; detail: string };

export type AskRight = (right: SingleRight, signal: AbortSignal) => Promise<SingleReply>;

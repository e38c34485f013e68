// What an account may do, as the API server lists it for the account itself (SelfSubjectRulesReview). Only shapes; the adapter to
// a live cluster is `live-rights.ts`, what an account should be able to do is for others.

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

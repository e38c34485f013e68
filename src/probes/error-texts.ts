// The shape of the error catalogue: a cause, the texts by which a component says it, and what such a text names. The rows
// are in the files beside this one; the readers of whole messages are sandbox-errors.ts and agent-errors.ts. Pure.

/** What texts name; absent where a text does not. */
export interface ErrorDetails {
  /** Plugin binary. */
  plugin?: string;
  folder?: string;
  file?: string;
  /** cniVersion of a configuration. */
  version?: string;
  /** `10.244.1.1-10.244.1.254`, or a pool's CIDR. */
  range?: string;
  bridge?: string;
  /** Address with prefix that the bridge should have. */
  expected?: string;
  address?: string;
  /** Who was refused: `system:serviceaccount:kube-flannel:flannel`. */
  user?: string;
  /** Host and port, or a resolver's address. */
  server?: string;
  /** DNS name that was looked up. */
  name?: string;
  node?: string;
  image?: string;
  setting?: string;
}

export interface ErrorText<Cause extends string> {
  cause: Cause;
  /** Named groups are members of `ErrorDetails`. Alternatives in order: the first one that fits decides. */
  texts: RegExp[];
}

export interface ErrorMatch<Cause extends string> {
  cause: Cause;
  details: ErrorDetails;
}

export function matchError<Cause extends string>(
  rows: readonly ErrorText<Cause>[],
  message: string,
): ErrorMatch<Cause> | undefined {
  for (const { cause, texts } of rows) {
    for (const text of texts) {
      const found = text.exec(message);
      if (found) return { cause, details: detailsOf(found) };
    }
  }
  return undefined;
}

const detailsOf = ({ groups = {} }: RegExpExecArray): ErrorDetails =>
  Object.fromEntries(Object.entries(groups).filter(([, value]) => value !== undefined));

// Faults that a test or the demo stages: the next calls of a method fail in a given way.

export type Fault =
  /** An HTTP error; `stored` says whether Slack did the work all the same. */
  | { kind: 'http'; status: number; stored?: boolean }
  /** Somebody between us answers in Slack's place. */
  | { kind: 'garbled'; status: number; body: string }
  /** The connection ends without an answer. */
  | { kind: 'cut'; stored?: boolean }
  /** No answer ever; the connection stays open until the client gives up. */
  | { kind: 'hang'; stored?: boolean }
  | { kind: 'rate-limited'; retryAfterS: number }
  /** `{ok: false, error}`. */
  | { kind: 'error'; error: string };

export interface Faults {
  /** The next `times` calls of that method fail so. */
  stage(method: string, fault: Fault, times?: number): void;
  next(method: string): Fault | undefined;
}

export function createFaults(): Faults {
  const staged: { method: string; fault: Fault }[] = [];
  return {
    stage(method, fault, times = 1) {
      for (let n = 0; n < times; n += 1) staged.push({ method, fault });
    },
    next(method) {
      const at = staged.findIndex((each) => each.method === method);
      return at < 0 ? undefined : staged.splice(at, 1)[0]?.fault;
    },
  };
}

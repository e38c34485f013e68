// The frame of the failure drills: what a fault is, and the lab as a fault sees it.
// The faults themselves are in faults/, one file each; who diagnoses them is none of this file's business.

import type { FindingCode, Subject } from '../../src/diagnosis/finding.ts';
import { type CommandResult, mustRun, run } from './command.ts';
import { openLab } from './lab.ts';
import { poll } from './poll.ts';
import type { CniName } from './topology.ts';

export interface Fault {
  readonly name: string;
  /** Breaks the lab, and returns only when the fault is in effect: as long as the traffic passes, nothing is broken. */
  inject(lab: Lab): Promise<Injection>;
  /** Mends the lab whatever state it is in, and returns only when it is healthy again. */
  recover(lab: Lab): Promise<void>;
}

export interface Injection {
  /** What to type after `/cni diagnose`: `['dns']`, `['pod', 'shop/web-1', '->', 'web.shop:80']`, … */
  readonly words: readonly string[];
  readonly expect: Expectation;
}

export type Expectation =
  /** `advisories`: the codes that may be said all the same; none when absent. */
  | { readonly outcome: 'cleared'; readonly advisories?: readonly FindingCode[] }
  /** Exactly these causes, in any order, and no other. Advice beside them is not judged. */
  | { readonly outcome: 'root-cause'; readonly causes: readonly ExpectedCause[] }
  /** No cause may be named. */
  | { readonly outcome: 'inconclusive' };

export interface ExpectedCause {
  readonly code: FindingCode;
  /** Members that are absent here are not judged. */
  readonly subject: Partial<Subject>;
  readonly node?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

export interface Lab {
  readonly name: string;
  readonly cni: CniName;
  readonly nodes: readonly string[];
  /** Returns what kubectl printed; throws with its words when it fails. */
  kubectl(args: readonly string[], stdin?: string): Promise<string>;
  /** In the node's namespaces. A non-zero exit code is a value here and below. */
  exec(node: string, argv: readonly string[]): Promise<CommandResult>;
  /** In the pod's network namespace, with the machine's programs; `pod` is namespace/name. */
  netns(pod: string, argv: readonly string[]): Promise<CommandResult>;
  /** Where the bridge between the nodes is; its ports are ul-n1, ul-n2, … */
  switch(argv: readonly string[]): Promise<CommandResult>;
  /** Beside the API server, with KUBECONFIG and CNI_TRIAGE_KUBECONFIG set. */
  run(argv: readonly string[]): Promise<CommandResult>;
  /** Polls until the condition holds; fails, saying what was awaited, when it never does. */
  waitFor(what: string, condition: () => Promise<boolean>, timeoutMs?: number): Promise<void>;
}

/** The lab of this name, which has to be up. */
export const connectLab = async (name = 'default'): Promise<Lab> => {
  const places = await openLab(name);
  return {
    name,
    cni: places.cni,
    nodes: places.nodes,
    kubectl: (args, stdin = '') => mustRun(places.kubectl(args), { stdin }),
    exec: (node, argv) => run(places.exec(node, argv)),
    netns: async (pod, argv) => await run(await places.netns(pod, argv)),
    switch: (argv) => run(places.switch(argv)),
    run: (argv) => run(places.run(argv)),
    waitFor: async (what, condition, timeoutMs = 60_000) => {
      await poll(what, async () => (await condition()) || undefined, timeoutMs, 250);
    },
  };
};

// Whose fault is it: of trials between nodes, which node or which pair accounts for those that failed? A trial that passed
// speaks for both of its ends, so every failing one is compared with its controls. Pure.

export interface Trial {
  from: string;
  to: string;
  state: 'passes' | 'fails' | 'unknown';
}

export type Culprit =
  /** All of its trials fail, or all of one direction, with two peers or more. */
  | { kind: 'node'; node: string; peers: string[] }
  /** Only this pair: each of the two gets on with others, or there are no others to compare with. */
  | { kind: 'pair'; nodes: [string, string] }
  /** Three nodes or more, and not one trial passes: no node can be told from the others. */
  | { kind: 'everywhere'; nodes: string[] };

export function findCulprits(trials: Trial[]): Culprit[] {
  const failed = trials.filter(({ state }) => state === 'fails');
  const passed = trials.filter(({ state }) => state === 'passes');
  if (failed.length === 0) return [];
  const nodes = namesOf(failed);
  if (passed.length === 0 && nodes.length > 2 && !isStar(failed)) return [{ kind: 'everywhere', nodes }];

  const culprits: Culprit[] = [];
  let unexplained = failed;
  for (;;) {
    const [worst] = nodes
      .map((node) => ({ node, covers: coveredBy(node, unexplained, passed) }))
      .filter(({ node, covers }) => peersOf(node, covers).length > 1)
      .sort((a, b) => b.covers.length - a.covers.length);
    if (!worst) break;
    culprits.push({ kind: 'node', node: worst.node, peers: peersOf(worst.node, worst.covers) });
    unexplained = unexplained.filter((trial) => !worst.covers.includes(trial));
  }
  const pairs = new Map(unexplained.map(({ from, to }) => [[from, to].sort().join(' '), pairOf(from, to)]));
  return [...culprits, ...[...pairs.values()].map((pair) => ({ kind: 'pair', nodes: pair }) as const)];
}

/** The failed trials that the node accounts for: all that touch it, or those of the one direction that never passes. */
function coveredBy(node: string, failed: Trial[], passed: Trial[]): Trial[] {
  const out = failed.filter(({ from }) => from === node);
  const into = failed.filter(({ to }) => to === node);
  const sends = passed.some(({ from }) => from === node);
  const receives = passed.some(({ to }) => to === node);
  return [...(sends ? [] : out), ...(receives ? [] : into)];
}

/** All trials share one node: without any that passes it is that node, or all of the others. */
const isStar = (trials: Trial[]): boolean =>
  namesOf(trials).filter((name) => trials.every(({ from, to }) => from === name || to === name)).length === 1;

const namesOf = (trials: Trial[]): string[] =>
  [...new Set(trials.flatMap(({ from, to }) => [from, to]))].sort();

const peersOf = (node: string, trials: Trial[]): string[] => namesOf(trials).filter((name) => name !== node);

const pairOf = (from: string, to: string): [string, string] => (from < to ? [from, to] : [to, from]);

// Orders findings, the root cause first, and sets aside those that a deeper proven one accounts for.

import type { Finding, Layer, Priority } from './finding.ts';

// The deeper the layer, the more above it follows from it.
const DEPTH: Record<Layer, number> = { physical: 0, host: 1, virtual: 2, cni: 3, k8s: 4, app: 5 };
const URGENCY: Record<Priority, number> = { P0: 0, P1: 1, P2: 2 };

/** One finding for each code and subject: two questions may well uncover the same fault. The first one stays. */
export function mergeEqual(findings: Finding[]): Finding[] {
  const keyOf = ({ code, subject, node }: Finding): string => JSON.stringify([code, subject, node]);
  return findings.filter(
    (finding, index) => findings.findIndex((other) => keyOf(other) === keyOf(finding)) === index,
  );
}

/** Sets aside what a proven finding explains: a cause on a node explains what is seen on that node only. */
export function foldExplained(findings: Finding[]): { kept: Finding[]; explained: Finding[] } {
  const causes = findings.filter((finding) => finding.confidence === 'proven' && !finding.advisory);
  const isExplained = (finding: Finding): boolean =>
    causes.some((cause) => cause !== finding && isDeeper(cause, finding));
  return {
    kept: findings.filter((finding) => !isExplained(finding)),
    explained: findings.filter(isExplained),
  };

  // Two that explain each other are equally deep, and both stay.
  function isDeeper(cause: Finding, finding: Finding): boolean {
    return explains(cause, finding) && !(causes.includes(finding) && explains(finding, cause));
  }
}

function explains(cause: Finding, symptom: Finding): boolean {
  if (!cause.explains.includes(symptom.code)) return false;
  if (cause.node === undefined || cause.node === symptom.node) return true;
  // A symptom that sits nowhere may still have been seen from one node alone.
  const seenFrom = new Set(
    symptom.evidence.flatMap(({ vantage }) => ('node' in vantage ? [vantage.node] : [])),
  );
  return symptom.node === undefined && seenFrom.size === 1 && seenFrom.has(cause.node);
}

export function rankFindings(findings: Finding[]): Finding[] {
  const weight = (finding: Finding): number[] => [
    finding.advisory ? 1 : 0,
    finding.confidence === 'proven' ? 0 : 1,
    URGENCY[finding.priority],
    DEPTH[finding.layer],
  ];
  return findings.toSorted((a, b) => compare(weight(a), weight(b)) || compare([a.code], [b.code]));
}

function compare<T extends number | string>(a: T[], b: T[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  if (at < 0) return 0;
  return (a[at] as T) < (b[at] as T) ? -1 : 1;
}

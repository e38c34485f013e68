// Orders findings, the root cause first, and sets aside those that a deeper proven one accounts for.

import type { Finding, Layer, Priority } from './finding.ts';

// The deeper the layer, the more above it follows from it.
const DEPTH: Record<Layer, number> = { physical: 0, host: 1, virtual: 2, cni: 3, k8s: 4, app: 5 };
const URGENCY: Record<Priority, number> = { P0: 0, P1: 1, P2: 2 };

/**
 * One finding for each code and subject: two questions may well uncover the same fault. What one of them saw break traffic
 * stays, and accounts for what any of them says.
 */
export function mergeEqual(findings: Finding[]): Finding[] {
  const keyOf = ({ code, subject, node }: Finding): string => JSON.stringify([code, subject, node]);
  const weight = ({ advisory, confidence }: Finding): number =>
    (advisory ? 2 : 0) + (confidence === 'proven' ? 0 : 1);
  const byWeight = findings.toSorted((a, b) => weight(a) - weight(b));
  const groups = Object.values(Object.groupBy(byWeight, keyOf)) as Finding[][];
  return groups.map((equal) => {
    const [first] = equal as [Finding];
    return { ...first, explains: [...new Set(equal.flatMap(({ explains }) => explains))] };
  });
}

/** Sets aside what a proven finding explains: a cause on a node explains what is seen there, or on the way to there. */
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
  if (symptom.ends?.includes(cause.node)) return true;
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

// Puts the findings together: a suspect that lets through just what got through is the cause; what no suspect explains is a
// hole on the way, of the node or pair that stands out; suspects that stopped nothing are advice. Pure.

import type { Finding } from '../../diagnosis/finding.ts';
import { findCulprits } from '../branches/nodes/culprits.ts';
import { placeOf } from '../branches/nodes/silent-ways.ts';
import { asAdvice } from '../branches/suspect.ts';
import { mtuCodes } from './codes.ts';
import { holesIn, trialsOf } from './holes.ts';
import { outerOf, type Pieces, waysInPieces } from './pieces.ts';
import type { MtuSurvey } from './survey.ts';
import { type MtuSuspect, remedyFor, stops } from './suspects.ts';
import { evidenceOfWay, isShort, type ShortWay, type TriedWay } from './ways.ts';

export interface JudgedMtus {
  findings: Finding[];
  pieces: Pieces[];
  /** Ways whose sender remembers a smaller MTU, and nothing that is there now says so. */
  remembered: TriedWay[];
  /** Pings of that size are filtered there: what went through the tunnel was larger, and in one piece. */
  filtered: TriedWay[];
}

export function judge(survey: MtuSurvey): JudgedMtus {
  const { ways, suspects } = survey;
  const pieces = waysInPieces(ways, survey.counted);
  const filtered = ways.filter(isShort).filter((way) => isBelied(way, ways, pieces));
  const short = ways.filter(isShort).filter((way) => !filtered.includes(way));
  const unexplained = short.filter((way) => !suspects.some((suspect) => stops(suspect, way)));
  const remembered = unexplained.filter(({ passage: { refusal } }) => refusal && refusal.by === undefined);
  const silent = unexplained.filter((way) => !remembered.includes(way));
  const fragmentation = fragmentations(survey, pieces);
  const weighed = suspects
    .filter(({ finding }) => !isAboutPieces(finding, fragmentation))
    .map((suspect) => weigh(suspect, short));
  return {
    findings: [...holesIn(survey, silent), ...fragmentation, ...mergePods(weighed)],
    pieces,
    remembered,
    filtered,
  };
}

function isBelied(way: ShortWay, ways: TriedWay[], pieces: Pieces[]): boolean {
  return (
    way.between === 'nodes' &&
    ways.some(
      (other) =>
        other.between === 'pods' &&
        other.passage.kind === 'whole' &&
        !pieces.some((each) => each.way === other) &&
        other.from.name === way.from.name &&
        other.to.name === way.to.name &&
        outerOf(other) > way.passage.largest,
    )
  );
}

/** A cause where it stops something; hidden behind a narrower one, likely; else advice. */
function weigh(suspect: MtuSuspect, short: ShortWay[]): Finding {
  const { finding } = suspect;
  const stopped = short.filter((way) => stops(suspect, way));
  const [first] = stopped;
  if (first) return withLargest(withWays(finding, stopped), suspect.edgeOn(first) ?? first.passage.largest);
  const hidden = short.filter((way) => {
    const edge = suspect.edgeOn(way);
    return edge !== undefined && edge >= way.passage.stopped && edge < (way.full ?? 0);
  });
  return hidden.length > 0 ? { ...withWays(finding, hidden), confidence: 'likely' } : asAdvice(finding);
}

const withWays = (finding: Finding, ways: TriedWay[]): Finding => ({
  ...finding,
  evidence: [...ways.flatMap(evidenceOfWay), ...finding.evidence],
});

const withLargest = (finding: Finding, largest: number): Finding =>
  finding.code === 'mtu.node-mismatch' ? { ...finding, params: { ...finding.params, largest } } : finding;

/** Pods of one node that have the same wrong in the same way are one finding, which lists them. */
function mergePods(findings: Finding[]): Finding[] {
  const merged = new Map<string, Finding>();
  for (const finding of findings) {
    const isPod = finding.code === 'mtu.pod-mismatch';
    const key = isPod ? `${finding.node} ${finding.advisory} ${finding.confidence}` : String(merged.size);
    const known = merged.get(key);
    if (known?.code === 'mtu.pod-mismatch' && finding.code === 'mtu.pod-mismatch')
      merged.set(key, {
        ...known,
        params: { ...known.params, pods: [...known.params.pods, ...finding.params.pods] },
        evidence: [...known.evidence, ...finding.evidence],
      });
    else merged.set(key, finding);
  }
  return [...merged.values()];
}

function fragmentations({ ways, cni }: MtuSurvey, pieces: Pieces[]): Finding[] {
  const inPieces = pieces.map(({ way }) => way);
  return findCulprits(trialsOf(ways, inPieces)).flatMap((culprit): Finding[] => {
    const names = culprit.kind === 'node' ? [culprit.node] : culprit.nodes;
    const own = pieces.filter(({ way }) => names.includes(way.from.name) || names.includes(way.to.name));
    const [worst] = own.toSorted((a, b) => a.underlay - b.underlay);
    if (!worst) return [];
    const { way, underlay, at, reassembled = 0 } = worst;
    const ends = [way.from, way.to].find((node) => node.underlay?.mtu === underlay);
    const remedy = remedyFor(cni, underlay);
    const { subject, node } = placeOf(culprit);
    return [
      {
        code: 'mtu.fragmentation',
        ...mtuCodes['mtu.fragmentation'],
        params: {
          packet: way.full ?? 0,
          outer: outerOf(way),
          underlay,
          ...(at === 'ends' && ends?.underlay && { device: ends.underlay.name }),
          reassembled,
          podMtu: underlay - way.from.overhead,
          ...(remedy && { remedy }),
        },
        subject,
        ...(node !== undefined && { node }),
        confidence: worst.reassembled === undefined ? 'likely' : 'proven',
        advisory: false,
        evidence: [...own.flatMap((each) => each.evidence), ...evidenceOfWay(way), ...way.from.evidence],
        explains: ['mtu.pod-mismatch'],
        remediations: [],
      },
    ];
  });
}

/** That packets are cut up because the tunnel is too large for the underlay is said once. */
function isAboutPieces({ code, node, subject }: Finding, fragmentation: Finding[]): boolean {
  return (
    code === 'mtu.overlay-too-large' &&
    fragmentation.some(
      (each) => each.subject.kind === 'cluster' || each.node === node || each.subject.name === subject.name,
    )
  );
}

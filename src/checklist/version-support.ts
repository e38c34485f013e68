// Which lines of a CNI its project still maintains, as it was on the day it was looked up, and whether the agents' images
// are of one of them. Pure.

import type { UnavailableReason } from '../cluster/access.ts';
import type { CheckParams, CheckStatus } from './checklist.ts';
import type { Setting, Snapshot } from './snapshot.ts';

interface Maintained {
  /** `major.minor`, the newest first. */
  lines: string[];
  /** Day of the look-up. */
  on: string;
}

const MAINTAINED: Record<string, Maintained> = {
  // Flannel has no stated policy; only its newest line gets releases (tags up to v0.28.10 in the Go module proxy).
  flannel: { lines: ['0.28'], on: '2026-11-26' },
  // "generally support the most recent two minor versions" (projectcalico/calico SECURITY.md; v3.32.2 was the latest).
  calico: { lines: ['3.32', '3.31'], on: '2026-09-05' },
  // The latest minor and the two before (docs.cilium.io, Backporting process; v1.20.2 in the Go module proxy).
  cilium: { lines: ['1.20', '1.19', '1.18'], on: '2026-11-26' },
};

export function judgeVersion(
  cni: string,
  snapshot: Snapshot,
): { status: CheckStatus; params: CheckParams['version'] } {
  const unseen = snapshot.unseen.find(({ kind }) => kind === 'cni-agent')?.reason;
  const agents = snapshot.settings.filter(({ kind }) => kind === 'cni-agent');
  const versions = versionsOf(agents);
  const maintained = MAINTAINED[cni];
  const support = supportOf(
    versions.map(({ version }) => version),
    maintained,
  );
  const params = {
    versions,
    support,
    maintained: maintained?.lines ?? [],
    lookedUpOn: maintained?.on ?? '',
    ...(unseen !== undefined && unseen !== 'left-out' && { unseen: unseen satisfies UnavailableReason }),
  };
  if (support === 'unsupported' || versions.length > 1) return { status: 'attention', params };
  return { status: support === 'supported' && unseen === undefined ? 'fine' : 'unknown', params };
}

function versionsOf(agents: Setting[]): { version: string; nodes: string[] }[] {
  const groups = Object.groupBy(agents, ({ value }) => versionIn(value));
  return Object.entries(groups)
    .map(([version, of = []]) => ({ version, nodes: of.map(({ subject }) => subject) }))
    .toSorted((a, b) => b.nodes.length - a.nodes.length);
}

/** `ghcr.io/flannel-io/flannel:v0.28.4` -> `v0.28.4`; one that is named by its digest only keeps its name. */
function versionIn(image: string): string {
  const name = image.replace(/@.*$/, '');
  return /:([^/:]+)$/.exec(name)?.[1] ?? image;
}

/** One that is not maintained decides; one that nobody can tell leaves it open, and so does one newer than the table. */
function supportOf(
  versions: string[],
  maintained: Maintained | undefined,
): CheckParams['version']['support'] {
  if (!maintained || versions.length === 0) return 'not-known';
  const each = versions.map((version) => {
    const line = /^v?(\d+)\.(\d+)\./.exec(version);
    if (!line) return 'not-known';
    const [major, minor] = [Number(line[1]), Number(line[2])];
    if (maintained.lines.includes(`${major}.${minor}`)) return 'supported';
    const [newestMajor = 0, newestMinor = 0] = (maintained.lines[0] ?? '').split('.').map(Number);
    return major < newestMajor || (major === newestMajor && minor < newestMinor)
      ? 'unsupported'
      : 'not-known';
  });
  if (each.includes('unsupported')) return 'unsupported';
  return each.includes('not-known') ? 'not-known' : 'supported';
}

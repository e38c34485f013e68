// A snapshot: what decides about a cluster's network at one instant, as plain JSON that can be kept and compared. What
// could not be read is listed as unseen. Taken by take-snapshot.ts, compared by changes.ts.

import type { UnavailableReason } from '../cluster/access.ts';
import type { SettingKind } from '../diagnosis/recent-changes.ts';
import type { Write } from '../probes/written-objects.ts';

export interface Snapshot {
  snapshotVersion: 1;
  /** ISO 8601. */
  takenAt: string;
  settings: Setting[];
  unseen: Unseen[];
}

export interface Setting {
  kind: SettingKind;
  /** Whose it is: a node, `namespace/name`, an object and the key in it. Unique within the kind. */
  subject: string;
  /** The text itself, or its digest when it is long. Equal values are equal settings. */
  value: string;
  /** The node on which it is; absent: it is the cluster's. */
  node?: string;
  /** ISO 8601 instant since which it is so, or of the last write of the object. Absent: not known. */
  at?: string;
  /** Program that wrote it (field manager). Absent: not known. */
  by?: string;
}

export interface Unseen {
  kind: SettingKind;
  /** Absent: nothing of the kind was seen. */
  subjects?: string[];
  /** `left-out`: large clusters are sampled. */
  reason: UnavailableReason | 'left-out';
}

/** What one reading of settings brought. */
export interface Seen {
  settings: Setting[];
  unseen: Unseen[];
}

export const writeOf = (write: Write | undefined): Pick<Setting, 'at' | 'by'> =>
  write ? { at: write.at, ...(write.by !== '' && { by: write.by }) } : {};

// A Corefile or net-conf.json is a kilobyte or two; people want to see which line is another.
const TEXT_LIMIT = 8192;

/** Texts are kept as they are while they are short, so that a change can be shown line by line. */
export async function textValue(text: string): Promise<string> {
  const trimmed = text.trim();
  return trimmed.length <= TEXT_LIMIT ? trimmed : digestValue(trimmed);
}

/** `sha256:` and 16 hexadecimal digits: for what would be too much to keep. */
export async function digestValue(text: string): Promise<string> {
  const hash = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const digits = Array.from(new Uint8Array(hash), (byte) => byte.toString(16).padStart(2, '0'));
  return `sha256:${digits.slice(0, 8).join('')}`;
}

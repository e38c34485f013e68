// What a person (or an alert) wants, after parsing and before anything is known about the cluster. Only shapes.

import type { Target } from '../diagnosis/target.ts';

export type Language = 'en' | 'zh';

export type Intent =
  | { verb: 'diagnose'; playbook: PlaybookName; target: Target; cluster?: string }
  | { verb: 'status'; cluster?: string }
  /** The kill switch: ends every running diagnosis, of one cluster or of all. */
  | { verb: 'stop'; cluster?: string }
  | { verb: 'help'; topic?: string }
  /** The operations checklist, now. */
  | { verb: 'check'; cluster?: string }
  /** `what` was broken on purpose; passed: it was found and mended. */
  | { verb: 'record-drill'; what: string; result: 'passed' | 'failed'; cluster?: string }
  | IncidentIntent
  /** Response and resolution times of the incidents of the last `minutes`. */
  | { verb: 'report'; minutes: number; cluster?: string }
  /** What was asked, decided and done about fixes in the last `minutes`. */
  | { verb: 'audit'; minutes: number; cluster?: string }
  /** Who is alive in each cluster, what they may and may not do, and what does not fit together. */
  | { verb: 'doctor'; cluster?: string }
  /** A verb of the grammar whose work is not built yet; it is answered with a plain sentence. */
  | { verb: 'not-yet'; name: string };

/** What a person wants to do to an incident; its id may be absent in the incident's own thread. */
export type IncidentIntent =
  | { verb: 'ack' | 'escalate' | 'resolve'; incident?: string }
  /** `to`: Slack user id, or `me`. */
  | { verb: 'assign'; incident?: string; to: string }
  | { verb: 'note'; incident?: string; text: string }
  | { verb: 'silence'; incident?: string; minutes: number };

/** Second word of `/cni diagnose ...`. */
export type PlaybookName =
  | 'dns'
  | 'pod'
  | 'cross-node'
  | 'policy'
  | 'ipam'
  | 'mtu'
  | 'cni-health'
  | 'cluster';

/** Why a line could not be understood; `nearest` is the valid form to show, ready to copy. */
export type GrammarRefusal =
  | { kind: 'empty'; nearest: string }
  | { kind: 'unknown-verb'; word: string; nearest: string }
  | { kind: 'missing'; what: 'pod' | 'playbook' | 'destination' | 'value'; nearest: string }
  | {
      kind: 'invalid-name';
      what: 'pod' | 'namespace' | 'node' | 'name' | 'cluster' | 'port';
      text: string;
      nearest: string;
    }
  | { kind: 'unexpected'; word: string; nearest: string };

export type Parsed = { ok: true; intent: Intent } | { ok: false; refusal: GrammarRefusal };

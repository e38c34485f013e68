// What a workspace holds: people, channels, messages, files. Changing it tells whoever watches; rules are elsewhere.

export interface Person {
  id: string;
  name: string;
  locale: string;
  isDeactivated?: boolean;
}

export interface Channel {
  id: string;
  name: string;
  isPrivate: boolean;
  isArchived: boolean;
  /** Whether the app was invited. */
  hasApp: boolean;
  /** A direct message with this person. */
  directWith?: string;
}

export interface SlackFile {
  id: string;
  name: string;
  title: string;
  content: string;
}

export interface Message {
  channel: string;
  ts: string;
  threadTs?: string;
  user: string;
  botId?: string;
  text: string;
  blocks: Block[];
  metadata?: { event_type: string; event_payload: Record<string, unknown> };
  files: SlackFile[];
  edits: number;
  /** Only this person sees it; it is in no history. */
  ephemeralFor?: string;
  reactions: string[];
}

/** A block as it came in; the validator has accepted it. */
export type Block = { type: string; [field: string]: unknown };

export interface WorkspaceState {
  people: Map<string, Person>;
  channels: Map<string, Channel>;
  messages: Message[];
  groups: Map<string, string[]>;
  /** A timestamp that no other message has. */
  nextTs(): string;
  nextId(prefix: string): string;
  changed(): void;
  onChange(listener: () => void): () => void;
}

export const APP = { botId: 'B0CNI', userId: 'U0CNI', name: 'cni-triage', teamId: 'T0LOCAL', appId: 'A0CNI' };

export function createState(clock: { now(): Date }): WorkspaceState {
  const listeners = new Set<() => void>();
  let lastMicros = 0;
  let lastId = 0;
  return {
    people: new Map(
      [
        { id: 'U0ANNA', name: 'anna', locale: 'en-GB' },
        { id: 'U0LIWEI', name: 'liwei', locale: 'zh-CN' },
        { id: 'U0SAM', name: 'sam', locale: 'en-US' },
      ].map((person) => [person.id, person]),
    ),
    channels: new Map(
      [
        channel('C0INCIDENTS', 'incidents'),
        channel('C0CHINA', 'incidents-cn'),
        { ...channel('C0STRANGERS', 'no-app-here'), hasApp: false },
        { ...channel('C0OLD', 'old-incidents'), isArchived: true },
      ].map((each) => [each.id, each]),
    ),
    messages: [],
    groups: new Map([['S0ONCALL', ['U0ANNA', 'U0SAM']]]),
    nextTs() {
      lastMicros = Math.max(clock.now().getTime() * 1000, lastMicros + 1);
      return `${Math.floor(lastMicros / 1e6)}.${String(lastMicros % 1e6).padStart(6, '0')}`;
    },
    nextId(prefix) {
      lastId += 1;
      return `${prefix}${String(lastId).padStart(8, '0')}`;
    },
    changed: () => {
      for (const listener of [...listeners]) listener();
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

const channel = (id: string, name: string): Channel => ({
  id,
  name,
  isPrivate: false,
  isArchived: false,
  hasApp: true,
});

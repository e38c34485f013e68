// Modals: a view opens only with a trigger that is at most three seconds old and was not used before.

import { SlackRefusal } from './refusal.ts';

const TRIGGER_LIVES_MS = 3000;
const TITLE_LIMIT = 24;
const BLOCKS_LIMIT = 100;

export interface Views {
  newTrigger(): string;
  open(args: Record<string, unknown>): Record<string, unknown>;
}

export function createViews(clock: { now(): Date }, nextId: (prefix: string) => string): Views {
  const triggers = new Map<string, { at: number; used: boolean }>();
  return {
    newTrigger() {
      const id = nextId('trigger.');
      triggers.set(id, { at: clock.now().getTime(), used: false });
      return id;
    },

    open({ trigger_id: id, view }) {
      const trigger = triggers.get(String(id));
      if (!trigger) throw new SlackRefusal('invalid_trigger_id');
      if (trigger.used) throw new SlackRefusal('exchanged_trigger_id');
      if (clock.now().getTime() - trigger.at > TRIGGER_LIVES_MS) throw new SlackRefusal('expired_trigger_id');
      const { title, blocks } = view as { title?: { text?: string }; blocks?: unknown[] };
      if ((title?.text ?? '').length > TITLE_LIMIT || (blocks ?? []).length > BLOCKS_LIMIT)
        throw new SlackRefusal('invalid_arguments');
      trigger.used = true;
      return { view: { id: nextId('V'), hash: 'hash', ...(view as object) } };
    },
  };
}

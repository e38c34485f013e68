// Windows: a view opens only with a trigger that is at most three seconds old and was not used before, for the person
// whose action made the trigger. What is written in it comes back as a submission.

import { windowProblems } from './block-kit.ts';
import { SlackRefusal } from './refusal.ts';

const TRIGGER_LIVES_MS = 3000;
const TITLE_LIMIT = 24;

export interface OpenView {
  id: string;
  callback_id: string;
  private_metadata: string;
  title: { text: string };
  submit: { text: string };
  blocks: { block_id: string; label: { text: string }; element: { action_id: string } }[];
  /** Block id -> what the app said is wrong there. */
  errors: Record<string, string>;
}

export interface Views {
  newTrigger(user: string): string;
  open(args: Record<string, unknown>): Record<string, unknown>;
  /** Person -> the window that is open before them. */
  opened: Map<string, OpenView>;
}

export function createViews(clock: { now(): Date }, nextId: (prefix: string) => string): Views {
  const triggers = new Map<string, { user: string; at: number; used: boolean }>();
  const opened = new Map<string, OpenView>();
  return {
    opened,

    newTrigger(user) {
      const id = nextId('trigger.');
      triggers.set(id, { user, at: clock.now().getTime(), used: false });
      return id;
    },

    open({ trigger_id: id, view: given }) {
      const trigger = triggers.get(String(id));
      if (!trigger) throw new SlackRefusal('invalid_trigger_id');
      if (trigger.used) throw new SlackRefusal('exchanged_trigger_id');
      if (clock.now().getTime() - trigger.at > TRIGGER_LIVES_MS) throw new SlackRefusal('expired_trigger_id');
      // The Web API takes nested arguments as JSON.
      const view = (typeof given === 'string' ? JSON.parse(given) : given) as Omit<OpenView, 'id' | 'errors'>;
      if ((view.title?.text ?? '').length > TITLE_LIMIT) throw new SlackRefusal('invalid_arguments');
      const problems = windowProblems(view.blocks, 'blocks');
      if (problems.length > 0) throw new SlackRefusal('invalid_arguments', problems);
      trigger.used = true;
      const open = { ...view, id: nextId('V'), errors: {} };
      opened.set(trigger.user, open);
      return { view: { hash: 'hash', ...open } };
    },
  };
}

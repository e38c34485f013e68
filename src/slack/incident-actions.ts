// The row of actions under an incident's root message: acknowledge, assign, check again, and the menu of the rarer ones.
// What they do when pressed is `interactions.ts`.

import type { ActionsBlock, ActionsBlockElement, Button, Overflow, UsersSelect } from '@slack/types';
import type { Incident } from '../incidents/incident.ts';
import type { IncidentIntent, Language } from '../incidents/intent.ts';
import { buttons } from '../messages/interface.ts';
import type { Label } from '../messages/phrase.ts';
import { encodeButton } from './button-value.ts';

/** Choices of the menu; Slack takes at most five. */
const choices = ['silence-1h', 'silence-4h', 'escalate', 'note', 'resolve'] as const;
type Choice = (typeof choices)[number];

const labels: Record<Choice, Label> = {
  'silence-1h': buttons.silenceHour,
  'silence-4h': buttons.silenceHours,
  escalate: buttons.escalate,
  note: buttons.note,
  resolve: buttons.resolve,
};

/** What a choice asks for; a note has to be written first. */
export function intentOfChoice(choice: string | undefined, incident: string): IncidentIntent | undefined {
  switch (choice) {
    case 'silence-1h':
      return { verb: 'silence', incident, minutes: 60 };
    case 'silence-4h':
      return { verb: 'silence', incident, minutes: 240 };
    case 'escalate':
    case 'resolve':
      return { verb: choice, incident };
    default:
      return undefined;
  }
}

/** Empty when nothing can be done: while the last check of a closed incident runs. */
export function incidentActions(incident: Incident): ActionsBlock[] {
  const { id, request, language, state, diagnosing, clock, alerts } = incident;
  const value = encodeButton({ incidentId: id, diagnosisId: request.id });
  const isOver = state === 'resolved';
  const offered = choices.filter((choice) => !choice.startsWith('silence') || (alerts?.firing ?? 0) > 0);
  const elements: ActionsBlockElement[] = [
    ...(isOver || clock.answered ? [] : [button('acknowledge', buttons.acknowledge[language], value)]),
    ...(isOver ? [] : [personSelect(language)]),
    ...(diagnosing ? [] : [button('check-again', buttons.checkAgain[language], value)]),
    ...(isOver ? [] : [menu(offered, language)]),
  ];
  // A select has no value of its own: whose it is stands in the id of the block.
  return elements.length === 0 ? [] : [{ type: 'actions', block_id: value, elements }];
}

const button = (action: string, label: string, value: string): Button => ({
  type: 'button',
  action_id: action,
  text: { type: 'plain_text', text: label, emoji: true },
  value,
});

const personSelect = (language: Language): UsersSelect => ({
  type: 'users_select',
  action_id: 'assign',
  placeholder: { type: 'plain_text', text: buttons.assign[language], emoji: true },
});

const menu = (offered: Choice[], language: Language): Overflow => ({
  type: 'overflow',
  action_id: 'more',
  options: offered.map((choice) => ({
    text: { type: 'plain_text', text: labels[choice][language], emoji: true },
    value: choice,
  })),
});

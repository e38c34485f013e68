// Slack's limits, applied to any blocks: what is too long ends in an ellipsis, what is too much is left out, buttons
// stay. The numbers are Slack's (docs.slack.dev/reference/block-kit); the budget is measured, not documented.

import type {
  ContextBlockElement,
  KnownBlock,
  RichTextBlock,
  RichTextBlockElement,
  RichTextElement,
} from '@slack/types';

const TEXT_LIMIT = 3000;
const CONTEXT_LIMIT = 2000;
const BLOCKS_LIMIT = 50;
// All texts of a message together: Slack refuses at about 11,300 characters (bolt-js#2509, #2867).
const MESSAGE_BUDGET = 10_000;
// chat.update refuses longer notification texts with msg_too_long, though chat.postMessage takes 40,000.
const NOTIFICATION_LIMIT = 3000;

export interface Fitted {
  blocks: KnownBlock[];
  /** Whether anything had to be shortened or left out. */
  shortened: boolean;
}

/** Cut between characters, never inside one. */
export function clipped(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const cut = text.slice(0, Math.max(0, limit - 1));
  return `${/[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut}…`;
}

export const notification = (text: string): string => clipped(text, NOTIFICATION_LIMIT);

export function fitted(blocks: KnownBlock[]): Fitted {
  const actions = blocks.filter((block) => block.type === 'actions');
  const texts = blocks.filter((block) => block.type !== 'actions').slice(0, BLOCKS_LIMIT - actions.length);
  const budget = createBudget(MESSAGE_BUDGET);
  const kept = texts.map((block) => fitBlock(block, budget)).filter((block) => block !== undefined);
  return {
    blocks: [...kept, ...actions],
    shortened: budget.exceeded() || texts.length + actions.length < blocks.length,
  };
}

interface Budget {
  /** The part of the text that still fits; empty when nothing does. */
  take(text: string, limit: number): string;
  exceeded(): boolean;
}

function createBudget(total: number): Budget {
  let left = total;
  let exceeded = false;
  return {
    take(text, limit) {
      const allowed = Math.min(limit, left);
      const kept = allowed > 0 ? clipped(text, allowed) : '';
      if (kept !== text) exceeded = true;
      left -= kept.length;
      return kept;
    },
    exceeded: () => exceeded,
  };
}

function fitBlock(block: KnownBlock, budget: Budget): KnownBlock | undefined {
  if (block.type === 'rich_text') {
    const elements = block.elements.map((element) => fitElement(element, budget));
    const kept = elements.filter((element) => element !== undefined);
    return kept.length === 0 ? undefined : ({ ...block, elements: kept } satisfies RichTextBlock);
  }
  if (block.type === 'context') {
    const elements = block.elements.flatMap((element): ContextBlockElement[] => {
      if (element.type !== 'plain_text') return [element];
      const text = budget.take(element.text, CONTEXT_LIMIT);
      return text === '' ? [] : [{ ...element, text }];
    });
    return elements.length === 0 ? undefined : { ...block, elements };
  }
  return block;
}

function fitElement(element: RichTextBlockElement, budget: Budget): RichTextBlockElement | undefined {
  switch (element.type) {
    case 'rich_text_list': {
      const items = element.elements
        .map((item) => ({ ...item, elements: fitTexts(item.elements, budget) }))
        .filter((item) => item.elements.length > 0);
      return items.length === 0 ? undefined : { ...element, elements: items };
    }
    case 'rich_text_preformatted': {
      const elements = fitTexts(element.elements, budget);
      return elements.length === 0 ? undefined : { ...element, elements };
    }
    case 'rich_text_section':
    case 'rich_text_quote': {
      const elements = fitTexts(element.elements, budget);
      return elements.length === 0 ? undefined : { ...element, elements };
    }
  }
}

const fitTexts = <E extends RichTextElement>(elements: E[], budget: Budget): E[] =>
  elements.flatMap((element) => {
    if (element.type !== 'text') return [element];
    const text = budget.take(element.text, TEXT_LIMIT);
    return text === '' ? [] : [{ ...element, text }];
  });

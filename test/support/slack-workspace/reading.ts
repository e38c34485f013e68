// Reads messages as a person does: the words of all their blocks, a line for each piece. For tests and terminals.

import type { Block, Message } from './state.ts';

type Node = { [field: string]: unknown };

export const wordsOfMessage = (message: Message | undefined): string =>
  message === undefined ? '' : message.blocks.map(wordsOfBlock).join('\n') || message.text;

function wordsOfBlock(block: Block): string {
  const elements = block.elements as Node[];
  if (block.type === 'actions') return elements.map((control) => `[${wordsOfControl(control)}]`).join(' ');
  return elements.map(wordsOfNode).join(block.type === 'rich_text' ? '\n' : ' ');
}

function wordsOfControl({ type, text, placeholder, options }: Node): string {
  if (type === 'overflow')
    return `⋯ ${(options as Node[]).map((option) => wordsOfNode(option.text as Node)).join(', ')}`;
  return wordsOfNode((type === 'users_select' ? placeholder : text) as Node);
}

function wordsOfNode(node: Node): string {
  const children = (node.elements ?? []) as Node[];
  switch (node.type) {
    case 'rich_text_list':
      return children
        .map((item, index) => `${node.style === 'ordered' ? `${index + 1}.` : '-'} ${wordsOfNode(item)}`)
        .join('\n');
    case 'rich_text_section':
    case 'rich_text_quote':
    case 'rich_text_preformatted':
      return children.map(wordsOfNode).join('');
    case 'user':
      return `@${node.user_id}`;
    case 'usergroup':
      return `@${node.usergroup_id}`;
    case 'channel':
      return `#${node.channel_id}`;
    case 'date':
      return String(node.fallback);
    default:
      return String(node.text);
  }
}

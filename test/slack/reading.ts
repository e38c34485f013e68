// Reads messages as a person does: the words of all their blocks, one line for each piece.

import type { Block, Message } from '../support/slack-workspace/state.ts';

export const wordsOfMessage = (message: Message | undefined): string =>
  message === undefined ? '' : message.blocks.map(wordsOfBlock).join('\n');

type Node = { [field: string]: unknown };

function wordsOfBlock(block: Block): string {
  const elements = block.elements as Node[];
  if (block.type === 'actions') return elements.map((button) => `[${(button.text as Node).text}]`).join(' ');
  return elements.map(wordsOfNode).join(block.type === 'rich_text' ? '\n' : ' ');
}

function wordsOfNode(node: Node): string {
  switch (node.type) {
    case 'rich_text_list':
      return (node.elements as Node[]).map((item) => `- ${wordsOfNode(item)}`).join('\n');
    case 'user':
      return `@${node.user_id}`;
    case 'channel':
      return `#${node.channel_id}`;
    case 'date':
      return String(node.fallback);
    default:
      return Array.isArray(node.elements)
        ? (node.elements as Node[]).map(wordsOfNode).join('')
        : String(node.text);
  }
}

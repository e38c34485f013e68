// Draws messages: rich text and the other blocks that the app uses, and plain mrkdwn. Builds elements only and never
// HTML from strings, so that a hostile message stays text here too.

import { drawControl } from './controls.js';
import { element } from './element.js';

export function drawMessage(message, world, actions) {
  const person = world.people.find((each) => each.id === message.user);
  const isApp = message.user === world.app.userId;
  const name = isApp ? world.app.name : (person?.name ?? message.user);
  const time = new Date(Number(message.ts) * 1000).toLocaleTimeString([], {
    hour: '2-digit',
    minute: '2-digit',
  });
  const head = element('div', { className: 'head' }, [
    element('strong', { textContent: name }),
    ...(isApp ? [element('span', { className: 'badge', textContent: 'APP' })] : []),
    element('time', { textContent: time }),
    ...(message.edits > 0 ? [element('span', { className: 'edited', textContent: '(edited)' })] : []),
  ]);
  const body =
    message.blocks.length > 0
      ? message.blocks.map((block) => drawBlock(block, message, world, actions))
      : [element('div', { className: 'text' }, mrkdwn(message.text, world))];
  const files = message.files.map((file) =>
    element('details', { className: 'file' }, [
      element('summary', { textContent: `📄 ${file.title}` }),
      element('pre', { textContent: file.content }),
    ]),
  );
  return element('article', { className: message.ephemeralFor ? 'message ephemeral' : 'message' }, [
    element('div', {
      className: isApp ? 'avatar app' : 'avatar',
      textContent: isApp ? '⎈' : name[0].toUpperCase(),
    }),
    element('div', { className: 'body' }, [
      head,
      ...body,
      ...files,
      ...(message.ephemeralFor
        ? [element('p', { className: 'only', textContent: 'Only visible to you' })]
        : []),
    ]),
  ]);
}

function drawBlock(block, message, world, actions) {
  switch (block.type) {
    case 'rich_text':
      return element(
        'div',
        { className: 'text' },
        block.elements.map((each) => drawRich(each, world)),
      );
    case 'context':
      return element(
        'div',
        { className: 'context' },
        block.elements.map((each) => element('span', {}, textObject(each, world))),
      );
    case 'actions':
      return element(
        'div',
        { className: 'actions' },
        block.elements.map((control) => drawControl(control, message, world, actions)),
      );
    case 'header':
      return element('h3', { textContent: block.text.text });
    case 'divider':
      return element('hr');
    default:
      return element('div', { className: 'text' }, block.text ? textObject(block.text, world) : []);
  }
}

const textObject = (object, world) => (object.type === 'mrkdwn' ? mrkdwn(object.text, world) : [object.text]);

function drawRich(part, world) {
  const leaves = () => part.elements.map((leaf) => drawLeaf(leaf, world));
  switch (part.type) {
    case 'rich_text_preformatted':
      return element('pre', {}, leaves());
    case 'rich_text_quote':
      return element('blockquote', {}, leaves());
    case 'rich_text_list':
      return element(
        part.style === 'ordered' ? 'ol' : 'ul',
        {},
        part.elements.map((item) =>
          element(
            'li',
            {},
            item.elements.map((leaf) => drawLeaf(leaf, world)),
          ),
        ),
      );
    default:
      return element('span', { className: 'section' }, leaves());
  }
}

function drawLeaf(leaf, world) {
  switch (leaf.type) {
    case 'user':
      return element('span', { className: 'mention', textContent: `@${nameOf(leaf.user_id, world)}` });
    case 'usergroup':
      return element('span', { className: 'mention', textContent: `@${leaf.usergroup_id}` });
    case 'channel':
      return element('span', {
        className: 'mention',
        textContent: `#${channelName(leaf.channel_id, world)}`,
      });
    case 'date':
      return new Date(leaf.timestamp * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
    case 'link':
      return element('span', { className: 'mention', textContent: leaf.text ?? leaf.url });
    default: {
      const tag = leaf.style?.code ? 'code' : leaf.style?.bold ? 'strong' : 'span';
      return element(tag, { textContent: leaf.text ?? '' });
    }
  }
}

const nameOf = (id, world) =>
  id === world.app.userId ? world.app.name : (world.people.find((each) => each.id === id)?.name ?? id);
const channelName = (id, world) => world.channels.find((each) => each.id === id)?.name ?? id;

const unescaped = (text) => text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');

/** Slack's own markup, as far as it shows whether something foreign got through: mentions, links, code, bold. */
function mrkdwn(text, world) {
  return text.split(/(<[^>\n]+>|`[^`\n]+`|\*[^*\n]+\*)/).map((piece) => {
    if (/^<@/.test(piece))
      return element('span', {
        className: 'mention',
        textContent: `@${nameOf(piece.slice(2, -1).split('|')[0], world)}`,
      });
    if (/^<[#!]/.test(piece))
      return element('span', { className: 'mention', textContent: piece.slice(1, -1) });
    if (/^</.test(piece))
      return element('span', {
        className: 'link',
        textContent: unescaped(piece.slice(1, -1).split('|').at(-1)),
      });
    if (/^`/.test(piece)) return element('code', { textContent: unescaped(piece.slice(1, -1)) });
    if (/^\*/.test(piece)) return element('strong', { textContent: unescaped(piece.slice(1, -1)) });
    return unescaped(piece);
  });
}

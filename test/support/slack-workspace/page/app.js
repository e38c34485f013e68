// The page: keeps what the person chose, draws the workspace whenever its state arrives, sends what the person does.

import { drawWindow } from './controls.js';
import { drawMessage } from './draw.js';

const $ = (id) => document.getElementById(id);
const query = new URLSearchParams(location.search);
let world;
let channel = query.get('channel') ?? 'C0INCIDENTS';
let user = query.get('user') ?? '';
let openThread;

const send = (action, body) =>
  fetch(`/page/${action}`, { method: 'POST', body: JSON.stringify({ user, channel, ...body }) });

const actions = {
  click: (message, actionId, choice) =>
    send('click', { ts: message.ts, channel: message.channel, actionId, choice }),
};

new EventSource('/page/watch').onmessage = (event) => {
  world = JSON.parse(event.data);
  if (!world.people.some((each) => each.id === user)) user = world.people[0].id;
  draw();
};

function draw() {
  drawWindow($('window'), world.windows[user], send);
  drawChannels();
  drawChoices();
  const list = $('messages');
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 80;
  const visible = world.messages.filter(
    (message) => message.channel === channel && (!message.ephemeralFor || message.ephemeralFor === user),
  );
  const drafts = rememberDrafts(list);
  list.replaceChildren(
    ...visible.filter((message) => !message.threadTs).map((root) => drawThread(root, visible)),
  );
  restoreDrafts(list, drafts);
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function drawThread(root, visible) {
  const item = document.createElement('li');
  const replies = visible.filter((message) => message.threadTs === root.ts);
  item.append(drawMessage(root, world, actions));
  if (replies.length === 0 && openThread !== root.ts) {
    if (!root.ephemeralFor) item.append(replyLink(root));
    return item;
  }
  const thread = document.createElement('div');
  thread.className = 'thread';
  thread.append(...replies.map((message) => drawMessage(message, world, actions)), replyForm(root));
  item.append(thread);
  return item;
}

function replyLink(root) {
  const link = document.createElement('button');
  link.type = 'button';
  link.className = 'reply-link';
  link.textContent = 'Reply in thread';
  link.onclick = () => {
    openThread = root.ts;
    draw();
  };
  return link;
}

function replyForm(root) {
  const form = document.createElement('form');
  form.className = 'reply';
  form.autocomplete = 'off';
  const input = document.createElement('input');
  input.placeholder = 'Reply… (@cni-triage status)';
  input.ariaLabel = 'Reply';
  input.dataset.thread = root.ts;
  form.append(input);
  form.onsubmit = (event) => {
    event.preventDefault();
    if (input.value.trim() !== '') void send('type', { text: input.value.trim(), threadTs: root.ts });
    input.value = '';
  };
  return form;
}

function drawChannels() {
  $('channels').replaceChildren(
    ...world.channels.map((each) => {
      const button = document.createElement('button');
      button.type = 'button';
      button.textContent = `${each.directWith ? '@' : '#'} ${each.name}${each.isArchived ? ' (archived)' : ''}`;
      button.ariaCurrent = String(each.id === channel);
      button.onclick = () => {
        channel = each.id;
        draw();
      };
      return button;
    }),
  );
  const current = world.channels.find((each) => each.id === channel);
  $('channel-name').textContent = `# ${current?.name ?? channel}`;
}

function drawChoices() {
  fill(
    $('user'),
    world.people.map((each) => [each.id, `${each.name} (${each.locale})`]),
    user,
  );
  const { extras } = world;
  $('choice-box').hidden = !extras;
  if (!extras) return;
  $('choice-title').textContent = extras.title;
  fill(
    $('choice'),
    extras.choices.map((each) => [each.name, each.label]),
    extras.chosen,
  );
}

function fill(select, entries, chosen) {
  if (select.childElementCount !== entries.length)
    select.replaceChildren(...entries.map(([value, label]) => new Option(label, value)));
  select.value = chosen;
}

const rememberDrafts = (list) =>
  [...list.querySelectorAll('input')].map((input) => ({
    thread: input.dataset.thread,
    value: input.value,
    focused: input === document.activeElement,
  }));

function restoreDrafts(list, drafts) {
  for (const { thread, value, focused } of drafts) {
    const input = list.querySelector(`input[data-thread="${thread}"]`);
    if (!input) continue;
    input.value = value;
    if (focused) input.focus();
  }
}

$('user').onchange = (event) => {
  user = event.target.value;
  draw();
};
$('choice').onchange = (event) => send('choose', { name: event.target.value });
$('composer').onsubmit = (event) => {
  event.preventDefault();
  const text = $('text').value.trim();
  if (text !== '') void send('type', { text });
  $('text').select();
};

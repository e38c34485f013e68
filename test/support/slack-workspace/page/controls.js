// Draws what people press: buttons, the person select, the menu; and the window in which they write.

import { element } from './element.js';

export function drawControl(control, message, world, actions) {
  switch (control.type) {
    case 'users_select':
      return select(
        control.placeholder.text,
        world.people.map(({ id, name }) => [id, name]),
        (choice) => actions.click(message, control.action_id, choice),
      );
    case 'overflow':
      return select(
        '⋯',
        control.options.map(({ text, value }) => [value, text.text]),
        (choice) => actions.click(message, control.action_id, choice),
      );
    default:
      return element('button', {
        type: 'button',
        textContent: control.text.text,
        className: control.style ?? '',
        onclick: () => actions.click(message, control.action_id),
      });
  }
}

function select(placeholder, entries, choose) {
  const node = element('select', { ariaLabel: placeholder }, [
    new Option(placeholder, ''),
    ...entries.map(([value, label]) => new Option(label, value)),
  ]);
  node.onchange = () => {
    const { value } = node;
    node.value = '';
    if (value !== '') void choose(value);
  };
  return node;
}

/** Opens, keeps or closes the window; what is being written stays. */
export function drawWindow(dialog, view, send) {
  if (!view) {
    dialog.close();
    dialog.dataset.view = '';
    return;
  }
  const errors = Object.values(view.errors).join(' ');
  if (dialog.dataset.view === view.id) {
    dialog.querySelector('.error').textContent = errors;
    return;
  }
  dialog.dataset.view = view.id;
  const text = element('textarea', { rows: 4, ariaLabel: view.blocks[0].label.text });
  const form = element('form', {}, [
    element('h3', { textContent: view.title.text }),
    element('label', { textContent: view.blocks[0].label.text }),
    text,
    element('p', { className: 'error', textContent: errors }),
    element('button', { type: 'button', textContent: view.close.text, onclick: () => send('cancel', {}) }),
    element('button', { textContent: view.submit.text, className: 'primary' }),
  ]);
  form.onsubmit = (event) => {
    event.preventDefault();
    void send('submit', { text: text.value.trim() });
  };
  dialog.replaceChildren(form);
  dialog.showModal();
}

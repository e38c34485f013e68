// Checks blocks against Slack's documented limits (docs.slack.dev/reference/block-kit): required fields, unknown
// fields and types, lengths, counts. Knows the block types that the app may use; any other one is refused.

type Problem = string;
type Check = (value: unknown, path: string) => Problem[];

const MESSAGE_BLOCKS = 50;

export function blockProblems(blocks: unknown): Problem[] {
  if (!Array.isArray(blocks)) return ['blocks: must be a list'];
  const ids = blocks
    .map((block) => (isRecord(block) ? block.block_id : undefined))
    .filter((id) => id !== undefined);
  return [
    ...(new Set(ids).size < ids.length ? ['blocks: block_id must be unique'] : []),
    ...blocks.flatMap((block, index) => block_(block, `blocks[${index}]`)),
    ...actionIdProblems(blocks),
  ];
}

export const tooManyBlocks = (blocks: unknown): boolean =>
  Array.isArray(blocks) && blocks.length > MESSAGE_BLOCKS;

/** Every text in the blocks together, as Slack adds it up for msg_blocks_too_long. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textLength(each), 0);
  if (!isRecord(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [key, each]) => sum + (key === 'text' && typeof each === 'string' ? each.length : textLength(each)),
    0,
  );
}

const text =
  (limit: number): Check =>
  (value, path) => {
    if (typeof value !== 'string') return [`${path}: must be a string`];
    if (value.length === 0) return [`${path}: must be more than 0 characters`];
    // A lone surrogate is not valid UTF-8 and makes Slack refuse the whole call.
    if (!value.isWellFormed()) return [`${path}: is not valid Unicode`];
    return value.length > limit ? [`${path}: must be less than ${limit + 1} characters`] : [];
  };

const oneOf =
  (...allowed: unknown[]): Check =>
  (value, path) =>
    allowed.includes(value) ? [] : [`${path}: ${JSON.stringify(value)} is not allowed`];

const boolean: Check = oneOf(true, false);
const number: Check = (value, path) => (typeof value === 'number' ? [] : [`${path}: must be a number`]);

const list =
  (item: Check, min: number, max: number): Check =>
  (value, path) => {
    if (!Array.isArray(value)) return [`${path}: must be a list`];
    if (value.length < min || value.length > max) return [`${path}: must have ${min} to ${max} items`];
    return value.flatMap((each, index) => item(each, `${path}[${index}]`));
  };

/** An object with exactly these fields; a name that ends in `?` is optional. */
const object =
  (fields: Record<string, Check>): Check =>
  (value, path) => {
    if (!isRecord(value)) return [`${path}: must be an object`];
    const known = Object.keys(fields).map((name) => name.replace('?', ''));
    const unknown = Object.keys(value).filter((name) => !known.includes(name));
    return [
      ...unknown.map((name) => `${path}: unknown field ${name}`),
      ...Object.entries(fields).flatMap(([name, check]) => {
        const field = name.replace('?', '');
        if (value[field] === undefined) return name.endsWith('?') ? [] : [`${path}: missing field ${field}`];
        return check(value[field], `${path}.${field}`);
      }),
    ];
  };

const byType =
  (types: Record<string, Check>): Check =>
  (value, path) => {
    const type = isRecord(value) ? String(value.type) : '';
    const check = types[type];
    return check ? check(value, path) : [`${path}: unsupported type ${type}`];
  };

const plainText = (limit: number): Check =>
  object({ type: oneOf('plain_text'), text: text(limit), 'emoji?': boolean });
const textObject = (limit: number): Check =>
  byType({
    plain_text: plainText(limit),
    mrkdwn: object({ type: oneOf('mrkdwn'), text: text(limit), 'verbatim?': boolean }),
  });

const style = object({ 'bold?': boolean, 'italic?': boolean, 'strike?': boolean, 'code?': boolean });
const richText = object({ type: oneOf('text'), text: text(3000), 'style?': style });
const richLeaf = byType({
  text: richText,
  link: object({ type: oneOf('link'), url: text(3000), 'text?': text(3000), 'style?': style }),
  user: object({ type: oneOf('user'), user_id: text(50), 'style?': style }),
  usergroup: object({ type: oneOf('usergroup'), usergroup_id: text(50), 'style?': style }),
  channel: object({ type: oneOf('channel'), channel_id: text(50), 'style?': style }),
  emoji: object({ type: oneOf('emoji'), name: text(100), 'unicode?': text(50) }),
  date: object({
    type: oneOf('date'),
    timestamp: number,
    format: text(100),
    'url?': text(3000),
    'fallback?': text(300),
  }),
});
const richSection = object({ type: oneOf('rich_text_section'), elements: list(richLeaf, 1, 1000) });
const richElement = byType({
  rich_text_section: richSection,
  rich_text_quote: object({
    type: oneOf('rich_text_quote'),
    elements: list(richLeaf, 1, 1000),
    'border?': number,
  }),
  rich_text_preformatted: object({
    type: oneOf('rich_text_preformatted'),
    elements: list(richText, 1, 1000),
    'border?': number,
  }),
  rich_text_list: object({
    type: oneOf('rich_text_list'),
    style: oneOf('bullet', 'ordered'),
    elements: list(richSection, 1, 1000),
    'indent?': number,
    'border?': number,
  }),
});

const button = object({
  type: oneOf('button'),
  text: plainText(75),
  action_id: text(255),
  'value?': text(2000),
  'style?': oneOf('primary', 'danger'),
  'url?': text(3000),
  'accessibility_label?': text(75),
});

const usersSelect = object({
  type: oneOf('users_select'),
  action_id: text(255),
  'placeholder?': plainText(150),
  'initial_user?': text(50),
});

const overflow = object({
  type: oneOf('overflow'),
  action_id: text(255),
  options: list(object({ text: plainText(75), value: text(150) }), 1, 5),
});

const interactive = byType({ button, users_select: usersSelect, overflow });

const textInput = object({
  type: oneOf('plain_text_input'),
  action_id: text(255),
  'multiline?': boolean,
  'max_length?': number,
});

/** What is wrong with the blocks of a window. */
export const windowProblems = list(
  byType({
    input: object({
      type: oneOf('input'),
      label: plainText(2000),
      element: textInput,
      'block_id?': text(255),
    }),
  }),
  1,
  100,
);

const block_ = byType({
  rich_text: object({
    type: oneOf('rich_text'),
    elements: list(richElement, 1, 1000),
    'block_id?': text(255),
  }),
  section: object({
    type: oneOf('section'),
    'text?': textObject(3000),
    'fields?': list(textObject(2000), 1, 10),
    'accessory?': button,
    'block_id?': text(255),
    'expand?': boolean,
  }),
  header: object({ type: oneOf('header'), text: plainText(150), 'block_id?': text(255) }),
  context: object({
    type: oneOf('context'),
    elements: list(textObject(2000), 1, 10),
    'block_id?': text(255),
  }),
  actions: object({ type: oneOf('actions'), elements: list(interactive, 1, 25), 'block_id?': text(255) }),
  divider: object({ type: oneOf('divider'), 'block_id?': text(255) }),
});

function actionIdProblems(blocks: unknown[]): Problem[] {
  return blocks.flatMap((block, index) => {
    const elements =
      isRecord(block) && block.type === 'actions' && Array.isArray(block.elements) ? block.elements : [];
    const ids = elements.map((element: unknown) => (isRecord(element) ? element.action_id : undefined));
    return new Set(ids).size < ids.length ? [`blocks[${index}]: action_id must be unique`] : [];
  });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

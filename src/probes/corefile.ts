// The structure of a Corefile: server blocks, their zones and plugins with arguments. Follows CoreDNS' own reader
// (caddy's lexer and coremain): tokens, quotes, comments, snippets with import. It judges nothing.

export interface CorefilePlugin {
  name: string;
  args: string[];
  /** Lines of the plugin's own block, as tokens. */
  options: string[][];
  /** 1-based line in the Corefile. */
  line: number;
}

export interface ServerBlock {
  /** Zones without scheme and port, lower case, with the final dot; `.` is the root. */
  zones: string[];
  /** Port of its first address; 53 when none is written. */
  port: number;
  plugins: CorefilePlugin[];
}

export type Corefile = { ok: true; blocks: ServerBlock[] } | { ok: false; line: number; problem: string };

interface Token {
  text: string;
  line: number;
}

class Malformed extends Error {
  readonly line: number;
  constructor(problem: string, line: number) {
    super(problem);
    this.line = line;
  }
}

export function parseCorefile(text: string): Corefile {
  try {
    return { ok: true, blocks: readBlocks(tokenize(text)) };
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, line: error.line, problem: error.message };
    throw error;
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  text.split('\n').forEach((content, index) => {
    const line = index + 1;
    // A comment starts at the beginning of a token; quotes keep spaces together.
    for (const [word] of content.matchAll(/"(?:\\.|[^"\\])*"|#.*$|[^\s]+/g)) {
      if (word.startsWith('#')) break;
      tokens.push({ text: word.startsWith('"') ? word.slice(1, -1).replaceAll('\\"', '"') : word, line });
    }
  });
  return tokens;
}

/** Groups tokens into lines, as the reader sees them: what stands on one line belongs together. */
function readBlocks(tokens: Token[]): ServerBlock[] {
  const snippets = new Map<string, CorefilePlugin[]>();
  const blocks: ServerBlock[] = [];
  let at = 0;
  while (at < tokens.length) {
    // K3s imports files with further server blocks, which only CoreDNS can see.
    if (tokens[at]?.text === 'import') {
      at = takeLine(tokens, at).next;
      continue;
    }
    const addresses: Token[] = [];
    while (at < tokens.length && tokens[at]?.text !== '{') addresses.push(tokens[at++] as Token);
    const open = tokens[at++];
    const first = addresses[0];
    if (!open || !first) throw new Malformed('expected an address and "{"', (open ?? first)?.line ?? 1);
    const body = readPlugins(tokens, at, open.line);
    at = body.next;
    const plugins = body.plugins.flatMap((plugin) =>
      plugin.name === 'import' ? (snippets.get(plugin.args[0] ?? '') ?? []) : [plugin],
    );
    const snippet = /^\((.+)\)$/.exec(first.text)?.[1];
    if (snippet !== undefined) snippets.set(snippet, plugins);
    else blocks.push({ ...readAddresses(addresses), plugins });
  }
  return blocks;
}

function readPlugins(
  tokens: Token[],
  start: number,
  openLine: number,
): { plugins: CorefilePlugin[]; next: number } {
  const plugins: CorefilePlugin[] = [];
  let at = start;
  while (at < tokens.length) {
    const token = tokens[at] as Token;
    if (token.text === '}') return { plugins, next: at + 1 };
    const line = takeLine(tokens, at);
    at = line.next;
    const opens = line.words.at(-1) === '{';
    const [name = '', ...args] = opens ? line.words.slice(0, -1) : line.words;
    const options: string[][] = [];
    if (opens) at = readOptions(tokens, at, options, token.line);
    plugins.push({ name, args, options, line: token.line });
  }
  throw new Malformed('a "{" is never closed', openLine);
}

/** Fills `options`; braces inside a plugin's block (as in `health_check { }`) are flattened. */
function readOptions(tokens: Token[], start: number, options: string[][], openLine: number): number {
  let at = start;
  let depth = 1;
  while (at < tokens.length) {
    if ((tokens[at] as Token).text === '}') {
      depth -= 1;
      at += 1;
      if (depth === 0) return at;
      continue;
    }
    const line = takeLine(tokens, at);
    at = line.next;
    if (line.words.at(-1) === '{') depth += 1;
    options.push(line.words.filter((word) => word !== '{'));
  }
  throw new Malformed('a "{" is never closed', openLine);
}

function takeLine(tokens: Token[], start: number): { words: string[]; next: number } {
  const { line } = tokens[start] as Token;
  let next = start;
  const words: string[] = [];
  while (tokens[next]?.line === line && (tokens[next] as Token).text !== '}')
    words.push((tokens[next++] as Token).text);
  return { words, next: Math.max(next, start + 1) };
}

function readAddresses(addresses: Token[]): { zones: string[]; port: number } {
  const parts = addresses
    .flatMap((token) => token.text.split(','))
    .filter((text) => text !== '')
    .map((text) => /^(?:[a-z]+:\/\/)?(.*?)(?::(\d+))?$/.exec(text) ?? [text, text]);
  const port = parts.map((part) => part[2]).find((text) => text !== undefined);
  return { zones: parts.map((part) => normalizeZone(part[1] ?? '')), port: Number(port ?? 53) };
}

/** Lower case and with the final dot. */
export function normalizeZone(zone: string): string {
  const name = zone.toLowerCase().replace(/\.+$/, '');
  return `${name}.`;
}

export const isBelow = (name: string, zone: string): boolean => {
  const [below, above] = [normalizeZone(name), normalizeZone(zone)];
  return above === '.' || below === above || below.endsWith(`.${above}`);
};

/** The server block that answers for a name: the one with the longest matching zone. */
export function blockFor(blocks: ServerBlock[], name: string): ServerBlock | undefined {
  const candidates = blocks.flatMap((block) =>
    block.zones.filter((zone) => isBelow(name, zone)).map((zone) => ({ block, zone })),
  );
  return candidates.sort((a, b) => b.zone.length - a.zone.length)[0]?.block;
}

/** Zones for which a plugin is responsible: its own arguments, else those of its server block. */
export function pluginZones(plugin: CorefilePlugin, block: ServerBlock): string[] {
  return plugin.args.length > 0 ? plugin.args.map(normalizeZone) : block.zones;
}

// Which lines of a Corefile answer for a name in place of the kubernetes or forward plugin: template, hosts, rewrite,
// file. Pure reading of the plugins' documented matching (coredns plugin/{template,hosts,rewrite}/README.md).

import { blockFor, type CorefilePlugin, isBelow, normalizeZone, type ServerBlock } from './corefile.ts';

export interface NameOverride {
  plugin: string;
  line: number;
  /** The directive as it stands in the Corefile. */
  text: string;
}

/** In the order in which CoreDNS' plugin chain asks them. */
export function overridesFor(blocks: ServerBlock[], name: string): NameOverride[] {
  const block = blockFor(blocks, name);
  if (!block) return [];
  return ['rewrite', 'template', 'hosts', 'file']
    .flatMap((kind) => block.plugins.filter((plugin) => plugin.name === kind))
    .filter((plugin) => touches(plugin, normalizeZone(name)))
    .map((plugin) => ({
      plugin: plugin.name,
      line: plugin.line,
      text: [plugin.name, ...plugin.args].join(' '),
    }));
}

function touches(plugin: CorefilePlugin, name: string): boolean {
  switch (plugin.name) {
    case 'template':
      return templateTouches(plugin, name);
    case 'rewrite':
      return rewriteTouches(plugin.args, name);
    case 'hosts':
      return hostsTouches(plugin, name);
    default:
      // file DBFILE [ZONES...]
      return plugin.args.slice(1).some((zone) => isBelow(name, zone));
  }
}

/** `template CLASS TYPE [ZONE...] { match REGEX ... }`: no zone means all, no match means all. */
function templateTouches(plugin: CorefilePlugin, name: string): boolean {
  const zones = plugin.args.slice(2);
  if (zones.length > 0 && !zones.some((zone) => isBelow(name, zone))) return false;
  const patterns = plugin.options
    .filter(([option]) => option === 'match')
    .flatMap(([, ...regexes]) => regexes);
  return patterns.length === 0 || patterns.some((pattern) => matches(pattern, name));
}

/** `rewrite [continue|stop] [name] [exact|prefix|suffix|substring|regex] FROM TO ...` */
function rewriteTouches(args: string[], name: string): boolean {
  const words = args.filter((word) => word !== 'continue' && word !== 'stop');
  if (words[0] !== 'name') return false;
  const kinds = ['exact', 'prefix', 'suffix', 'substring', 'regex'];
  const kind = kinds.includes(words[1] ?? '') ? words[1] : 'exact';
  const from = kinds.includes(words[1] ?? '') ? words[2] : words[1];
  if (from === undefined) return false;
  const lower = from.toLowerCase();
  switch (kind) {
    case 'prefix':
      return name.startsWith(lower);
    case 'suffix':
      return name.endsWith(normalizeZone(lower)) || name.endsWith(lower);
    case 'substring':
      return name.includes(lower);
    case 'regex':
      return matches(from, name);
    default:
      return name === normalizeZone(lower);
  }
}

/** `hosts [FILE [ZONES...]] { ADDRESS NAME... }`; a file's content cannot be seen from here. */
function hostsTouches(plugin: CorefilePlugin, name: string): boolean {
  return plugin.options.some(
    ([first, ...names]) =>
      /^[\d.]+$|:/.test(first ?? '') && names.some((host) => normalizeZone(host) === name),
  );
}

/** Go's regular expressions, as far as JavaScript agrees with them; one that it does not accept matches nothing. */
function matches(pattern: string, name: string): boolean {
  try {
    return new RegExp(pattern.replaceAll('(?P<', '(?<').replace(/^\(\?i\)/, ''), 'i').test(name);
  } catch {
    return false;
  }
}

// The grammar of `/cni ...`, of mentions and of the command line: text in, intent or refusal out. A refusal always
// carries the nearest form that would be understood. The forms themselves are rows of `forms.ts`.

import { distance } from 'fastest-levenshtein';
import { type Form, forms } from './forms.ts';
import type { Intent, Parsed } from './intent.ts';
import { type Line, readLine, writeLine } from './line.ts';
import { missing, type Problem, type Read, read, readCluster, unexpected } from './target-words.ts';

/** Slack sends at most 4000 characters; no valid line comes near. */
const MAX_CHARACTERS = 4000;

export function parse(text: string): Parsed {
  const line = readLine(text.slice(0, MAX_CHARACTERS));
  const intent = understand(line);
  if (intent.ok) return { ok: true, intent: intent.value };
  return { ok: false, refusal: { ...intent.problem, nearest: nearestLine(line, intent.problem) } };
}

function understand({ words, cluster }: Line): Read<Intent> {
  const form = chooseForm(words);
  if (!form.ok) return form;
  const option = words.find((word) => word.startsWith('--'));
  if (option !== undefined) return unexpected(option);
  if (cluster === '') return missing('value');
  const named = cluster === undefined ? undefined : readCluster(cluster);
  if (named && !named.ok) return named;
  const intent = form.value.read(words.slice(form.value.head.length));
  return intent.ok && named ? read(withCluster(intent.value, named.value)) : intent;
}

// An incident knows its cluster; saying it as well does no harm.
function withCluster(intent: Intent, cluster: string): Intent {
  switch (intent.verb) {
    case 'diagnose':
    case 'status':
    case 'stop':
    case 'check':
    case 'record-drill':
    case 'report':
    case 'audit':
    case 'doctor':
      return { ...intent, cluster };
    default:
      return intent;
  }
}

function chooseForm(words: string[]): Read<Form> {
  const [first, second] = words.slice(0, 2).map((word) => word.toLowerCase());
  if (first === undefined) return { ok: false, problem: { kind: 'empty' } };
  const ofVerb = forms.filter(({ head }) => head[0] === first);
  if (ofVerb.length === 0) return { ok: false, problem: { kind: 'unknown-verb', word: words[0] ?? '' } };
  const form = ofVerb.find(({ head }) => head[1] === undefined || head[1] === second);
  if (form) return read(form);
  return second === undefined
    ? missing(first === 'diagnose' ? 'playbook' : 'value')
    : { ok: false, problem: { kind: 'unknown-verb', word: words[1] ?? '' } };
}

/** What was probably meant: the same line with its words repaired, else the example of the closest form. */
function nearestLine({ words, cluster }: Line, problem: Problem): string {
  const guess = guessForm(words);
  if (!guess) return 'help';
  const { form, args } = guess;
  const option = cluster === undefined ? {} : { cluster: readCluster(cluster).ok ? cluster : 'prod-eu' };
  const example = writeLine({ words: form.example.split(' '), ...option });
  if (problem.kind === 'missing') return example;

  const plain = args.filter((word) => !word.startsWith('--'));
  const repaired = plain.map(repairName);
  // Leaving words out helps against words too many; it would only hide a wrong name.
  const candidates = problem.kind === 'unexpected' ? [plain, ...prefixes(repaired)] : [plain, repaired];
  const lines = candidates.map((candidate) => writeLine({ words: [...form.head, ...candidate], ...option }));
  return lines.find((line) => understand(readLine(line)).ok) ?? example;
}

function guessForm(words: string[]): { form: Form; args: string[] } | undefined {
  const [first = 'diagnose', second = ''] = words.slice(0, 2).map((word) => word.toLowerCase());
  const isVerb = forms.some(({ head }) => head[0] === first);
  const headless = forms.find(({ head }) => head[1] === first);
  if (headless && !isVerb) return { form: headless, args: words.slice(1) };

  const verb = closest(first, [...new Set(forms.map(({ head }) => head[0]))]);
  const ofVerb = forms.filter(({ head }) => head[0] === verb);
  const rest = closest(
    second,
    ofVerb.flatMap(({ head }) => head[1] ?? []),
  );
  const form = ofVerb.find(({ head }) => head[1] === rest) ?? ofVerb[0];
  return form && { form, args: words.slice(form.head.length) };
}

// More than half of the letters wrong is no typing error.
function closest(word: string, candidates: string[]): string | undefined {
  const [best] = candidates
    .map((candidate) => ({ candidate, edits: distance(word, candidate) }))
    .toSorted((a, b) => a.edits - b.edits);
  return best && best.edits <= Math.ceil(word.length / 2) ? best.candidate : undefined;
}

// Kubernetes names are lower case and know neither underscores nor blanks.
function repairName(word: string): string {
  if (word === '->') return word;
  return word
    .toLowerCase()
    .replace(/[^a-z0-9.:/[\]@-]+/g, '-')
    .replace(/^-+|-+$/g, '');
}

// The whole line first, then with more and more of its end left out.
const prefixes = (words: string[]): string[][] =>
  Array.from({ length: words.length + 1 }, (_, dropped) => words.slice(0, words.length - dropped));

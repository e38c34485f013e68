// Takes credentials out of what came back, before anybody parses, shows or stores it. Addresses and names stay:
// nobody can debug a network without them (docs/adr).

const REPLACEMENT = '[redacted]';

const PATTERNS: [RegExp, string][] = [
  // JSON Web Tokens: service account tokens and the like.
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, REPLACEMENT],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{8,}/gi, `$1 ${REPLACEMENT}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(-----END [A-Z ]*PRIVATE KEY-----|$)/g, REPLACEMENT],
  // Slack, AWS and GitHub token forms.
  [/\b(xox[abeprs]-[A-Za-z0-9-]{8,}|xapp-[A-Za-z0-9-]{8,})/g, REPLACEMENT],
  [/\bA(KIA|SIA)[0-9A-Z]{16}\b/g, REPLACEMENT],
  [/\bgh[pousr]_[A-Za-z0-9]{20,}\b/g, REPLACEMENT],
  [/((?:password|passwd|secret|token|api[-_]?key)["']?\s*[=:]\s*["']?)[^\s"',;&]{4,}/gi, `$1${REPLACEMENT}`],
  // The same as flags with their value in the next word.
  [/(--?[a-z-]*(?:password|passwd|secret|token|api-key)\s+)(?!-)[^\s"']{4,}/gi, `$1${REPLACEMENT}`],
  // user:password@ in URLs.
  [/(\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@]+:)[^\s/@]+@/gi, `$1${REPLACEMENT}@`],
];

export function redactText(text: string): string {
  return PATTERNS.reduce((current, [pattern, replacement]) => current.replace(pattern, replacement), text);
}

// Bulky or secret-bearing and never evidence: who owns which field, what was applied last, environment values.
const DROPPED_KEYS = new Set([
  'managedFields',
  'env',
  'envFrom',
  'kubectl.kubernetes.io/last-applied-configuration',
]);

/** Of a managed field's entry: everything but the list of fields. */
const WRITER_KEYS = ['manager', 'operation', 'time', 'subresource'];

/** A Kubernetes object without environment values, credentials in its strings and, unless wanted, who wrote it. */
export function redactObject(value: unknown, withWriters = false): unknown {
  if (typeof value === 'string') return redactText(value);
  if (Array.isArray(value)) return value.map((entry) => redactObject(entry, withWriters));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([key]) => !DROPPED_KEYS.has(key) || (withWriters && key === 'managedFields'))
      .map(([key, entry]) => [
        key,
        key === 'managedFields' ? writersIn(entry) : redactObject(entry, withWriters),
      ]),
  );
}

function writersIn(managedFields: unknown): unknown[] {
  if (!Array.isArray(managedFields)) return [];
  return managedFields.map((entry: Record<string, unknown>) =>
    Object.fromEntries(
      WRITER_KEYS.filter((key) => key in entry).map((key) => [key, redactObject(entry[key])]),
    ),
  );
}

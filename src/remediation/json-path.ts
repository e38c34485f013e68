// Reading and setting one member of a JSON object, and the merge patch (RFC 7386) that makes one object of another. Pure.

type Path = readonly (string | number)[];

/** Null: there is none, which is what a merge patch calls it too. */
export function valueAt(object: unknown, path: Path): unknown {
  const found = path.reduce<unknown>((current, key) => {
    if (typeof current !== 'object' || current === null) return undefined;
    return (current as Record<string | number, unknown>)[key];
  }, object);
  return found ?? null;
}

/** A copy in which that member is `value`; null removes it. Objects on the way are made where they are missing. */
export function withValueAt(object: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = Array.isArray(object) ? [...object] : [];
    list[key] = withValueAt(list[key], rest, value);
    return list;
  }
  const { [key]: present, ...others } = (isPlainObject(object) ? object : {}) as Record<string, unknown>;
  const next = withValueAt(present, rest, value);
  return next === null ? others : { ...others, [key]: next };
}

/** Undefined: nothing differs. Lists are replaced as a whole, as the RFC has it. */
export function mergePatchOf(from: unknown, to: unknown): Record<string, unknown> | undefined {
  if (!isPlainObject(from) || !isPlainObject(to)) throw new TypeError('a merge patch is between two objects');
  const patch: Record<string, unknown> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const before = from[key] ?? null;
    const after = to[key] ?? null;
    if (isEqual(before, after)) continue;
    patch[key] = isPlainObject(before) && isPlainObject(after) ? mergePatchOf(before, after) : after;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

/** Members that are null or absent are alike. */
export function isEqual(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => isEqual(item, b[index]));
  if (isPlainObject(a) && isPlainObject(b))
    return [...new Set([...Object.keys(a), ...Object.keys(b)])].every((key) => isEqual(a[key], b[key]));
  return (a ?? null) === (b ?? null);
}

const isPlainObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

// A value that refuses to be printed: logs, JSON, templates and the inspector show `[secret]`.

import { inspect } from 'node:util';

export interface Secret {
  /** The value itself; call it only where it is handed to the library that needs it. */
  reveal(): string;
}

const HIDDEN = '[secret]';

export function createSecret(value: string): Secret {
  return Object.freeze({
    reveal: () => value,
    toString: () => HIDDEN,
    toJSON: () => HIDDEN,
    [inspect.custom]: () => HIDDEN,
  });
}

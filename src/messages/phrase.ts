// The form of every sentence: each language side by side, so that a missing translation does not compile.

import type { Language } from '../incidents/intent.ts';

/** A sentence without parameters. */
export type Label = Record<Language, string>;

/** A sentence with parameters. */
export type Phrase<Parameters extends unknown[]> = Record<Language, (...parameters: Parameters) => string>;

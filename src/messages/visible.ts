// Foreign text made harmless for any surface: only what a reader can see remains, in the order in which it stands.
// Terminals act on escape sequences, and bidi overrides make text read as something else.

import stripAnsi from 'strip-ansi';

// Category C: controls, format characters (bidi, zero width), lone surrogates; Zl and Zp are line separators.
const INVISIBLE = /[^\P{C}\n\t]|\p{Zl}|\p{Zp}/gu;

export const visible = (text: string): string => stripAnsi(text).replace(INVISIBLE, '');

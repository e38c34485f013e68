// Waits for a condition with a deadline. The one place where the lab sleeps.

import { setTimeout as delay } from 'node:timers/promises';

/** Resolves with the first value that is not undefined; fails, saying what was awaited and the last error. */
export const poll = async <T>(
  what: string,
  condition: () => Promise<T | undefined> | T | undefined,
  timeoutMs: number,
  intervalMs = 100,
): Promise<T> => {
  const deadline = Date.now() + timeoutMs;
  let lastError: unknown;
  while (Date.now() < deadline) {
    try {
      const value = await condition();
      if (value !== undefined) return value;
      lastError = undefined;
    } catch (error) {
      lastError = error;
    }
    await delay(intervalMs);
  }
  const reason = lastError instanceof Error ? `: ${lastError.message}` : '';
  throw new Error(`Waited ${timeoutMs / 1000} s in vain until ${what}${reason}.`);
};

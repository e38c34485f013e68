// Reads the files that settings name. What is in them is for others.

import { readFile } from 'node:fs/promises';
import { ConfigError } from './config.ts';

/** Rejects with ConfigError when there is no such file, or it may not be read. */
export async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigError(`${path} cannot be read: ${(error as Error).message}`);
  }
}

/** The same for a file whose text has to be understood; `read` throws with a message that repeats none of it. */
export async function readSetting<T>(path: string, read: (text: string) => T): Promise<T> {
  const text = await readText(path);
  try {
    return read(text);
  } catch (error) {
    throw new ConfigError(`${path} cannot be used: ${(error as Error).message}`);
  }
}

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

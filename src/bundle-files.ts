// Bundles as files: what `--record` writes and `--replay` reads, compressed when the name ends in `.gz`.

import { readFile, writeFile } from 'node:fs/promises';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { CheckBundle } from './cli-check.ts';
import type { Bundle } from './diagnose.ts';

export async function writeBundle(file: string, bundle: Bundle | CheckBundle): Promise<void> {
  const text = `${JSON.stringify(bundle)}\n`;
  await writeFile(file, file.endsWith('.gz') ? gzipSync(text) : text);
}

/** Rejects when the file is none. */
export async function readBundle(file: string): Promise<Bundle | CheckBundle> {
  const content = await readFile(file);
  const text = (file.endsWith('.gz') ? gunzipSync(content) : content).toString('utf8');
  const bundle = JSON.parse(text) as Bundle | CheckBundle;
  if (bundle?.bundleVersion !== 1) throw new Error('not a bundle of `--record`');
  return bundle;
}

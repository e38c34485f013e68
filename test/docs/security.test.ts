// docs/SECURITY.md promises tests: each exists under the name that is quoted.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const root = join(import.meta.dirname, '..', '..');
const rows = readFileSync(join(root, 'docs', 'SECURITY.md'), 'utf8')
  .split('\n')
  .filter((line) => line.startsWith('| ') && line.includes('`test/'));

test.each(rows.map((row) => row.split(' | ').at(-1) ?? ''))('%s is there', (promise) => {
  const parts = promise.split(/(?=`test\/)/).filter((part) => part.startsWith('`test/'));

  for (const part of parts) {
    const [, file = '', titles = ''] = /^`([^`]+)`(.*)$/.exec(part) ?? [];
    expect(existsSync(join(root, file)), file).toBe(true);
    const text = readFileSync(join(root, file), 'utf8');
    for (const [, title = ''] of titles.matchAll(/"([^"]+)"/g)) expect(text).toContain(title);
  }
});

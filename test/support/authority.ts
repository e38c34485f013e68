// A certificate authority of a test, by openssl, and certificates for 127.0.0.1 that it signs.

import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { mustRun } from '../lab/command.ts';
import { findProgram } from '../lab/machine.ts';

export interface Pair {
  cert: string;
  key: string;
}

export const canSign = findProgram('openssl') !== undefined;

export async function createAuthority() {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-tls-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const openssl = (...args: string[]) => mustRun(['openssl', ...args], { cwd: folder });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  await openssl(
    ...['req', '-x509', ...newKey, '-subj', '/CN=test-ca', '-days', '2'],
    ...['-keyout', 'ca.key', '-out', 'ca.crt'],
  );
  await writeFile(join(folder, 'extensions'), 'subjectAltName=IP:127.0.0.1\n');

  async function sign(name: string): Promise<Pair> {
    const request = ['-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`];
    await openssl('req', ...newKey, ...request);
    await openssl(
      ...['x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial'],
      ...['-days', '2', '-extfile', 'extensions', '-out', `${name}.crt`],
    );
    return {
      cert: await readFile(join(folder, `${name}.crt`), 'utf8'),
      key: await readFile(join(folder, `${name}.key`), 'utf8'),
    };
  }
  /** `folder` holds what was signed, as NAME.crt and NAME.key, and ca.crt. */
  return { folder, ca: await readFile(join(folder, 'ca.crt'), 'utf8'), sign };
}

// A kubeconfig as a file of a test, with one cluster in it; gone again when the test ends.

import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';

/** Where nothing listens. */
const NOWHERE = 'https://127.0.0.1:1';

export async function kubeconfigFile(server = NOWHERE): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = join(folder, 'kubeconfig');
  // The client speaks plain HTTP only where no certificate is asked for.
  const certificates = server.startsWith('http:') ? { 'insecure-skip-tls-verify': true } : {};
  const config = {
    ...{ apiVersion: 'v1', kind: 'Config', 'current-context': 'only' },
    clusters: [{ name: 'only', cluster: { server, ...certificates } }],
    contexts: [{ name: 'only', context: { cluster: 'only', user: 'somebody' } }],
    users: [{ name: 'somebody', user: {} }],
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

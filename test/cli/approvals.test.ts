// `cni approval-key` and `cni audit verify` as a process: files and their rights, sentences and exit codes.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type AuditLine, CHAIN_START, chained, toJsonLines } from '../../src/remediation/audit.ts';
import { isSigned, readPrivateKey, readPublicKey, signatureOf } from '../../src/remediation/signature.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cni-approvals-'));
});

afterEach(() => rm(folder, { recursive: true, force: true }));

async function cni(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, LANG: 'C.UTF-8' };
  const child = spawn(process.execPath, [CLI, ...args], {
    env,
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (texts.stdout += chunk));
  child.stderr.on('data', (chunk) => (texts.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}

const modeOf = async (name: string): Promise<number> => (await stat(join(folder, name))).mode & 0o777;
const textOf = (name: string): Promise<string> => readFile(join(folder, name), 'utf8');

test('a pair of keys becomes two files, of which only the owner may read the private one', async () => {
  const { code, stdout, stderr } = await cni('approval-key');

  const privateText = await textOf('approval-private.pem');
  const privateKey = readPrivateKey(privateText);
  const publicKey = readPublicKey(await textOf('approval-public.pem'));
  expect(code).toBe(0);
  expect(isSigned('request', {}, signatureOf('request', {}, privateKey), publicKey)).toBe(true);
  expect([await modeOf('approval-private.pem'), await modeOf('approval-public.pem')]).toEqual([0o600, 0o644]);
  expect(`${stdout}${stderr}`).not.toContain('PRIVATE KEY');
  expect(`${stdout}${stderr}`).not.toContain(privateText.split('\n')[1]);
});

test.each(['approval-private.pem', 'approval-public.pem'])('%s is never overwritten', async (name) => {
  await writeFile(join(folder, name), 'of another day');

  const { code, stderr } = await cni('approval-key');

  const other = name === 'approval-private.pem' ? 'approval-public.pem' : 'approval-private.pem';
  expect([code, stderr]).toEqual([2, expect.stringContaining(`${name} is there already`)]);
  expect(await textOf(name)).toBe('of another day');
  await expect(textOf(other)).rejects.toThrow('ENOENT');
});

test('a folder that is not there is said', async () => {
  const { code, stderr } = await cni('approval-key', 'nowhere');

  expect([code, stderr]).toEqual([2, expect.stringContaining('could not be written')]);
});

function chain(count: number): AuditLine[] {
  const lines: AuditLine[] = [];
  for (let number = 0; number < count; number += 1)
    lines.push(
      chained(lines.at(-1)?.hash ?? CHAIN_START, number, {
        ...{ at: '2026-03-01T03:12:00.000Z', who: 'U0LEE', what: 'approved', cluster: 'prod-eu' },
        ...{ incidentId: 'dns-7k2p', remediation: 'restart-coredns', digest: 'ab', result: '' },
      }),
    );
  return lines;
}

test.each<[string, (lines: AuditLine[]) => AuditLine[], number, string]>([
  ['a whole audit', (lines) => lines, 0, 'The chain is whole: 5 lines, from number 0.'],
  ['a part of it', (lines) => lines.slice(2), 0, 'The chain is whole: 3 lines, from number 2.'],
  ['a line altered', (lines) => lines.with(3, { ...lines[3], who: 'U0EVE' } as AuditLine), 1, 'at number 3'],
  ['a line removed', (lines) => lines.toSpliced(1, 1), 1, 'at number 1'],
])('%s is told by sentence and exit code', async (_, change, exit, sentence) => {
  await writeFile(join(folder, 'audit.jsonl'), toJsonLines(change(chain(5))));

  const { code, stdout } = await cni('audit', 'verify', 'audit.jsonl');

  expect([code, stdout]).toEqual([exit, expect.stringContaining(sentence)]);
});

test.each([
  ['{"number":0}\n', 1, 'Row 1 of the file is no line of an audit.'],
  ['', 2, 'The file has no lines.'],
])('a file with %j is no audit', async (content, exit, sentence) => {
  await writeFile(join(folder, 'audit.jsonl'), content);

  const { code, stdout, stderr } = await cni('audit', 'verify', 'audit.jsonl');

  expect([code, `${stdout}${stderr}`]).toEqual([exit, expect.stringContaining(sentence)]);
});

test('a file that is not there is said', async () => {
  const { code, stderr } = await cni('audit', 'verify', 'nowhere.jsonl');

  expect([code, stderr]).toEqual([2, expect.stringContaining('nowhere.jsonl')]);
});

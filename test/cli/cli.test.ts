// `cni` as a process: what it prints where, and the exit codes that scripts rely on.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { pick, refuse, type World } from '../support/world.ts';
import { diagnoseWorld } from '../support/world-diagnosis.ts';

const CLI = fileURLToPath(new URL('../../src/cli.ts', import.meta.url));
const CHECK = fileURLToPath(new URL('../checklist/recorded/dns-healthy.json.gz', import.meta.url));

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cni-cli-'));
  await Promise.all([
    record('cleared', () => undefined),
    record('root-cause', (world) => {
      world.pods = world.pods.filter(({ metadata }) => !metadata.name.startsWith('coredns'));
      pick(world.deployments, 'coredns').spec.replicas = 0;
    }),
    record('inconclusive', (world) =>
      refuse(world, 'no agent answers', 'no-vantage', ({ via }) => via === 'node'),
    ),
  ]);
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const fileOf = (name: string): string => join(folder, `${name}.json.gz`);

async function record(name: string, spoil: (world: World) => void): Promise<void> {
  const { bundle } = await diagnoseWorld(spoil);
  await writeFile(fileOf(name), gzipSync(JSON.stringify(bundle)));
}

async function cni(...args: string[]) {
  const env = { PATH: process.env.PATH, HOME: folder, KUBECONFIG: join(folder, 'none'), LANG: 'C.UTF-8' };
  const child = spawn(process.execPath, [CLI, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk) => (texts.stdout += chunk));
  child.stderr.on('data', (chunk) => (texts.stderr += chunk));
  const [code] = (await once(child, 'close')) as [number];
  return { code, ...texts };
}

const STACK = /\n\s+at .+:\d+:\d+/;

describe.concurrent('a usage error ends with 2 and says what would be right', () => {
  test.each([
    [['diagnos', 'dns'], /diagnose/],
    [['diagnose', 'dsn'], /dns/],
    [['diagnose', 'dns', 'Not_A_Pod/x'], /dns/],
    [['diagnose', 'dns', '--colour'], /--colour/],
    [['diagnose', 'ipam'], /ipam/],
    [['frobnicate'], /help|diagnose/],
    [['ack', 'dns-7k2p'], /`\/cni ack dns-7k2p` in Slack/],
    [['policy', 'matrix'], /policy matrix.* not built yet/],
    [['check', 'dns'], /check/],
    [['check', '--replay', 'any.json'], /any\.json/],
    [['diagnose', 'dns', '--replay', CHECK], /recorded `check`/],
  ])('cni %j', async (words, hint) => {
    const { code, stdout, stderr } = await cni('--lang', 'en', ...words);

    expect(code).toBe(2);
    expect(stdout + stderr).toMatch(hint);
    expect(stdout + stderr).not.toMatch(STACK);
  });
});

describe.concurrent('a cluster that cannot be reached ends with 4', () => {
  test.each(['diagnose dns', 'check', 'doctor'])('when there is no kubeconfig for `%s`', async (words) => {
    const { code, stdout, stderr } = await cni('--lang', 'en', ...words.split(' '));

    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/\w{3}/);
    expect(stderr).not.toMatch(STACK);
  });

  test('when nothing listens at its address, which is named', async () => {
    const file = join(folder, 'config');
    const cluster = { name: 'c', cluster: { server: 'https://127.0.0.1:1' } };
    const context = { name: 'c', context: { cluster: 'c', user: 'u' } };
    await writeFile(
      file,
      JSON.stringify({
        clusters: [cluster],
        contexts: [context],
        users: [{ name: 'u', user: {} }],
        'current-context': 'c',
      }),
    );

    const { code, stdout, stderr } = await cni('--lang', 'en', '--kubeconfig', file, 'diagnose', 'dns');

    expect(code).toBe(4);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/ECONNREFUSED/);
    expect(stderr).not.toMatch(STACK);
  });

  test('when the context is unknown, which is named', async () => {
    const { code, stderr } = await cni('--lang', 'en', '--context', 'prod-eu', 'diagnose', 'dns');

    expect(code).toBe(4);
    expect(stderr).not.toMatch(STACK);
  });
});

describe.concurrent('a replayed bundle ends as its verdict', () => {
  test.each([
    ['cleared', 0],
    ['root-cause', 1],
    ['inconclusive', 3],
  ])('%s with %i', async (name, expected) => {
    const { code, stdout, stderr } = await cni('--lang', 'en', '--replay', fileOf(name));

    expect(code).toBe(expected);
    expect(stdout).not.toBe('');
    expect(stderr).not.toMatch(STACK);
  });

  test('and is asked another question', async () => {
    const { code } = await cni(
      '--lang',
      'en',
      '--replay',
      fileOf('cleared'),
      'diagnose',
      'dns',
      'shop/web-1',
    );

    expect([0, 3]).toContain(code);
  });

  test('that is missing or no bundle is said so in a sentence', async () => {
    const file = join(folder, 'broken.json');
    await writeFile(file, '{"bundleVersion": 1');

    for (const path of [join(folder, 'nowhere.json'), file]) {
      const { code, stdout, stderr } = await cni('--lang', 'en', '--replay', path);

      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toContain(path);
      expect(stderr).not.toMatch(STACK);
    }
  });
});

test('--json prints the diagnosis and nothing else', async () => {
  const { code, stdout, stderr } = await cni('--json', '--replay', fileOf('root-cause'));

  const diagnosis = JSON.parse(stdout) as Diagnosis;
  expect(code).toBe(1);
  expect(diagnosis).toMatchObject({ schemaVersion: 1, findings: [{ code: 'dns.coredns-down' }] });
  expect(stderr).toBe('');
});

test.each([['--replay'], ['check', '--replay']])(
  'a recorded check is judged again by `cni %s`',
  async (...words) => {
    const { code, stdout } = await cni('--lang', 'en', ...words, CHECK);

    expect(code).toBe(0);
    expect(stdout).toMatch(/^Checklist of lab\n✅ CNI components: fine/);
  },
);

test('--lang zh speaks Chinese, and en does not', async () => {
  const chinese = await cni('--lang', 'zh', '--replay', fileOf('root-cause'));
  const english = await cni('--lang', 'en', '--replay', fileOf('root-cause'));

  expect(chinese.stdout).toMatch(/\p{Script=Han}/u);
  expect(english.stdout).not.toMatch(/\p{Script=Han}/u);
});

test('what goes into a pipe has no colours', async () => {
  const { stdout } = await cni('--lang', 'en', '--replay', fileOf('root-cause'));

  expect(stdout).not.toContain('\u001b[');
});

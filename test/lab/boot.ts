// The first program inside a lab's namespaces: boots the cluster, marks it ready, then keeps everything as its children.
// Started by `up` (launch.ts) as `node boot.ts STATE_DIR`; when it ends, the whole lab ends.

import { mkdirSync, openSync } from 'node:fs';
import { link, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createApiClient } from './api-client.ts';
import { mustRun, start } from './command.ts';
import * as controlPlane from './control-plane.ts';
import { applyManifests, workloadsReady } from './manifests.ts';
import { bootNode, setUpSwitch } from './node.ts';
import { poll } from './poll.ts';
import { type LabRecord, logDir, readRecord, readyMark } from './state.ts';
import { controlPlaneAddress, nodeNames } from './topology.ts';

const startedAt = Date.now();
const log = (event: string) =>
  console.log(`${((Date.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${event}`);

const boot = async (stateDir: string) => {
  const record = await readRecord(stateDir);
  await prepare(stateDir, record);
  await setUpSwitch();
  const run = (name: string, argv: readonly string[]) => startService(stateDir, name, argv);
  run('upstream', controlPlane.upstreamResolver());
  run('etcd', controlPlane.etcd(record.parts, stateDir));
  run('kube-apiserver', controlPlane.apiServer(record.parts, stateDir));
  const api = await createApiClient(record.parts.certificatesDir);
  const bootNodes = nodeNames(record.spec.nodes).map(async (node) => {
    await bootNode(stateDir, record, node, run);
    log(`${node} booted`);
  });
  const startControllers = async () => {
    await poll(
      'the API server answers',
      async () => (await api.get('/readyz')) !== undefined || undefined,
      60_000,
      50,
    );
    log('API server ready');
    run('kube-controller-manager', controlPlane.controllerManager(record.parts, stateDir));
    run('kube-scheduler', controlPlane.scheduler(stateDir));
    await applyManifests(stateDir, record);
    log('manifests applied');
  };
  await Promise.all([startControllers(), ...bootNodes]);
  await poll('every node and workload is ready', () => workloadsReady(api, record.spec.nodes), 120_000);
  log('all pods ready');
  await writeFile(readyMark(stateDir), '');
};

const prepare = async (stateDir: string, record: LabRecord) => {
  // The machine's /run (its sockets, its network namespaces) is no part of the lab.
  await mustRun(['mount', '-t', 'tmpfs', 'tmpfs', '/run']);
  const resolver = join(stateDir, 'resolv.conf');
  await writeFile(resolver, `nameserver ${controlPlaneAddress}\n`);
  await mustRun(['mount', '--bind', resolver, '/etc/resolv.conf']);
  // A process is named after the file that it was started from: one program, under the names of its components.
  const components = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kubelet', 'kube-proxy'];
  const bin = join(stateDir, 'bin');
  await mkdir(bin);
  await Promise.all(
    components.map((name) => link(join(record.parts.kubernetesDir, 'kubernetes'), join(bin, name))),
  );
};

const startService = (stateDir: string, name: string, argv: readonly string[]) => {
  mkdirSync(logDir(stateDir), { recursive: true });
  const output = openSync(join(logDir(stateDir), `${name}.log`), 'a');
  const child = start(argv, { stdio: ['ignore', output, output], detached: true });
  child.on('error', (error) => log(`${name} could not be started: ${error.message}`));
  child.on('exit', (code, signal) =>
    log(`${name} ended (${signal ?? `exit code ${code}`}); see log/${name}.log`),
  );
  return child;
};

const [stateDir] = process.argv.slice(2);
if (stateDir === undefined) throw new Error('usage: boot.ts STATE_DIR');
try {
  await boot(stateDir);
} catch (error) {
  log(`boot failed: ${error instanceof Error ? error.message : error}`);
  process.exit(1);
}

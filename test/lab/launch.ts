// up, down and status: starts the process that is a lab, follows its boot, ends it, clears away what is left of it.
// What happens inside is boot.ts's.

import { existsSync, openSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { buildBinaries } from './binaries.ts';
import { prune } from './cache.ts';
import { removeCgroups } from './cgroups.ts';
import { start } from './command.ts';
import { makeCertificates, writeCredentials } from './credentials.ts';
import { buildImageTemplate } from './image-template.ts';
import { buildBaseImages, buildImages } from './images.ts';
import { requirePrograms } from './machine.ts';
import { cacheDir, labDir, labSourceDir } from './paths.ts';
import { poll } from './poll.ts';
import {
  bootLog,
  childOf,
  knownLabs,
  type LabParts,
  logDir,
  readRecord,
  readyMark,
  runningProcess,
  startTime,
  writeProcess,
  writeRecord,
} from './state.ts';
import { cgroupName, type LabSpec, nodeNames } from './topology.ts';

/** Fills the cache; quick when nothing changed. */
export const buildParts = async (): Promise<LabParts> => {
  await requirePrograms();
  const [binaries, bases] = await Promise.all([buildBinaries(), buildBaseImages()]);
  const images = await buildImages(binaries, bases);
  const parts = {
    kubernetesDir: binaries.kubernetes,
    etcdDir: binaries.etcd,
    certificatesDir: await makeCertificates(),
    imageTemplate: await buildImageTemplate(images),
  };
  await prune(['node-images', 'image-product'], 6);
  return parts;
};

export const up = async (spec: LabSpec) => {
  if (runningProcess(spec.name) !== undefined) {
    console.log(`Lab ${spec.name} is already up.`);
    return;
  }
  const parts = await buildParts();
  const stateDir = labDir(spec.name);
  await clearAway(spec.name);
  await mkdir(logDir(stateDir), { recursive: true });
  await writeRecord(stateDir, { spec, parts });
  await writeCredentials(stateDir, parts.certificatesDir, spec.nodes);
  const pid = await launch(stateDir);
  const interrupted = () => {
    process.kill(pid, 'SIGKILL');
    process.exit(130);
  };
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  await followBoot(stateDir, pid);
  console.log(`Lab ${spec.name} is up: ${spec.nodes} nodes, ${spec.cni}. Logs: ${logDir(stateDir)}`);
};

export const down = async (name: string) => {
  const lab = runningProcess(name);
  if (lab !== undefined) {
    const inside = childOf(lab.pid);
    process.kill(lab.pid, 'SIGKILL');
    // Process 1 of a process namespace ends only after all others in it have.
    await poll(
      `all processes of lab ${name} are gone`,
      () => startTime(inside) === undefined || undefined,
      30_000,
      10,
    );
  }
  await clearAway(name);
  console.log(lab === undefined ? `Lab ${name} was not up.` : `Lab ${name} is down.`);
};

export const status = async () => {
  for (const name of await knownLabs()) {
    const lab = runningProcess(name);
    const { spec } = await readRecord(labDir(name));
    const state = lab === undefined ? 'crashed' : existsSync(readyMark(labDir(name))) ? 'up' : 'booting';
    console.log(`${name}: ${state}, ${spec.nodes} nodes, ${spec.cni}`);
  }
};

const launch = async (stateDir: string): Promise<number> => {
  const namespaces = ['--net', '--pid', '--mount', '--mount-proc', '--propagation', 'private'];
  const boot = ['tini', '--', process.execPath, join(labSourceDir, 'boot.ts'), stateDir];
  const output = openSync(bootLog(stateDir), 'a');
  const child = start(['unshare', ...namespaces, '--fork', '--kill-child=KILL', ...boot], {
    stdio: ['ignore', output, output],
    detached: true,
    cwd: '/',
  });
  if (child.pid === undefined) throw new Error('unshare could not be started.');
  child.unref();
  await writeProcess(stateDir, child.pid);
  return child.pid;
};

const followBoot = async (stateDir: string, pid: number) => {
  let printed = 0;
  const printNewLines = async () => {
    const text = await readFile(bootLog(stateDir), 'utf8');
    process.stdout.write(text.slice(printed));
    printed = text.length;
  };
  while (!existsSync(readyMark(stateDir))) {
    await printNewLines();
    if (startTime(pid) === undefined) throw new Error(`The lab died while booting; see ${logDir(stateDir)}.`);
    await delay(50);
  }
  await printNewLines();
};

/** Removing a lab's files takes seconds, so they are only put out of the way here. */
const clearAway = async (name: string) => {
  const stateDir = labDir(name);
  if (!existsSync(stateDir)) return;
  const { spec } = await readRecord(stateDir).catch(() => ({ spec: undefined }));
  for (const node of nodeNames(spec?.nodes ?? 0)) await removeCgroups(cgroupName(name, node));
  const trash = join(cacheDir, `trash-${name}-${Date.now()}`);
  await rename(stateDir, trash);
  start(['rm', '-rf', trash], { stdio: 'ignore', detached: true }).unref();
};

// The cgroup folders below which the kubelets put their pods: made before a boot, removed after a lab's end.
// A killed lab leaves them empty, so removing needs no more than rmdir, children first.

import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const root = '/sys/fs/cgroup';
const controllers = [
  'cpu',
  'cpuacct',
  'cpuset',
  'memory',
  'pids',
  'systemd',
  'blkio',
  'devices',
  'freezer',
  'unified',
];

const hierarchies = () =>
  existsSync(join(root, 'cgroup.controllers'))
    ? [root]
    : controllers.map((controller) => join(root, controller)).filter((path) => existsSync(path));

export const makeCgroups = async (name: string) => {
  for (const hierarchy of hierarchies()) {
    const dir = join(hierarchy, name);
    await mkdir(dir, { recursive: true });
    if (hierarchy === root) await delegateControllers(root, dir);
    if (hierarchy.endsWith('/cpuset')) {
      // A new cpuset is empty, and nothing can run in it until it has processors and memory.
      for (const file of ['cpuset.cpus', 'cpuset.mems']) {
        await writeFile(join(dir, file), await readFile(join(hierarchy, file)));
      }
    }
  }
};

export const removeCgroups = async (name: string) => {
  for (const hierarchy of hierarchies()) await removeTree(join(hierarchy, name));
};

const delegateControllers = async (...dirs: readonly string[]) => {
  for (const dir of dirs) {
    const available = (await readFile(join(dir, 'cgroup.controllers'), 'utf8'))
      .trim()
      .split(' ')
      .filter(Boolean);
    await writeFile(
      join(dir, 'cgroup.subtree_control'),
      available.map((controller) => `+${controller}`).join(' '),
    );
  }
};

const removeTree = async (dir: string): Promise<void> => {
  if (!existsSync(dir)) return;
  const children = (await readdir(dir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  await Promise.all(children.map((child) => removeTree(join(dir, child.name))));
  await rmdir(dir);
};

// A pod's process is found by its UID in the names of control groups, as kubelets of both drivers write them.
// Uses control groups of the machine, so it needs root and a mounted hierarchy; elsewhere it says so.

import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { findPodProcess } from '../../src/agent/pod-process.ts';
import { eventually } from '../support/eventually.ts';
import { isGone } from '../support/world-agent.ts';

const hierarchies = ['/sys/fs/cgroup/pids', '/sys/fs/cgroup/unified', '/sys/fs/cgroup'];
const usable = hierarchies.filter((path) => existsSync(join(path, 'cgroup.procs')) && isWritable(path));

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

const started: { child: ChildProcess; groups: string[] }[] = [];

afterEach(async () => {
  for (const { child, groups } of started.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
    await eventually(async () => expect(await isGone(child.pid ?? 0)).toBe(true));
    for (const group of groups) await eventually(() => rmdirSync(group));
  }
});

/** A process in a control group of that path below the hierarchy. */
function startIn(hierarchy: string, path: string): number {
  const names = path.split('/');
  const groups = names
    .map((_, at) => join(hierarchy, ...names.slice(0, at + 1)))
    .filter((each) => !existsSync(each));
  mkdirSync(join(hierarchy, path), { recursive: true });
  const child = spawn('sleep', ['300']);
  writeFileSync(join(hierarchy, path, 'cgroup.procs'), String(child.pid));
  started.push({ child, groups: groups.toReversed() });
  return child.pid ?? 0;
}

describe.skipIf(usable.length === 0)(
  'in a control group that this machine lets us make (root, cgroup mounted)',
  () => {
    const hierarchy = usable[0] ?? '';
    const uid = randomUUID();
    const underscored = uid.replaceAll('-', '_');

    test.each([
      ['the cgroupfs driver', `kubepods/besteffort/pod${uid}/0a1b2c`],
      ['the cgroupfs driver, guaranteed', `kubepods/pod${uid}/0a1b2c`],
      [
        'the systemd driver',
        `kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod${underscored}.slice/cri-containerd-0a1b2c.scope`,
      ],
      [
        'the systemd driver, nested in a container',
        `kubelet.slice/kubelet-kubepods-pod${underscored}.slice/cri-0a1b2c.scope`,
      ],
    ])('%s is understood', async (_driver, path) => {
      const pid = startIn(hierarchy, path);

      expect(await findPodProcess(uid)).toBe(pid);
    });

    test('a pod with another UID is not taken for it', async () => {
      startIn(hierarchy, `kubepods/besteffort/pod${randomUUID()}/0a1b2c`);

      expect(await findPodProcess(uid)).toBeUndefined();
    });

    test('a UID that begins like it is not taken for it', async () => {
      startIn(hierarchy, `kubepods/besteffort/pod${uid}0/0a1b2c`);

      expect(await findPodProcess(uid)).toBeUndefined();
    });
  },
);

test.each(['', '-', '../..', 's', 'pod'])('what is no UID (%j) finds nothing', async (uid) => {
  expect(await findPodProcess(uid)).toBeUndefined();
});

test.skipIf(usable.length > 0)('skipped: control groups need root and a mounted hierarchy', () => {
  expect(dirname('/sys/fs/cgroup')).toBe('/sys/fs');
});

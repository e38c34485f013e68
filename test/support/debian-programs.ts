// Prometheus, Alertmanager and their tools for tests: found on PATH, else unpacked from Debian's packages into the cache of
// the lab. Not installed, because these packages start services of their own.

import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { cached } from '../lab/cache.ts';
import { mustRun, run } from '../lab/command.ts';
import { findProgram } from '../lab/machine.ts';

const packages = {
  prometheus: 'prometheus',
  promtool: 'prometheus',
  'prometheus-alertmanager': 'prometheus-alertmanager',
  amtool: 'prometheus-alertmanager',
} as const;

const ATTEMPTS = 4;
const PAUSE_MS = 2000;

type DebianProgram = keyof typeof packages;

/** Path of the program; undefined when it is not here and apt does not bring it. */
export async function findDebianProgram(program: DebianProgram): Promise<string | undefined> {
  const installed = findProgram(program);
  if (installed !== undefined) return installed;
  if (findProgram('apt-get') === undefined) return undefined;
  const debianPackage = packages[program];
  try {
    const { dir } = await cached('debian', [debianPackage, process.arch, LAUNCHER], (into) =>
      unpack(debianPackage, into),
    );
    const unpacked = findProgram(join(dir, 'usr/bin', program));
    if (program !== 'prometheus-alertmanager' || unpacked === undefined) return unpacked;
    const launcher = join(dir, program);
    const { code } = await run([launcher, '--version']);
    return code === 0 ? launcher : undefined;
  } catch (error) {
    if (error instanceof NotBrought) return undefined;
    throw error;
  }
}

// Debian's Alertmanager reads its templates from /usr/share and from nowhere else: it is started where its package seems to
// be installed. Without root that takes user namespaces.
const LAUNCHER = `#!/bin/sh
dir=$(dirname "$0")
[ "$(id -u)" = 0 ] || as_root=--map-root-user
exec unshare --mount $as_root sh -c '
  mount -t overlay overlay -o "lowerdir=$0/usr/share:/usr/share" /usr/share && exec "$0/usr/bin/prometheus-alertmanager" "$@"
' "$dir" "$@"
`;

class NotBrought extends Error {}

async function unpack(debianPackage: string, into: string): Promise<void> {
  // apt downloads as a user of its own.
  await chmod(into, 0o777);
  if (!(await download(debianPackage, into))) throw new NotBrought(debianPackage);
  await chmod(into, 0o755);
  const archive = (await readdir(into)).find((file) => file.endsWith('.deb'));
  if (archive === undefined) throw new NotBrought(debianPackage);
  await mustRun(['dpkg-deb', '--extract', archive, '.'], { cwd: into });
  await rm(join(into, archive));
  await writeFile(join(into, 'prometheus-alertmanager'), LAUNCHER, { mode: 0o755 });
}

/** A machine that is new has no lists yet; of several that fetch them at once, apt lets one and refuses the others. */
async function download(debianPackage: string, into: string): Promise<boolean> {
  for (let attempt = 1; attempt <= ATTEMPTS; attempt += 1) {
    const { code } = await run(['apt-get', 'download', '-qq', debianPackage], { cwd: into });
    if (code === 0) return true;
    if (!(await updateLists())) await delay(PAUSE_MS);
  }
  return false;
}

async function updateLists(): Promise<boolean> {
  const isRoot = process.getuid?.() === 0;
  if (!isRoot && findProgram('sudo') === undefined) return false;
  return (await run([...(isRoot ? [] : ['sudo', '-n']), 'apt-get', 'update', '-qq'])).code === 0;
}

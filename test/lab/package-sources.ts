// Where image builds get packages from: the sources that this machine's apt and npm are set up with.
// They are mounted for the time of a build, so nothing of them stays in an image or in the repository.

import { existsSync } from 'node:fs';
import { mkdir, readFile, realpath, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { mustRun } from './command.ts';
import { CannotRunHere, findProgram } from './machine.ts';
import { cacheDir } from './paths.ts';

export const debianRelease = 'bookworm';

/** The mirror for debootstrap; none (its own default) when this machine's apt knows no such release. */
export const debianMirror = async (): Promise<string[]> => {
  if (!existsSync('/usr/bin/apt-get')) return [];
  const format = ['--format', '$(REPO_URI) $(RELEASE)'];
  const targets = await mustRun(['apt-get', 'indextargets', ...format, 'Created-By: Packages']);
  const match = targets.split('\n').find((line) => line.endsWith(` ${debianRelease}`));
  return match === undefined ? [] : [match.slice(0, match.lastIndexOf(' '))];
};

/** Options for buildah that mount the machine's apt and npm settings. */
export const packageSourceMounts = async (): Promise<string[]> => {
  const mounts = [[await writeNpmSettings(), '/root/.npmrc']];
  if ((await debianMirror()).length > 0)
    mounts.push(['/etc/apt', '/etc/apt'], ['/usr/share/keyrings', '/usr/share/keyrings']);
  if (existsSync(certificates)) mounts.push([certificates, certificates]);
  return mounts.flatMap(([from, to]) => ['--volume', `${from}:${to}:ro`]);
};

const certificates = '/etc/ssl/certs/ca-certificates.crt';

/** The folder of the machine's npm, as it is copied into the stand-in for the public Node image. */
export const npmDir = async () => {
  const npm = findProgram('npm');
  if (npm === undefined) throw new CannotRunHere('The lab needs npm in PATH.');
  return dirname(dirname(await realpath(npm)));
};

const writeNpmSettings = async () => {
  const [userSettings, registry, authorities] = await Promise.all([
    npmSetting('userconfig'),
    npmSetting('registry'),
    npmSetting('cafile'),
  ]);
  const own = existsSync(userSettings) ? await readFile(userSettings, 'utf8') : '';
  const path = join(cacheDir, 'npmrc');
  await mkdir(cacheDir, { recursive: true });
  const authority = existsSync(authorities) ? `cafile=${certificates}\n` : '';
  await writeFile(path, `${own}\nregistry=${registry}\n${authority}`, { mode: 0o600 });
  return path;
};

// npm looks for its global settings beside the Node that runs it, and `npm run` hands that place down: it has to be
// the machine's Node, not the project's.
const npmSetting = async (key: string) => {
  const path = (process.env.PATH ?? '').split(delimiter).filter((dir) => !dir.endsWith('node_modules/.bin'));
  const { npm_config_globalconfig: _globalSettings, npm_config_prefix: _prefix, ...inherited } = process.env;
  return (
    await mustRun(['npm', 'config', 'get', key], { env: { ...inherited, PATH: path.join(delimiter) } })
  ).trim();
};

// What the machine must have: Linux, root, Go, and a list of programs, which apt installs when they are missing.
// Refuses with one sentence when something cannot be had.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { mustRun, run } from './command.ts';

export class CannotRunHere extends Error {}

/** A program that is looked for, and the Debian package that brings it. */
const programs: readonly (readonly [program: string, debianPackage: string])[] = [
  ['containerd', 'containerd'],
  ['runc', 'runc'],
  ['iptables', 'iptables'],
  ['ipset', 'ipset'],
  ['ip', 'iproute2'],
  ['conntrack', 'conntrack'],
  ['ethtool', 'ethtool'],
  ['tcpdump', 'tcpdump'],
  ['nft', 'nftables'],
  ['ping', 'iputils-ping'],
  ['tracepath', 'iputils-tracepath'],
  ['dig', 'bind9-dnsutils'],
  ['curl', 'curl'],
  ['socat', 'socat'],
  ['dnsmasq', 'dnsmasq-base'],
  ['buildah', 'buildah'],
  ['debootstrap', 'debootstrap'],
  ['tini', 'tini'],
  ['openssl', 'openssl'],
  ['nsenter', 'util-linux'],
  ['/usr/lib/cni/bridge', 'containernetworking-plugins'],
];

const adminPath = [
  '/usr/local/sbin',
  '/usr/local/bin',
  '/usr/sbin',
  '/usr/bin',
  '/sbin',
  '/bin',
  '/usr/local/go/bin',
];

export const requireRootOnLinux = () => {
  if (process.platform !== 'linux')
    throw new CannotRunHere(`The lab needs Linux; this is ${process.platform}.`);
  if (process.getuid?.() !== 0)
    throw new CannotRunHere('The lab needs root: it makes network and mount namespaces.');
  const wanted = [...(process.env.PATH ?? '').split(delimiter), ...adminPath].filter(Boolean);
  process.env.PATH = [...new Set(wanted)].join(delimiter);
};

export const requirePrograms = async () => {
  if (!isInstalled('go'))
    throw new CannotRunHere('The lab builds Kubernetes from source and needs Go >= 1.25 in PATH.');
  const missing = programs.filter(([program]) => !isInstalled(program));
  if (missing.length === 0) return;
  const packages = missing.map(([, debianPackage]) => debianPackage);
  if (!isInstalled('apt-get')) {
    const names = missing.map(([program]) => program).join(', ');
    throw new CannotRunHere(`The lab needs ${names}; install them (there is no apt-get here to do it).`);
  }
  console.log(`installing ${packages.join(' ')} …`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...packages];
  const first = await run(install, { env });
  if (first.code === 0) return;
  await mustRun(['apt-get', 'update'], { env });
  await mustRun(install, { env });
};

/** The path of a program, looked for in PATH unless it is a path already. */
export const findProgram = (program: string): string | undefined => {
  const candidates = program.startsWith('/')
    ? [program]
    : (process.env.PATH ?? '').split(delimiter).map((dir) => join(dir, program));
  return candidates.find(isExecutable);
};

const isInstalled = (program: string) => findProgram(program) !== undefined;

const isExecutable = (path: string) => {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

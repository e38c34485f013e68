// How to get into a lab, a node or a pod: argv prefixes for nsenter. Runs nothing.

import { readdirSync, readFileSync } from 'node:fs';

/** Everything of the lab but its user and hostname; the command dies with whoever waits for it. */
export const enterLab = (pid: number, workingDir: string, env: Readonly<Record<string, string>> = {}) => [
  ...['nsenter', '-t', String(pid), '--net', '--mount', '--pid'],
  ...dieWithParent,
  ...['env', '-C', workingDir, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)],
];

export const enterNode = (pid: number) => [
  ...['nsenter', '-t', String(pid), '--net', '--mount', '--pid', '--ipc', '--uts'],
  ...dieWithParent,
];

/** Only the pod's network, with the machine's programs; `resolvConf` stands in for the machine's own. */
export const enterPodNetwork = (pid: number, resolvConf: string) => [
  ...['nsenter', '-t', String(pid), '--net', 'unshare', '--mount', '--propagation', 'private'],
  ...['sh', '-c', 'mount --bind "$0" /etc/resolv.conf && exec "$@"', resolvConf],
];

/** Any process of the pod: the kubelet's cgroup path carries the pod's UID. */
export const findPodProcess = (podUid: string): number | undefined => {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.map(Number).find((pid) => cgroupOf(pid).includes(`/pod${podUid}/`));
};

// nsenter does not pass signals on to the command that it waits for.
const dieWithParent = ['setpriv', '--pdeathsig', 'KILL'];

const cgroupOf = (pid: number) => {
  try {
    return readFileSync(`/proc/${pid}/cgroup`, 'utf8');
  } catch {
    return '';
  }
};

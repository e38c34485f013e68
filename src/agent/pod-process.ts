// Finds a process of a pod by the pod's UID from the control group names that the kubelet gives, without the
// runtime's socket. Any process will do: all containers of a pod share one network namespace.

import { readdir, readFile } from 'node:fs/promises';

// The kubelet writes the UID with dashes (cgroupfs driver) or underscores (systemd driver):
// kubernetes pkg/kubelet/cm/pod_container_manager_linux.go and cgroup_manager_linux.go.
const groupName = (uid: string): RegExp =>
  new RegExp(`pod(${uid}|${uid.replaceAll('-', '_')})(?![0-9a-z_-])`);

// A UUID, or the hash that the kubelet gives static pods: anything else would match the names of other groups.
const UID = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/;

/** Undefined when no process of that pod runs on this node. */
export async function findPodProcess(uid: string): Promise<number | undefined> {
  if (!UID.test(uid)) return undefined;
  const wanted = groupName(uid);
  const processes = await listProcesses();
  const pids = processes
    .flatMap(({ pid, groups }) => (wanted.test(groups) ? [pid] : []))
    .sort((a, b) => a - b);
  // The sandbox's own process has an almost empty root; a container's shows the files as the application sees them.
  return (await firstContainerProcess(pids)) ?? pids[0];
}

interface Process {
  pid: number;
  /** As its cgroup file has them. */
  groups: string;
}

let listing: Promise<Process[]> | undefined;

/** Orders come in bursts, and a busy node has thousands of processes: whoever asks meanwhile shares the list. */
function listProcesses(): Promise<Process[]> {
  listing ??= readProcesses().finally(() => {
    listing = undefined;
  });
  return listing;
}

async function readProcesses(): Promise<Process[]> {
  const entries = await readdir('/proc');
  return Promise.all(
    entries
      .filter((entry) => /^\d+$/.test(entry))
      .map(async (pid) => ({ pid: Number(pid), groups: await readProc(pid, 'cgroup') })),
  );
}

async function firstContainerProcess(pids: number[]): Promise<number | undefined> {
  for (const pid of pids) if ((await readProc(String(pid), 'comm')).trim() !== 'pause') return pid;
  return undefined;
}

/** Empty when the process ended between being listed and being read. */
async function readProc(pid: string, file: string): Promise<string> {
  try {
    return await readFile(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

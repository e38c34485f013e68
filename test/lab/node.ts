// Boots one node: its namespaces, its port on the switch, its image store, its services. Also makes the switch itself.
// Runs inside the lab's namespaces, as part of the boot program.

import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { makeCgroups } from './cgroups.ts';
import { mustRun, run, start } from './command.ts';
import { kubeconfigPath } from './credentials.ts';
import { enterNode } from './enter.ts';
import { linkImageStore } from './image-template.ts';
import { kubeletConfiguration, kubeProxyConfiguration, serviceArgv } from './node-services.ts';
import { labSourceDir } from './paths.ts';
import { poll } from './poll.ts';
import { childOf, type LabRecord, nodePidFile, nodeStateDir } from './state.ts';
import {
  cgroupName,
  controlPlaneAddress,
  nodeAddress,
  switchName,
  switchPort,
  underlayPrefixLength,
} from './topology.ts';

type StartService = (name: string, argv: readonly string[]) => ChildProcess;

export const setUpSwitch = async () => {
  await ipBatch(
    ['ip'],
    [
      'link set lo up',
      `link add ${switchName} type bridge forward_delay 0`,
      `address add ${controlPlaneAddress}/${underlayPrefixLength} dev ${switchName}`,
      `link set ${switchName} up`,
    ],
  );
  await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
  // A switch does not filter or fragment; the bridge would, through the control plane's netfilter.
  await writeFile('/proc/sys/net/bridge/bridge-nf-call-iptables', '0').catch(ignoreMissing);
};

export const bootNode = async (
  stateDir: string,
  record: LabRecord,
  node: string,
  startService: StartService,
) => {
  const cgroup = cgroupName(record.spec.name, node);
  await mkdir(nodeRoot(stateDir, node, '/var/lib'), { recursive: true });
  await Promise.all([
    writeNodeFiles(stateDir, node, cgroup),
    linkImageStore(record.parts.imageTemplate, nodeRoot(stateDir, node, '/var/lib/containerd')),
    makeCgroups(cgroup),
  ]);
  const pid = await createNamespaces(stateDir, node);
  await plugIn(pid, node);
  const service = (name: 'containerd' | 'kubelet' | 'kube-proxy') =>
    startService(`${node}-${name}`, [...enterNode(pid), ...serviceArgv(name, stateDir, node)]);
  service('containerd');
  service('kube-proxy');
  await poll(
    `containerd answers on ${node}`,
    async () => {
      const { code } = await run([...enterNode(pid), 'ctr', 'version']);
      return code === 0 || undefined;
    },
    30_000,
    50,
  );
  service('kubelet');
};

const writeNodeFiles = async (stateDir: string, node: string, cgroup: string) => {
  const kubelet = nodeRoot(stateDir, node, '/var/lib/kubelet');
  const kubeProxy = nodeRoot(stateDir, node, '/var/lib/kube-proxy');
  const plugins = nodeRoot(stateDir, node, '/opt/cni/bin');
  await Promise.all([kubelet, kubeProxy, plugins].map((dir) => mkdir(dir, { recursive: true })));
  await Promise.all([
    writeFile(join(nodeStateDir(stateDir, node), 'resolv.conf'), `nameserver ${controlPlaneAddress}\n`),
    writeFile(join(kubelet, 'config.yaml'), kubeletConfiguration(node, cgroup)),
    cp(kubeconfigPath(stateDir, node), join(kubelet, 'kubeconfig')),
    writeFile(join(kubeProxy, 'config.conf'), kubeProxyConfiguration(node)),
    cp(kubeconfigPath(stateDir, 'kube-proxy'), join(kubeProxy, 'kubeconfig')),
    cp('/usr/lib/cni', plugins, { recursive: true }),
  ]);
};

const nodeRoot = (stateDir: string, node: string, path: string) =>
  join(nodeStateDir(stateDir, node), 'root', path);

const createNamespaces = async (stateDir: string, node: string): Promise<number> => {
  const namespaces = [
    '--net',
    '--pid',
    '--mount',
    '--ipc',
    '--uts',
    '--mount-proc',
    '--propagation',
    'private',
  ];
  const setUp = ['tini', '--', 'sh', join(labSourceDir, 'node-setup.sh'), nodeStateDir(stateDir, node), node];
  const child = start(['unshare', ...namespaces, '--fork', '--kill-child=KILL', ...setUp], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.stdout === null || child.pid === undefined)
    throw new Error(`${node}: unshare could not be started`);
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), once(child, 'exit')]);
  if (line !== 'mounted') throw new Error(`${node}: node-setup.sh failed (exit code ${line})`);
  const pid = childOf(child.pid);
  await writeFile(nodePidFile(stateDir, node), String(pid));
  return pid;
};

const plugIn = async (pid: number, node: string) => {
  const port = switchPort(node);
  await ipBatch(
    ['ip'],
    [`link add ${port} master ${switchName} type veth peer name eth0 netns ${pid}`, `link set ${port} up`],
  );
  await ipBatch(
    ['nsenter', '-t', String(pid), '--net', 'ip'],
    [
      'link set lo up',
      `address add ${nodeAddress(node)}/${underlayPrefixLength} dev eth0`,
      'link set eth0 up',
      // Without a default route the kernel refuses a Service address before DNAT can change it.
      `route add default via ${controlPlaneAddress}`,
    ],
  );
  const settings = ['ipv4/ip_forward=1', 'ipv4/conf/all/rp_filter=0', 'ipv4/conf/default/rp_filter=0'];
  for (const [path, value] of settings.map((setting) => setting.split('='))) {
    await mustRun([...enterNode(pid), 'sh', '-c', 'echo "$1" > "/proc/sys/net/$0"', path ?? '', value ?? '']);
  }
};

const ipBatch = (ip: readonly string[], lines: readonly string[]) =>
  mustRun([...ip, '-batch', '-'], { stdin: `${lines.join('\n')}\n` });

const ignoreMissing = (error: NodeJS.ErrnoException) => {
  if (error.code !== 'ENOENT') throw error;
};

// One lab as seen by its verbs and by the faults: run a command in it, on a node, in a pod's network, or kubectl.
// Works from the machine and from inside the lab (`lab run`), where process ids and paths are the lab's own.

import { existsSync, readFileSync } from 'node:fs';
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from './command.ts';
import { kubeconfigPath } from './credentials.ts';
import { enterLab, enterNode, enterPodNetwork, findPodProcess } from './enter.ts';
import { labDir } from './paths.ts';
import { childOf, nodePidFile, readRecord, runningProcess } from './state.ts';
import { type CniName, nodeNames } from './topology.ts';

/** Set by `lab run`: the command is inside this lab already. */
const insideLab = 'CNI_TRIAGE_LAB_INSIDE';

/** The full argv for each place in a lab. */
export interface LabPlaces {
  readonly cni: CniName;
  readonly nodes: readonly string[];
  kubectl(args: readonly string[]): string[];
  exec(node: string, argv: readonly string[]): string[];
  netns(pod: string, argv: readonly string[]): Promise<string[]>;
  switch(argv: readonly string[]): string[];
  run(argv: readonly string[]): string[];
}

export const openLab = async (name: string): Promise<LabPlaces> => {
  const stateDir = labDir(name);
  const inside = process.env[insideLab] === name;
  const lab = runningProcess(name);
  if (!inside && lab === undefined)
    throw new Error(`Lab ${name} is not up; start it with: npm run lab -- up --name ${name}`);
  const { spec, parts } = await readRecord(stateDir);
  const nodes = nodeNames(spec.nodes);
  const environment = {
    KUBECONFIG: kubeconfigPath(stateDir, 'admin'),
    CNI_TRIAGE_KUBECONFIG: kubeconfigPath(stateDir, 'worker'),
    KUBECACHEDIR: join(stateDir, 'kubectl-cache'),
    [insideLab]: name,
  };
  const enter = (workingDir: string) =>
    lab === undefined || inside
      ? ['env', ...Object.entries(environment).map(([key, value]) => `${key}=${value}`)]
      : enterLab(childOf(lab.pid), workingDir, environment);
  const kubectl = (args: readonly string[]) => [
    ...enter(process.cwd()),
    join(parts.kubernetesDir, 'kubectl'),
    ...args,
  ];
  const podProcess = async (pod: string) => {
    const [namespace, podName, ...rest] = pod.split('/');
    if (!namespace || !podName || rest.length > 0)
      throw new Error(`"${pod}" is no pod; write namespace/name.`);
    const get = ['get', 'pod', podName, '--namespace', namespace, '--output', 'jsonpath={.metadata.uid}'];
    const uid = await mustRun(kubectl(get));
    const pid = findPodProcess(uid);
    if (pid === undefined) throw new Error(`Pod ${pod} has no process: it does not run (yet).`);
    return pid;
  };
  return {
    cni: spec.cni,
    nodes,
    kubectl,
    exec: (node, argv) => {
      const pidFile = nodePidFile(stateDir, node);
      if (!existsSync(pidFile))
        throw new Error(`There is no node ${node}; the nodes are ${nodes.join(', ')}.`);
      return [...enter('/'), ...enterNode(Number(readFileSync(pidFile, 'utf8'))), ...argv];
    },
    netns: async (pod, argv) => {
      const pid = await podProcess(pod);
      const resolvConf = join(stateDir, `resolv.conf-${pod.replace('/', '-')}`);
      await copyFile(`/proc/${pid}/root/etc/resolv.conf`, resolvConf);
      return [...enterPodNetwork(pid, resolvConf), ...argv];
    },
    switch: (argv) => [...enter('/'), ...argv],
    run: (argv) => [...enter(process.cwd()), ...argv],
  };
};

// The lab's flannel as the faults handle it: its agent on a node, a pod that is new to a node, the files of a node, and all
// of it as it was. Knows no particular fault.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from './fault.ts';
import { labSourceDir } from './paths.ts';

export const agentNamespace = 'kube-flannel';
export const daemonSet = 'kube-flannel-ds';
export const configFile = '/etc/cni/net.d/10-flannel.conflist';
const inNamespace = ['--namespace', agentNamespace];
/** In `shop`; a fault makes it to see what becomes of new pods. */
const newPod = 'newcomer';
const apiAddress = '10.96.0.1';

interface PodObject {
  readonly metadata: { readonly name: string; readonly deletionTimestamp?: string };
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly podIP?: string;
    readonly containerStatuses?: readonly {
      readonly ready: boolean;
      readonly state: { readonly waiting?: { readonly reason: string }; readonly running?: object };
    }[];
  };
}

export interface AgentPod {
  readonly name: string;
  readonly ready: boolean;
  readonly runs: boolean;
  /** Why its container waits, such as CrashLoopBackOff; empty when it does not. */
  readonly waitsFor: string;
}

const getPods = async (lab: Lab, ...args: readonly string[]): Promise<PodObject[]> =>
  (
    JSON.parse(await lab.kubectl(['get', 'pods', ...args, '--output', 'json'])) as { items: PodObject[] }
  ).items.filter(({ metadata }) => metadata.deletionTimestamp === undefined);

/** Undefined while there is none. */
export const agentOn = async (lab: Lab, node: string): Promise<AgentPod | undefined> => {
  const field = ['--field-selector', `spec.nodeName=${node}`];
  const [pod] = await getPods(lab, ...inNamespace, '--selector', 'app=flannel', ...field);
  const [container] = pod?.status.containerStatuses ?? [];
  return (
    pod && {
      name: pod.metadata.name,
      ready: container?.ready ?? false,
      runs: container?.state.running !== undefined,
      waitsFor: container?.state.waiting?.reason ?? '',
    }
  );
};

/** Its successor starts with what is in the cluster now, and installs configuration and plugin once more. */
export const restartAgent = async (lab: Lab, node: string) => {
  const pod = await agentOn(lab, node);
  if (pod) await lab.kubectl(['delete', 'pod', pod.name, ...inNamespace, '--grace-period', '1']);
};

export const waitUntilAgentCrashes = async (lab: Lab, node: string): Promise<string> => {
  await lab.waitFor(`flannel crashes again and again on ${node}`, async () => {
    return (await agentOn(lab, node))?.waitsFor === 'CrashLoopBackOff';
  });
  return (await agentOn(lab, node))?.name ?? '';
};

/** Of its first trouble flannel only speaks: it gives up after ten minutes. Returns its name. */
export const waitUntilAgentSays = async (
  lab: Lab,
  node: string,
  words: string,
  container = 'kube-flannel',
): Promise<string> => {
  let name = '';
  await lab.waitFor(
    `flannel on ${node} says: ${words}`,
    async () => {
      name = (await agentOn(lab, node))?.name ?? '';
      if (name === '') return false;
      const log = lab.kubectl(['logs', name, ...inNamespace, '--container', container, '--tail', '20']);
      return (await log.catch(() => '')).includes(words);
    },
    90_000,
  );
  return name;
};

export const patchDaemonSet = (lab: Lab, patch: object) =>
  lab.kubectl([
    ...['patch', 'daemonset', daemonSet, ...inNamespace],
    ...['--type', 'merge', '--patch', JSON.stringify(patch)],
  ]);

/** Runs a script in the node's mount namespace. */
export const onNode = async (lab: Lab, node: string, script: string) => {
  const { code, stdout, stderr } = await lab.exec(node, ['sh', '-ec', script]);
  if (code !== 0) throw new Error(`On ${node}: ${script}\n${stderr}`);
  return stdout;
};

/** Bound to the node, whatever its taints. Returns `namespace/name`. */
export const addPod = async (lab: Lab, node: string): Promise<string> => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: newPod, namespace: 'shop' },
    spec: {
      nodeName: node,
      tolerations: [{ operator: 'Exists' }],
      terminationGracePeriodSeconds: 0,
      containers: [{ name: 'client', image: 'lab.local/tools:1', imagePullPolicy: 'IfNotPresent' }],
    },
  };
  await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(pod));
  return `shop/${newPod}`;
};

/** The kubelet's complaint about the new pod; returns once it holds the words. */
export const waitForSandboxError = (lab: Lab, words: string) =>
  lab.waitFor(`the kubelet says: ${words}`, async () => {
    const field = `involvedObject.name=${newPod},reason=FailedCreatePodSandBox`;
    const events = await lab.kubectl([
      'get',
      'events',
      '-n',
      'shop',
      '--field-selector',
      field,
      '-o',
      'json',
    ]);
    return events.includes(JSON.stringify(words).slice(1, -1));
  });

export const addressOf = async (lab: Lab, name = newPod): Promise<string> => {
  const [pod] = await getPods(lab, '--namespace', 'shop', '--field-selector', `metadata.name=${name}`);
  return pod?.status.podIP ?? '';
};

export const nodeIsReady = async (lab: Lab, node: string): Promise<boolean> => {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  return (await lab.kubectl(['get', 'node', node, '--output', path])) === 'True';
};

/** The one of `addPod`, if it is there. */
export const removeNewPod = (lab: Lab) =>
  lab.kubectl([
    ...['delete', 'pod', newPod, '--namespace', 'shop'],
    ...['--ignore-not-found', '--grace-period', '0', '--force'],
  ]);

/** The DaemonSet has left one node out, and has renewed its agents on the others. */
export const waitUntilAgentIsLeftOut = async (lab: Lab, node: string) => {
  await lab.waitFor(`flannel is gone from ${node}`, async () => !(await agentOn(lab, node)));
  await lab.waitFor('the others have a new one', async () => {
    const agents = lab.nodes.filter((name) => name !== node).map((name) => agentOn(lab, name));
    return (await Promise.all(agents)).every((agent) => agent?.ready);
  });
};

/** Everything of the manifest as it was, a fresh agent where one does not do well or that is named, and pods connect. */
export const restoreCni = async (lab: Lab, ...restart: readonly string[]) => {
  await removeNewPod(lab);
  const backend = lab.cni.replace('flannel-', '');
  const text = await readFile(join(labSourceDir, 'manifests/flannel.yaml'), 'utf8');
  const manifest = text.replaceAll('FLANNEL_BACKEND', backend);
  await lab.kubectl(['apply', '--validate=false', '--filename', '-'], manifest);
  // What a patch added, apply leaves as it is. The DaemonSet's controller may write in between.
  await lab.waitFor('the DaemonSet is as it was', () =>
    lab.kubectl(['replace', '--validate=false', '--filename', '-'], daemonSetOf(manifest)).then(
      () => true,
      () => false,
    ),
  );
  for (const node of lab.nodes)
    if (restart.includes(node) || !(await agentOn(lab, node))?.ready) await restartAgent(lab, node);
  await waitUntilCniIsHealthy(lab);
};

const daemonSetOf = (manifest: string): string =>
  manifest.split(/^---$/m).find((document) => document.includes('kind: DaemonSet')) ?? '';

/** An agent on every node, all nodes ready, and a connection from each to a pod of another and to the API server. */
const waitUntilCniIsHealthy = (lab: Lab) =>
  lab.waitFor(
    'flannel and all nodes are ready and pods connect',
    async () => {
      const path = '{.status.observedGeneration}={.metadata.generation} {.status.updatedNumberScheduled}';
      const status = await lab.kubectl(['get', 'ds', daemonSet, ...inNamespace, '-o', `jsonpath=${path}`]);
      const [generation = '', updated] = status.split(' ');
      const [observed, wanted] = generation.split('=');
      if (observed !== wanted || Number(updated) !== lab.nodes.length) return false;
      const states = await Promise.all(
        lab.nodes.map(async (node) => (await agentOn(lab, node))?.ready && (await nodeIsReady(lab, node))),
      );
      return states.every(Boolean) && (await podsConnect(lab));
    },
    120_000,
  );

async function podsConnect(lab: Lab): Promise<boolean> {
  const clients = await getPods(lab, '--namespace', 'shop', '--selector', 'app=client');
  const servers = await getPods(lab, '--namespace', 'shop', '--selector', 'app=web');
  if (clients.length !== lab.nodes.length || servers.length === 0) return false;
  const ways = clients.flatMap(({ metadata }) => [
    ...servers.map(({ status }) => [metadata.name, status.podIP ?? '', '8080']),
    [metadata.name, apiAddress, '443'],
  ]);
  const results = await Promise.all(
    ways.map(([client = '', address = '', port = '']) =>
      lab.netns(`shop/${client}`, ['curl', '-sko', '/dev/null', '-m', '2', urlOf(address, port)]),
    ),
  );
  return results.every(({ code }) => code === 0);
}

const urlOf = (address: string, port: string): string =>
  `${port === '443' ? 'https' : 'http'}://${address}:${port}/`;

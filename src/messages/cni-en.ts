// English sentences of the findings about a CNI's own components and its addresses.

import type { Finding } from '../diagnosis/finding.ts';
import { type CniCode, describeDaemonSet, fileName, readLog, restartAgents } from './cni-commands.ts';
import type { SentencesIn } from './finding-sentences.ts';
import { restartAgent } from './node-commands.ts';

type Params<C extends CniCode> = Extract<Finding, { code: C }>['params'];

const SHOWN = 5;

const list = (items: string[]): string =>
  items.length > SHOWN
    ? `${items.slice(0, SHOWN).join(', ')} and ${items.length - SHOWN} more`
    : items.join(', ');

const onNodes = (nodes: string[]): string => (nodes.length === 0 ? 'every node' : list(nodes));

/** Other people’s words as a sentence. */
const ended = (said: string): string => (/[.!?]$/.test(said) ? said : `${said}.`);

type Agent = Parameters<typeof restartAgent>[0];

/** Its init containers put configuration and plugin in place once more. */
const reinstall = (agent: Agent, node: string | undefined, what: string): string => {
  const command = restartAgent(agent, node);
  return command === ''
    ? `Have the CNI’s installer write ${what} on ${node} once more.`
    : `Restart the CNI agent there, which writes ${what} once more: ${command}`;
};

const configFaults: Record<Params<'cni.config-invalid'>['cause'], string> = {
  'not-json': 'it is no valid JSON',
  'no-name': 'it has no network name',
  'no-plugins': 'it lists no plugins',
  'no-type': 'a plugin in it has no type',
  'unknown-version': 'its cniVersion is unknown',
  unreadable: 'it cannot be read',
  refused: 'the runtime or a plugin refuses it',
};

const binaryFaults: Record<Params<'cni.binary-missing'>['cause'], string> = {
  missing: 'is not there',
  'not-executable': 'is not executable',
  empty: 'is an empty file',
  broken: 'cannot be run',
};

const absences: Record<
  Params<'cni.agent-missing'>['cause'],
  (params: Params<'cni.agent-missing'>) => string
> = {
  'no-daemonset': ({ namespace, daemonSet }) => `DaemonSet ${namespace}/${daemonSet} does not exist.`,
  'not-selected': ({ daemonSet, detail }) => `${daemonSet} selects only nodes with ${detail}.`,
  'not-tolerated': ({ daemonSet, detail }) => `${daemonSet} does not tolerate the taint ${detail}.`,
  'not-created': ({ daemonSet, detail }) =>
    `${daemonSet} fits the node, and no pod is made for it${detail === '' ? '.' : `: ${ended(detail)}`}`,
  unschedulable: ({ detail }) => `Its pod cannot be placed: ${ended(detail)}`,
  image: ({ detail }) => `Its pod cannot start for want of an image: ${ended(detail)}`,
  waiting: ({ detail }) => `Its pod does not start: ${ended(detail || 'Kubernetes does not say why')}`,
};

const crashes: Partial<Record<Params<'cni.agent-crashing'>['cause'], string>> = {
  'settings-invalid': 'its settings cannot be read',
  'range-not-assigned': 'the node has no pod range',
  'kernel-module': 'a kernel module is missing',
  'interface-not-found': 'it finds no interface to use',
  'address-in-use': 'another node has its address',
  'backend-unsupported': 'its tunnel cannot be set up',
  'port-in-use': 'a port that it needs is taken',
  netfilter: 'it cannot write its rules',
  'out-of-memory': 'it is killed for want of memory',
  'start-failed': 'it cannot be started',
};

const unreached: Record<Params<'cni.api-unreachable'>['cause'], (server: string) => string> = {
  'no-answer': (server) => `${server} does not answer`,
  lookup: (server) => `${server} does not resolve its name`,
  certificate: (server) => `the certificate of ${server} is not accepted`,
};

export const cniEnglish: SentencesIn<CniCode> = {
  'cni.not-initialized': {
    headline: ({ node, params }) =>
      params.cause === 'elsewhere'
        ? `${params.folder} on ${node} is empty, though the node is ready`
        : `Node ${node} has no CNI configuration: new pods get no network there`,
    cause: ({ params }) => {
      const said = params.message === '' ? '' : ` The runtime says: ${params.message}`;
      switch (params.cause) {
        case 'no-configuration':
          return `${params.folder} is empty${params.expected === '' ? '' : `, ${fileName(params.expected)} is gone`}.${said}`;
        case 'not-loaded':
          return `${params.folder} holds a valid configuration, and the runtime has not loaded it.${said}`;
        case 'unseen':
          return `What is in ${params.folder} could not be read.${said}`;
        case 'elsewhere':
          return `The runtime probably reads another folder (conf_dir); then this is in order. If not, it will miss the configuration after its next restart.`;
      }
    },
    steps: ({ node, params }) =>
      params.cause === 'not-loaded'
        ? [
            `On ${node}: \`systemctl restart containerd\`; running pods stay.`,
            'Compare `conf_dir` in the runtime’s configuration with that folder.',
          ]
        : params.cause === 'elsewhere'
          ? [`On ${node}: \`crictl info\` shows the folder that counts (confDir).`]
          : [
              reinstall(params.agent, node, 'the configuration'),
              `Find out what removed it: \`ls -la ${params.folder}\` on ${node}, and whatever cleans up there.`,
            ],
  },
  'cni.config-invalid': {
    headline: ({ node, params }) =>
      `CNI configuration ${params.file === '' ? '' : `${fileName(params.file)} `}on ${node} is invalid: ${configFaults[params.cause]}`,
    cause: ({ params }) =>
      `The runtime reads ${params.file || 'its configuration'} first, and ${configFaults[params.cause]}: ${params.detail}`,
    steps: ({ node, params }) =>
      params.file === '' || params.file === params.expected
        ? [
            reinstall(params.agent, node, 'its own file'),
            'If it comes back as it is, correct the template in the CNI’s ConfigMap.',
          ]
        : [
            `It is not the CNI’s own file; on ${node}, a person must move it away: \`mv ${params.file} ${params.file}.disabled\``,
          ],
  },
  'cni.config-conflict': {
    headline: ({ node, params }) =>
      `${fileName(params.file)} on ${node} sorts before the CNI’s own file: new pods get another network`,
    cause: ({ params }) =>
      `The runtime takes the first file by name: ${params.file} (${list(params.plugins)}) and not ${params.expected}.${params.strangers.length === 0 ? '' : ` By it ${list(params.strangers)} got an address of another network.`}`,
    steps: ({ node, params }) => [
      `On ${node}, a person must move it away: \`mv ${params.file} ${params.file}.disabled\``,
      params.strangers.length === 0
        ? 'Then replace the pods that started there meanwhile.'
        : `Then replace ${list(params.strangers)}: they keep the wrong network.`,
    ],
  },
  'cni.binary-missing': {
    headline: ({ node, params }) =>
      `CNI plugin ${list(params.plugins)} on ${node} ${binaryFaults[params.cause]}: new pods get no network there`,
    cause: ({ params }) =>
      `The node’s CNI configuration needs ${list(params.plugins)}, and in ${params.folder} ${params.plugins.length === 1 ? 'it' : 'one or more'} ${binaryFaults[params.cause]}.`,
    steps: ({ node, params }) => [
      `Copy ${list(params.plugins)} from another node into ${params.folder} on ${node}, or install the containernetworking plugins (package \`containernetworking-plugins\`).`,
      `Check: \`ls -l ${params.folder}\``,
    ],
  },
  'cni.bridge-address-conflict': {
    headline: ({ node, params }) =>
      `${params.bridge} on ${node} has an old address ${list(params.actual)}: new pods get no network there`,
    cause: ({ params }) =>
      `The pod range of the node asks for ${params.expected} on ${params.bridge}, and it has ${list(params.actual)}; the plugin refuses to change it, and pods that run have lost their gateway.`,
    steps: ({ node, params }) => [
      `On ${node}, a person must correct it: \`ip addr flush dev ${params.bridge} && ip addr add ${params.expected} dev ${params.bridge}\``,
      `Pods with addresses of the old range must be replaced.`,
    ],
  },
  'cni.state-file-missing': {
    headline: ({ node, params }) =>
      params.cause === 'missing'
        ? `${params.file} is missing on ${node}: new pods get no network there`
        : params.cause === 'incomplete'
          ? `${params.file} on ${node} is incomplete: new pods get no network there`
          : `${params.file} on ${node} has another range than the node: new pods get wrong addresses`,
    cause: ({ params }) =>
      params.cause === 'missing'
        ? 'The CNI’s agent writes it when it starts, and the plugin reads it for each new pod. Nobody writes it while the agent runs.'
        : params.cause === 'incomplete'
          ? `The plugin reads it for each new pod, and it lacks ${params.detail}.`
          : `The plugin reads it for each new pod: ${params.detail}.`,
    steps: ({ node, params }) => [
      reinstall(params.agent, node, 'it'),
      'It is in /run, which is empty after a reboot: whatever else cleans up there must leave it alone.',
    ],
  },
  'cni.network-unavailable': {
    headline: ({ node }) => `Node ${node} is marked NetworkUnavailable: no new pods are placed there`,
    cause: ({ params }) =>
      `The node’s condition says: ${params.reason}${params.message === '' ? '' : `, ${params.message}`}`,
    steps: ({ node, params }) => [
      params.reason === 'NoRouteCreated' || params.reason === 'RouteController'
        ? 'Look at the cloud’s route table and its quota: the route controller could not add the node’s route.'
        : `\`kubectl describe node ${node}\`; who set the condition has to clear it: the CNI’s agent or the cloud’s route controller.`,
      'Restart the CNI agent of that node if it is the one.',
    ],
  },
  'cni.agent-missing': {
    headline: ({ params }) =>
      params.cause === 'no-daemonset'
        ? `The CNI’s DaemonSet ${params.daemonSet} is gone: no node has an agent`
        : `No CNI agent (${params.daemonSet}) runs on ${onNodes(params.nodes)}`,
    cause: ({ params }) =>
      `${absences[params.cause](params)} Traffic goes on with what is in the kernel; new nodes, changed peers and reboots are not followed.`,
    steps: ({ params }) => {
      switch (params.cause) {
        case 'no-daemonset':
          return [
            `Apply the CNI’s manifest or chart once more; the settings are in namespace ${params.namespace}.`,
            `Check: \`kubectl -n ${params.namespace} get daemonset ${params.daemonSet}\``,
          ];
        case 'not-selected':
          return [
            `Correct the node selector of the DaemonSet, or the node’s labels: \`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\`, \`kubectl get nodes --show-labels\``,
          ];
        case 'not-tolerated':
          return [
            `Let the DaemonSet tolerate every taint (\`operator: Exists\`): \`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``,
          ];
        default:
          return [
            describeDaemonSet(params),
            `\`kubectl -n ${params.namespace} get pods -o wide\`, then \`describe\` the one that waits.`,
          ];
      }
    },
  },
  'cni.agent-crashing': {
    headline: ({ params }) =>
      `CNI agent ${list(params.pods)} keeps crashing${crashes[params.cause] === undefined ? '' : `: ${crashes[params.cause]}`}`,
    cause: ({ params }) =>
      `${params.container} on ${onNodes(params.nodes)} ended${params.restarts > 0 ? ` after ${params.restarts} restarts` : ''}${params.ended === '' ? '' : ` (${params.ended})`}. ${params.line === '' ? 'Its log is empty.' : `Its log says: ${params.line}`}`,
    steps: ({ params }) => [
      params.cause === 'settings-invalid' && params.configMap !== ''
        ? `Correct its settings: \`kubectl -n ${params.namespace} edit configmap ${params.configMap}\``
        : params.cause === 'out-of-memory'
          ? `Raise its memory limit: \`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``
          : `Read its last words: ${readLog(params, params.pods[0])}`,
      `It tries again by itself, at the latest after five minutes; at once: \`kubectl -n ${params.namespace} delete pod ${params.pods.slice(0, SHOWN).join(' ')}\``,
    ],
  },
  'cni.agent-not-ready': {
    headline: ({ params }) => `CNI agent ${list(params.pods)} runs and is not ready`,
    cause: ({ params }) =>
      `On ${onNodes(params.nodes)}: ${params.message || 'its readiness probe fails'}${params.line === '' ? '' : `. Its log says: ${params.line}`}`,
    steps: ({ params }) => [
      `\`kubectl -n ${params.namespace} describe pod ${params.pods[0]}\`, ${readLog(params, params.pods[0])}`,
      `If the probe itself is wrong, correct it: \`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``,
    ],
  },
  'cni.agent-unauthorized': {
    headline: ({ params }) =>
      `The API server refuses the CNI agent ${params.pods.length === 0 ? params.daemonSet : list(params.pods)}`,
    cause: ({ params }) =>
      `${params.user || 'Its token'} ${params.denied.length === 0 ? 'is refused' : `may not ${list(params.denied)}`}.${params.line === '' ? '' : ` Its log says: ${params.line}.`} Agents that run still use what they know, and learn of no new node.`,
    steps: ({ params }) => [
      params.user === ''
        ? `Its token may have expired: ${restartAgents(params)}`
        : `Restore ClusterRole and ClusterRoleBinding from the CNI’s manifest; check: \`kubectl auth can-i list nodes --as ${params.user}\``,
      `Then restart what crashed: ${restartAgents(params)}`,
    ],
  },
  'cni.api-unreachable': {
    headline: ({ params }) =>
      `The CNI agent on ${onNodes(params.nodes)} does not reach the API server ${params.server}`,
    cause: ({ params }) =>
      `${params.line === '' ? `From there ${unreached[params.cause](params.server)}.` : `Its log says: ${params.line}`}${params.seen === '' ? '' : ` From the node the same fails: ${params.seen}.`}`,
    steps: ({ params }) => [
      `On the node: \`curl -k -m 3 https://${params.server}/readyz\`; then the same by the API server’s own address.`,
      'If only the Service’s address fails, look at kube-proxy and at firewall rules of that node.',
    ],
  },
  'cni.version-skew': {
    headline: ({ params }) =>
      `Agents of ${params.daemonSet} run ${params.versions.length} different versions`,
    cause: ({ params }) =>
      `${params.versions.map(({ image, nodes }) => `${image} on ${list(nodes)}`).join('; ')}. During a roll-out this is in order.`,
    steps: ({ params }) => [
      `See whether a roll-out goes on: \`kubectl -n ${params.namespace} rollout status daemonset ${params.daemonSet}\``,
    ],
  },
  'ipam.node-range-exhausted': {
    headline: ({ node, params }) =>
      `No address is left for pods on ${node}: ${params.used} of ${params.capacity} in ${params.range} are taken`,
    cause: ({ params }) =>
      params.pods === undefined || params.pods >= params.used
        ? `All ${params.capacity} addresses of ${params.range} are in use.`
        : `${params.used} addresses of ${params.range} are on record in ${params.folder}, and ${params.pods} pods of the node have one: ${params.used - params.pods} are left behind by pods that are gone.`,
    steps: ({ node, params }) =>
      params.pods === undefined || params.pods >= params.used
        ? [
            `Move pods to other nodes: \`kubectl cordon ${node}\`, then replace some.`,
            'For new nodes, choose a larger range (node-cidr-mask-size) or a lower maxPods.',
          ]
        : [
            `On ${node}, a person must compare the files in ${params.folder} with \`crictl pods -o json\`, and remove those whose sandbox is gone.`,
            'Or drain the node, empty the folder, and let its pods come back.',
          ],
  },
};

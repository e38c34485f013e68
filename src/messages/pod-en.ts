// English sentences of the pod findings.

import type { SentencesIn } from './finding-sentences.ts';
import { describeCommand, logsCommand, type PodCode, replaceCommand } from './pod-commands.ts';

const list = (items: (string | number)[]): string => items.join(', ');
const quote = (detail: string): string => (detail === '' ? '' : ` Kubernetes says: ${detail}`);
/** What its controller makes has a new network; who broke it may break it again. */
const replace = (pod: string): string[] => [
  replaceCommand(pod),
  'If it comes back, look for what changes the pod’s network: an agent, a script, a privileged sidecar.',
];
const to = (destination: string): string =>
  destination === 'default' ? 'anything beyond its node' : destination;

export const podEnglish: SentencesIn<PodCode> = {
  'pod.not-running': {
    headline: ({ params }) =>
      ({
        unschedulable: `Pod ${params.pod} is on no node yet: nothing to connect to`,
        image: `Pod ${params.pod} does not start: its image cannot be pulled`,
        crashing: `Pod ${params.pod} crashes again and again: not a network fault`,
        ended: `Pod ${params.pod} has ended: nobody is there any more`,
        terminating: `Pod ${params.pod} is being deleted`,
        waiting: `Pod ${params.pod} is not running yet`,
      })[params.cause],
    cause: ({ params }) =>
      ({
        unschedulable: `The scheduler finds no node for ${params.pod}.${quote(params.detail)}`,
        image: `Container ${params.container} waits for its image.${quote(params.detail)}`,
        crashing: `Container ${params.container} ended ${params.restarts} times and is started again and again.${quote(params.detail)}`,
        ended: `All containers of ${params.pod} have ended.${quote(params.detail)}`,
        terminating: `${params.pod} is on its way out and has no running container any more.`,
        waiting: `No container of ${params.pod} runs yet.${quote(params.detail)}`,
      })[params.cause],
    steps: ({ params }) =>
      params.cause === 'crashing'
        ? [
            `${logsCommand(params.pod)} --previous -c ${params.container}`,
            'Mend what its last words name; the network waits for it.',
          ]
        : [describeCommand(params.pod), 'Mend what it names, then check again.'],
  },
  'pod.not-ready': {
    headline: ({ params }) => `Pod ${params.pod} is not ready, so no Service leads to it`,
    cause: ({ params }) =>
      `Its network works; container ${params.container} runs and fails its readiness check.${quote(params.detail)}`,
    steps: ({ params }) => [
      describeCommand(params.pod),
      'Find out why the application does not answer its readiness check; the pod joins its Services by itself then.',
    ],
  },
  'pod.sandbox-failed': {
    headline: ({ params }) => `Pod ${params.pod} gets no network: the CNI plugin fails`,
    cause: ({ params }) => `The kubelet cannot set up the pod’s network: ${params.detail}`,
    steps: ({ node, params }) => [
      `The cause is on the node: \`/cni diagnose cni-health${node === undefined ? '' : ` ${node}`}\` looks at its CNI; there, \`journalctl -u kubelet -u containerd -n 50\` says more.`,
      `The kubelet tries again by itself; ${params.pod} starts once the plugin works.`,
    ],
  },
  'pod.interface-missing': {
    headline: ({ params }) => `Pod ${params.pod} has no network interface`,
    cause: ({ params }) =>
      `In the pod there is nothing but lo, although Kubernetes gave it ${params.address || 'an address'}.`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.interface-down': {
    headline: ({ params }) =>
      params.cause === 'down'
        ? `Pod ${params.pod} is cut off: its interface ${params.interface} is down`
        : `Pod ${params.pod} is cut off: its interface ${params.interface} does not use ARP`,
    cause: ({ params }) =>
      params.cause === 'down'
        ? `${params.interface} in the pod was set down, and its routes went with it.`
        : `${params.interface} in the pod has ARP switched off, so nobody on the bridge finds the pod, nor it its gateway.`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.loopback-down': {
    headline: ({ params }) => `Pod ${params.pod} cannot reach itself: lo is down in it`,
    cause: () =>
      'The loopback interface lo is down, so 127.0.0.1 and the pod’s own address do not answer inside the pod.',
    steps: ({ params }) => replace(params.pod),
  },
  'pod.address-missing': {
    headline: ({ params }) => `Pod ${params.pod} does not have its address ${params.expected}`,
    cause: ({ params }) =>
      `Kubernetes has ${params.expected} for the pod; its ${params.interface} has ${list(params.actual) || 'no address'}.`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.route-missing': {
    headline: ({ params }) => `Pod ${params.pod} has no route to ${to(params.destination)}`,
    cause: ({ params }) =>
      params.destination === 'default'
        ? 'The pod has no default route: it reaches its own subnet and nothing else.'
        : `The pod’s kernel has no route to ${params.destination}.`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.route-wrong': {
    headline: ({ params }) => `Pod ${params.pod} sends traffic for ${to(params.destination)} the wrong way`,
    cause: ({ params }) =>
      ({
        device: `Its route for ${params.destination} leads to ${params.actual}; the pod’s way out is ${params.expected}.`,
        gateway: `Its route for ${params.destination} goes by ${params.actual}; the node’s bridge is ${params.expected}.`,
        'on-link': `Its route takes ${params.destination} for a direct neighbour on ${params.actual}; the way is by the gateway ${params.expected}.`,
        rejected: `A route in the pod throws packets for ${params.destination} away (${params.actual}).`,
      })[params.cause],
    steps: ({ params }) => replace(params.pod),
  },
  'pod.host-veth-down': {
    headline: ({ node, params }) =>
      params.cause === 'down'
        ? `Pod ${params.pod} is cut off: its cable end ${params.interface} on ${node} is down`
        : `Pod ${params.pod} is cut off: its cable has no end on ${node}`,
    cause: ({ node, params }) =>
      params.cause === 'down'
        ? `${params.interface}, the node’s end of the pod’s veth pair, was set down on ${node}.`
        : `The other end of the pod’s veth pair is not in the network of ${node}.`,
    steps: ({ node, params }) =>
      params.cause === 'down'
        ? [
            `On ${node}: \`ip link set ${params.interface} up\``,
            `Or replace the pod: \`${replaceCommand(params.pod)}\``,
          ]
        : replace(params.pod),
  },
  'pod.host-veth-detached': {
    headline: ({ node, params }) =>
      params.cause === 'no-route'
        ? `Pod ${params.pod} is cut off: ${node} has no route to it`
        : `Pod ${params.pod} is cut off: its cable is not attached to ${params.bridge} on ${node}`,
    cause: ({ node, params }) =>
      ({
        'no-bridge': `${params.interface}, the node’s end of the pod’s cable, is a port of no bridge; it should be one of ${params.bridge}.`,
        'other-bridge': `${params.interface}, the node’s end of the pod’s cable, is a port of ${params.actual}; it should be one of ${params.bridge}.`,
        'port-closed': `${params.bridge} on ${node} forwards nothing through port ${params.interface}: its state is ${params.actual}.`,
        isolated: `${params.bridge} on ${node} has port ${params.interface} isolated: the pod does not reach other isolated ones.`,
        'no-route': `${node} has no route to the pod’s address by ${params.interface}.`,
      })[params.cause],
    steps: ({ node, params }) => [
      ...{
        'no-bridge': [`On ${node}: \`ip link set ${params.interface} master ${params.bridge}\``],
        'other-bridge': [`On ${node}: \`ip link set ${params.interface} master ${params.bridge}\``],
        'port-closed': [`On ${node}: \`bridge link set dev ${params.interface} state 3\` (forwarding)`],
        isolated: [`On ${node}: \`bridge link set dev ${params.interface} isolated off\``],
        'no-route': [],
      }[params.cause],
      `Or replace the pod: \`${replaceCommand(params.pod)}\``,
    ],
  },
  'pod.duplicate-ip': {
    headline: ({ node, params }) =>
      params.of === 'pod'
        ? `Address ${params.address} of pod ${params.pod} is used twice`
        : `Pods on ${node} lose their gateway ${params.address}: somebody else answers for it`,
    cause: ({ params }) =>
      `${params.owners.length} answer for ${params.address}: ${list(params.owners)}. Packets go to whoever answered last.`,
    steps: ({ node, params }) =>
      params.of === 'pod'
        ? [
            `Replace the younger of the two; if both are pods, that frees the address: \`${replaceCommand(params.pod)}\``,
            `Compare the address records of ${node} (/var/lib/cni/networks) with the pods that run: one of the two is not in them.`,
          ]
        : [
            `Replace the pod that took the address: \`${replaceCommand(params.pod)}\``,
            'Find out what in it sets an address by hand.',
          ],
  },
  'pod.neighbour-stale': {
    headline: ({ params }) =>
      params.of === 'gateway'
        ? `Pod ${params.pod} has a wrong ARP entry for its gateway`
        : `${params.holder} has a wrong entry for pod ${params.entry}`,
    cause: ({ params }) =>
      params.table === 'forwarding'
        ? `${params.device} on ${params.holder} sends frames for ${params.entry} to port ${params.actual}; the pod is behind ${params.expected}.`
        : `${params.holder} has ${params.entry} at ${params.actual}${params.permanent ? ' as a permanent entry' : ''}; it is at ${params.expected}.`,
    steps: ({ params }) =>
      params.table === 'forwarding'
        ? [`On ${params.holder}: \`bridge fdb del ${params.entry} dev ${params.actual} master\``]
        : params.holder.includes('/')
          ? [
              `In the network of ${params.holder}: \`ip neigh del ${params.entry} dev ${params.device}\``,
              `Or replace the pod: \`${replaceCommand(params.holder)}\``,
            ]
          : [
              `On ${params.holder}: \`ip neigh del ${params.entry} dev ${params.device}\`; the kernel learns the right one.`,
            ],
  },
  'pod.not-listening': {
    headline: ({ params }) =>
      `Nothing listens on ${params.protocol.toUpperCase()} port ${params.port} in ${params.place}: not a network fault`,
    cause: ({ params }) =>
      `Packets arrive at ${params.place} and are refused: no process listens on port ${params.port}.${params.listening.length === 0 ? '' : ` Those that listen: ${list(params.listening)}.`}`,
    steps: ({ params }) => [
      `Start the application on port ${params.port}, or ask for the port it listens on.`,
      ...(params.place.includes('/') ? [logsCommand(params.place)] : []),
    ],
  },
  'pod.listening-on-loopback': {
    headline: ({ params }) => `${params.place} listens on port ${params.port} for itself only`,
    cause: ({ params }) =>
      `The process on ${params.protocol.toUpperCase()} port ${params.port} is bound to ${params.address}, which nobody outside ${params.place} reaches.`,
    steps: ({ params }) => [
      `Bind the application to 0.0.0.0 (or [::]) in place of ${params.address}, and restart it.`,
    ],
  },
  'pod.application-slow': {
    headline: ({ params }) => `The application in ${params.pod} accepts connections and does not answer`,
    cause: ({ params }) =>
      `Port ${params.port} takes the connection within ${params.connectMs} ms, and no HTTP answer came within ${params.waitedS} s: the network is not the cause.`,
    steps: ({ params }) => [
      `Look at the application: \`${logsCommand(params.pod)}\`, its CPU limit, and what it waits for itself.`,
    ],
  },
};

// English sentences of the findings about MTUs. Sizes are bytes of the whole IP packet.

import type { Finding } from '../diagnosis/finding.ts';
import type { CodesOf, SentencesIn } from './finding-sentences.ts';
import { CLAMP, deletePod, editSetting, type Remedy, restartAgents } from './mtu-commands.ts';
import { removalCommand, ruleEnglish } from './netfilter-rule.ts';

const SHOWN_PODS = 5;

const list = (items: string[]): string => items.join(', ');

/** The node that stands out, the pair, or all of them. */
const place = ({ subject, node }: Finding): string => {
  if (node !== undefined) return `${node} and other nodes`;
  return subject.kind === 'cluster' ? 'any two nodes' : (subject.name ?? '').replace(' <-> ', ' and ');
};

const setMtu = (remedy: Remedy | undefined, podMtu: number): string[] => [
  ...(remedy === undefined
    ? [`Set the CNI’s MTU so that pods get ${podMtu}, and restart its agents.`]
    : [
        `Set ${remedy.key} to ${remedy.value}, which gives pods ${podMtu}: ${editSetting(remedy)}, then ${restartAgents(remedy)}`,
      ]),
  'Pods keep their MTU until they are replaced: restart the workloads afterwards.',
];

export const mtuEnglish: SentencesIn<CodesOf<'mtu'>> = {
  'mtu.path-black-hole': {
    headline: (finding) =>
      `${finding.params.between === 'nodes' ? 'Packets' : 'Pods’ packets'} above ${finding.params.largest} bytes vanish between ${place(finding)}`,
    cause: ({ params }) =>
      `${params.largest} bytes get through, larger ones are lost without an ICMP error, though the ends believe in ${params.believed}${params.peers.length > 0 ? ` (tried with ${list(params.peers)})` : ''}. Connections open, then TLS and large answers hang.${params.dropped === undefined ? '' : ` ${ruleEnglish(`On ${params.dropped.node}`, params.dropped.rule)}`}`,
    steps: ({ params }) =>
      params.dropped === undefined
        ? [
            params.between === 'nodes'
              ? `Find what on the way takes less than ${params.believed}: switch port, VPN, cloud network; raise it, and let ICMP “fragmentation needed” through.`
              : 'Node addresses carry packets of that size: look at what treats pods’ packets on their own, such as a policy engine or an eBPF program (`tc filter show`, `bpftool net`).',
            `Until then, on the nodes, for TCP: ${CLAMP}`,
            ...setMtu(params.remedy, params.podMtu),
          ]
        : [
            `On ${params.dropped.node}, a person must remove the rule (I do not edit node firewalls): ${removalCommand(params.dropped.rule)}`,
            'Find out who set it, or it comes back.',
          ],
  },
  'mtu.overlay-too-large': {
    headline: ({ params }) =>
      params.of === 'tunnel'
        ? `The tunnel’s MTU on ${list(params.nodes)} is too large: ${params.mtu} + ${params.overhead} over ${params.carrier} with ${params.carrierMtu}`
        : `The CNI gives pods on ${list(params.nodes)} an MTU of ${params.mtu}, and ${params.carrier} takes ${params.carrierMtu}`,
    cause: ({ params }) =>
      params.of === 'tunnel'
        ? `A packet of ${params.mtu} bytes in ${params.device} is ${params.mtu + params.overhead} with its headers, and ${params.carrier} takes ${params.carrierMtu}. Right is ${params.podMtu}.`
        : `What is larger than ${params.carrierMtu} does not fit ${params.carrier}, by which pods’ packets leave the node. Right is ${params.podMtu}.`,
    steps: ({ params }) => setMtu(params.remedy, params.podMtu),
  },
  'mtu.pod-mismatch': {
    headline: ({ node, params }) => {
      const [first] = params.pods;
      const others = params.pods.length - 1;
      return `${first?.pod} on ${node} has an MTU of ${first?.cableMtu === undefined ? first?.mtu : `${first.mtu} (its cable ${first.cableMtu})`}, new pods get ${params.expected}${others > 0 ? `; ${others} more like it` : ''}`;
    },
    cause: ({ params }) =>
      `A pod’s MTU is set once, when it is attached. ${list(
        params.pods
          .slice(0, SHOWN_PODS)
          .map(
            ({ pod, mtu, cableMtu }) =>
              `${pod} ${mtu}${cableMtu === undefined ? '' : ` inside, ${cableMtu} at the node’s end`}`,
          ),
      )}${params.pods.length > SHOWN_PODS ? ` and ${params.pods.length - SHOWN_PODS} more` : ''}; ${params.expected} is what the CNI gives now.`,
    steps: ({ params }) => [
      `Replace ${params.pods.length === 1 ? 'it' : 'them'}: ${params.pods
        .slice(0, SHOWN_PODS)
        .map(({ pod }) => deletePod(pod))
        .join(', ')}`,
      'If a new pod has the wrong MTU again, look for what sets it beside the CNI.',
    ],
  },
  'mtu.node-mismatch': {
    headline: ({ node, params }) =>
      node === undefined
        ? `Nodes differ in the MTU of ${params.device}: ${params.mtu} and ${params.usual}`
        : `${params.device} on ${node} has an MTU of ${params.mtu}, ${params.what === 'route' ? 'its device' : 'other nodes have'} ${params.usual}`,
    cause: ({ node, params }) =>
      params.largest === undefined
        ? `What is larger than ${Math.min(params.mtu, params.usual)} does not pass there, once somebody sends it.`
        : `Packets of up to ${params.largest} bytes get through to and from ${node ?? list(params.others)}, larger ones do not: ${params.device} takes ${params.mtu}, and ${params.usual} elsewhere.`,
    steps: ({ node, params }) =>
      params.what === 'route'
        ? [`On ${node}, put the route back without its \`mtu\`: \`${params.device}\``]
        : [
            `${node === undefined ? 'Give both the same' : `On ${node}`}: \`ip link set ${params.device} mtu ${params.usual}\`, and in the network configuration that set it.`,
            ...(params.what === 'underlay'
              ? [
                  'If the smaller one is right, set the CNI’s MTU for it on all nodes, and restart its agents.',
                ]
              : []),
          ],
  },
  'mtu.fragmentation': {
    headline: (finding) => `Every large packet of pods is fragmented between ${place(finding)}`,
    cause: ({ params }) =>
      `A pod’s packet of ${params.packet} bytes is ${params.outer} in the tunnel, and ${params.device ?? 'the way'} takes ${params.underlay}: it travels in pieces (${params.reassembled} put together while I tried). It works, slowly, and one lost piece loses the packet.`,
    steps: ({ params }) => [
      ...(params.device === undefined
        ? [`Find what on the way takes ${params.underlay} only.`]
        : [`If ${params.device} should take more: \`ip link set ${params.device} mtu ${params.outer}\``]),
      ...setMtu(params.remedy, params.podMtu),
    ],
  },
};

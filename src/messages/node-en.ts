// English sentences of the findings about nodes and the way between them.

import type { Finding } from '../diagnosis/finding.ts';
import type { SentencesIn } from './finding-sentences.ts';
import { type NodeCode, restartAgent } from './node-commands.ts';

type Agent = Parameters<typeof restartAgent>[0];

const list = (items: string[]): string => items.join(', ');
const podsOn = (peers: string[]): string => (peers.length === 0 ? 'other nodes' : `pods on ${list(peers)}`);

/** The node that stands out, the pair, or all of them. */
const place = ({ subject, node }: Finding): string => {
  if (node !== undefined) return `${node} and other nodes`;
  return subject.kind === 'cluster' ? 'any two nodes' : (subject.name ?? '').replace(' <-> ', ' and ');
};

const restart = (agent: Agent, node: string | undefined): string[] => {
  const command = restartAgent(agent, node);
  return [
    command === ''
      ? `Restart the CNI agent on ${node}: it programs the node anew.`
      : `Restart the CNI agent there, which programs the node anew: ${command}`,
    'If it comes back, look for what changes the node’s network beside the CNI: NetworkManager, systemd-networkd, scripts.',
  ];
};

export const nodeEnglish: SentencesIn<NodeCode> = {
  'node.not-ready': {
    headline: ({ node }) => `Node ${node} is not ready`,
    cause: ({ node, params }) => `Kubernetes does not count on ${node}: ${params.message}`,
    steps: ({ node }) => [
      `\`kubectl describe node ${node}\``,
      `On ${node}: \`systemctl status kubelet containerd\`, \`journalctl -u kubelet -n 50\`; start what is not running.`,
    ],
  },
  'node.underlay-unreachable': {
    headline: (finding) =>
      `The network between ${place(finding)} is down: node addresses do not reach each other`,
    cause: ({ params }) =>
      `Neither ping nor TCP gets through to or from ${list(params.addresses)}${params.peers.length > 0 ? `, tried with ${list(params.peers)}; those reach each other` : ''}.`,
    steps: ({ params }) => [
      `Look at the link: \`ip -s link\` and \`ip neigh\` on the node, then its switch port, VLAN or security group (${list(params.addresses)}).`,
      'Check whether the machine is up at all.',
    ],
  },
  'node.tunnel-port-blocked': {
    headline: (finding) =>
      `Tunnel packets between ${place(finding)} are blocked (UDP ${finding.params.port})`,
    cause: ({ params }) =>
      `Node addresses reach each other, tunnel packets do not: something between the nodes drops UDP ${params.port}.${params.sent === undefined ? '' : ` The tunnel device sent ${params.sent} packets meanwhile and received ${params.received}.`}`,
    steps: ({ params }) => [
      `Allow UDP ${params.port} between all nodes: security group, cloud firewall, switch ACL.`,
      `See where they end: \`tcpdump -ni any udp port ${params.port}\` on both nodes.`,
    ],
  },
  'node.tunnel-missing': {
    headline: ({ node, params }) =>
      `Tunnel device ${params.device} does not exist on ${node}: its pods reach no other node`,
    cause: ({ node, params }) =>
      `${node} has no interface ${params.device}, by which pod traffic leaves for other nodes.`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.tunnel-down': {
    headline: ({ node, params }) =>
      `Tunnel device ${params.device} is down on ${node}: its pods reach no other node`,
    cause: ({ node, params }) => `${params.device} on ${node} is set down; the routes over it went with it.`,
    steps: ({ node, params }) => [
      `Setting it up alone leaves its routes missing. ${restart(params.agent, node)[0]}`,
      'Find out who set it down.',
    ],
  },
  'node.tunnel-mismatch': {
    headline: ({ node, params }) =>
      `Tunnel of ${node} does not fit its peers: ${settingName[params.setting]} ${params.actual} in place of ${params.expected}`,
    cause: ({ node, params }) =>
      `${params.device} on ${node} has ${settingName[params.setting]} ${params.actual}; the others expect ${params.expected}, so neither understands the other.`,
    steps: ({ node, params }) => [
      `Remove the device, which the agent makes anew: \`ip link del ${params.device}\` on ${node}.`,
      ...restart(params.agent, node),
    ],
  },
  'node.fdb-missing': {
    headline: ({ node, params }) =>
      `${node} does not know where to send tunnel packets for ${podsOn(params.peers)}`,
    cause: ({ node, params }) =>
      `The forwarding table of ${params.device} on ${node} has no entry for ${params.mac} (should be ${params.destination}).`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.fdb-wrong': {
    headline: ({ node, params }) =>
      `${node} sends tunnel packets for ${podsOn(params.peers)} to the wrong address`,
    cause: ({ node, params }) =>
      `The forwarding table of ${params.device} on ${node} sends ${params.mac} to ${params.actual}; the peer is ${params.destination}.`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.neighbour-missing': {
    headline: ({ node, params }) =>
      `${node} has no neighbour entry for the tunnel of ${podsOn(params.peers)}`,
    cause: ({ node, params }) =>
      `On ${params.device} of ${node} nothing says which MAC ${params.address} has (should be ${params.mac}).`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.neighbour-wrong': {
    headline: ({ node, params }) =>
      params.leadsTo === 'tunnel'
        ? `${node} has a wrong neighbour entry for the tunnel of ${podsOn(params.peers)}`
        : `${node} has a wrong neighbour entry for the address of ${list(params.peers)}`,
    cause: ({ node, params }) =>
      `On ${params.device} of ${node}, ${params.address} has ${params.actual}; the peer’s MAC is ${params.mac}.`,
    steps: ({ node, params }) =>
      params.leadsTo === 'tunnel'
        ? restart(params.agent, node)
        : [
            `On ${node}: \`ip neigh del ${params.address} dev ${params.device}\``,
            `If it comes back, another machine answers for ${params.address}: \`arping -c 3 -I ${params.device} ${params.address}\` on ${node} shows whose MACs do.`,
          ],
  },
  'node.bridge-down': {
    headline: ({ node, params }) =>
      `Bridge ${params.device} on ${node} is ${params.cause}: its pods are cut off`,
    cause: ({ node, params }) =>
      params.cause === 'down'
        ? `${params.device} on ${node} is set down; every pod there hangs on it.`
        : `${params.device} on ${node} does not exist any more; the pods’ cables end nowhere.`,
    steps: ({ node, params }) =>
      params.cause === 'down'
        ? [`On ${node}: \`ip link set ${params.device} up\``, 'Find out who set it down.']
        : [
            `Replace the pods on ${node}, so that the plugin makes the bridge and their ports anew: \`kubectl drain ${node} --ignore-daemonsets\`, then \`kubectl uncordon ${node}\``,
            'Find out who removed it.',
          ],
  },
  'node.route-missing': {
    headline: ({ node, params }) =>
      params.peers.length === 0
        ? `${node} has no route to its own pods (${params.range})`
        : `${node} has no route to ${podsOn(params.peers)}`,
    cause: ({ node, params }) =>
      `The routing table of ${node} has no route for ${params.range}; it should have \`${params.expected}\`.`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.route-wrong': {
    headline: ({ node, params }) =>
      `${node} routes traffic for ${params.peers.length === 0 ? 'its own pods' : podsOn(params.peers)} the wrong way`,
    cause: ({ node, params }) =>
      ({
        rejects: `On ${node} the route \`${params.actual}\` throws it away; it should be \`${params.expected}\`.`,
        device: `On ${node} the route is \`${params.actual}\`; it should be \`${params.expected}\`.`,
        gateway: `On ${node} the route is \`${params.actual}\`; it should be \`${params.expected}\`.`,
        shadowed: `On ${node} the narrower route \`${params.actual}\` takes part of ${params.range} away from \`${params.expected}\`.`,
        'rule-rejects': `On ${node} a policy rule (\`ip rule\`) throws it away (${params.actual}); it should be \`${params.expected}\`.`,
        rule: `On ${node} a policy rule (\`ip rule\`) has it go \`${params.actual}\` in place of \`${params.expected}\`.`,
      })[params.cause],
    steps: ({ node, params }) => [
      params.cause === 'rule' || params.cause === 'rule-rejects'
        ? `On ${node}: \`ip rule show\`, and remove the rule that is not the CNI’s.`
        : `On ${node} remove the route that is not the CNI’s: \`ip route del ${params.actual}\``,
      ...restart(params.agent, node),
    ],
  },
  'node.ip-forward-off': {
    headline: ({ node }) => `${node} does not forward packets: its pods reach no other node`,
    cause: ({ node, params }) => `IPv4 forwarding is off on ${node} (${list(params.interfaces)}).`,
    steps: ({ node }) => [
      `On ${node}: \`sysctl -w net.ipv4.ip_forward=1\``,
      'Set it in /etc/sysctl.d as well, and find out what turned it off: a hardening script, another network manager.',
    ],
  },
  'node.rp-filter-drop': {
    headline: ({ node }) => `${node} drops packets by its reverse-path filter`,
    cause: ({ node, params }) =>
      `Packets come in by another interface than the one by which ${node} would answer, and strict filtering${params.device === '' ? '' : ` (${params.device})`} drops them${params.dropped === undefined ? '' : `: ${params.dropped} while I tried`}.`,
    steps: ({ node, params }) => [
      `Mend the asymmetric route on ${node}, or filter loosely: \`sysctl -w net.ipv4.conf.all.rp_filter=2\``,
      ...(params.source === '' ? [] : [`\`ip route get ${params.source}\` on ${node} shows the way back.`]),
    ],
  },
  'node.conntrack-full': {
    headline: ({ node }) => `The connection table of ${node} is full: new connections fail`,
    cause: ({ node, params }) => `${node} tracks ${params.entries} connections of at most ${params.limit}.`,
    steps: ({ node }) => [
      `See who has so many on ${node}: \`conntrack -L | awk '{print $5}' | sort | uniq -c | sort -rn | head\``,
      'Raise net.netfilter.nf_conntrack_max (kube-proxy: conntrack.maxPerCore) if that is what the load needs.',
    ],
  },
  'node.packet-loss': {
    headline: (finding) =>
      `Packets are lost between ${place(finding)}: ${finding.params.lost} of ${finding.params.sent}`,
    cause: ({ params }) =>
      `${params.lost} of ${params.sent} pings were lost${params.peers.length > 0 ? `, to and from ${list(params.peers)}; those lose none among themselves` : ''}. Nothing on the nodes themselves drops them.`,
    steps: () => [
      'Look at the link’s errors on both nodes: `ip -s link`, `ethtool -S`.',
      'Then cable, switch port, or the hypervisor’s network: the loss is on the way.',
    ],
  },
  'node.latency-high': {
    headline: (finding) => `The way between ${place(finding)} is slow: ${Math.round(finding.params.ms)} ms`,
    cause: ({ params }) =>
      `A ping takes ${Math.round(params.ms)} ms there, ${params.usualMs.toFixed(1)} ms between other nodes.`,
    steps: () => [
      'Look for a full link (`ip -s link`, twice), a traffic shaper (`tc -s qdisc`), or a detour of the underlay.',
    ],
  },
  'node.masquerade-missing': {
    headline: ({ node }) =>
      `Pods on ${node} reach no address outside the cluster: their packets are not masqueraded`,
    cause: ({ node, params }) =>
      `${node} itself reaches ${params.outside}, its pods do not, and ${node} has no rule that masquerades ${params.range}.`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.address-wrong': {
    headline: ({ node, params }) =>
      `The CNI has registered a wrong address for ${node}: ${params.registered}`,
    cause: ({ node, params }) =>
      params.sharedWith === undefined
        ? `Peers send to ${params.registered}, which ${node} does not have; it has ${list(params.own)}.`
        : `${node} and ${params.sharedWith} are both registered with ${params.registered}.`,
    steps: ({ node, params }) => [
      'Look at how the agent picks its interface (flannel: `--iface`, `--public-ip`).',
      ...restart(params.agent, node),
    ],
  },
  'node.cidr-missing': {
    headline: ({ node }) => `Node ${node} has no range for its pods`,
    cause: ({ node }) => `spec.podCIDR of ${node} is empty, so the CNI has no addresses to give there.`,
    steps: () => [
      'kube-controller-manager gives ranges out: check `--allocate-node-cidrs` and that `--cluster-cidr` has one left.',
    ],
  },
  'node.cidr-overlap': {
    headline: ({ node, params }) =>
      `The pod range of ${node} overlaps ${{ pods: `that of ${params.with.name}`, services: 'the Services’', 'node-address': `the address of ${params.with.name}` }[params.with.kind]}`,
    cause: ({ params }) => `${params.range} and ${params.with.range} have addresses in common.`,
    steps: () => [
      'No quick fix: ranges must be planned anew; move the pods off one of them (drain), then change it.',
    ],
  },
};

const settingName = { vni: 'VNI', port: 'UDP port', mac: 'MAC' };

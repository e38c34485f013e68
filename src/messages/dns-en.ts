// English sentences of the dns findings.

import type { CodesOf, SentencesIn } from './finding-sentences.ts';
import { removalCommand, ruleEnglish } from './netfilter-rule.ts';

const list = (items: string[]): string => items.join(', ');
const nearest = (items: string[]): string => (items.length === 0 ? '' : ` Nearest names: ${list(items)}.`);

export const dnsEnglish: SentencesIn<CodesOf<'dns'>> = {
  'dns.coredns-down': {
    headline: ({ params }) =>
      params.ready === 0
        ? `CoreDNS is down: no replica of ${params.deployment} answers`
        : `A replica of ${params.deployment} cannot start; ${params.ready} others answer`,
    cause: ({ params }) =>
      ({
        'scaled-to-zero': `Deployment ${params.deployment} is scaled to 0 replicas.`,
        'deployment-missing': `There is no CoreDNS Deployment in the cluster (${params.deployment} was looked for).`,
        unschedulable: `No node accepts the CoreDNS pods: ${params.detail}`,
        image: `The image of CoreDNS cannot be pulled: ${params.detail}`,
        sandbox: `The CoreDNS pods get no network from the CNI: ${params.detail}`,
        'not-created': `The pods of ${params.deployment} are not created: ${params.detail}`,
        'not-ready': `The CoreDNS pods run, and none is ready. ${params.detail}`,
        hangs:
          'CoreDNS hangs: queries reach its pods and lie unread in their sockets, so the way there is well.',
      })[params.cause],
    steps: ({ params }) => {
      const [namespace = 'kube-system', name = 'coredns'] = params.deployment.split('/');
      switch (params.cause) {
        case 'scaled-to-zero':
          return [
            `kubectl -n ${namespace} scale deployment ${name} --replicas=2`,
            'Ask who scaled it, and why.',
          ];
        case 'deployment-missing':
          return ['Install CoreDNS again from your cluster’s add-on manifests.'];
        case 'hangs':
          return [
            `kubectl -n ${namespace} rollout restart deployment ${name}`,
            `Before that, if it can wait a moment: kubectl -n ${namespace} logs -l k8s-app=kube-dns --tail 50, to know why.`,
          ];
        default:
          return [
            `kubectl -n ${namespace} describe pods -l k8s-app=kube-dns`,
            'Mend what it names; the pods start by themselves.',
          ];
      }
    },
  },
  'dns.coredns-crashing': {
    headline: ({ params }) =>
      params.cause === 'corefile-rejected'
        ? 'The Corefile has an error: CoreDNS goes on with the old one, and will not start again with this one'
        : params.ready === 0
          ? 'CoreDNS crashes on all replicas, so no name resolves'
          : `CoreDNS crashes on ${list(params.pods)}; ${params.ready} replica(s) still answer`,
    cause: ({ params }) => {
      const line = params.line === '' ? '' : ` Its log: ${params.line}`;
      return {
        'corefile-rejected': `CoreDNS has refused the changed Corefile.${line}`,
        'corefile-error': `The Corefile has an error, and CoreDNS refuses to start.${line}`,
        loop: `CoreDNS forwards queries to itself, and its loop plugin ends the process.${line}`,
        oom: `CoreDNS is killed for lack of memory (OOMKilled).${line}`,
        other: `CoreDNS ends right after its start.${line}`,
      }[params.cause];
    },
    steps: ({ params }) => {
      switch (params.cause) {
        case 'corefile-error':
        case 'corefile-rejected':
          return [
            'kubectl -n kube-system edit configmap coredns (correct the line named above)',
            'kubectl -n kube-system rollout restart deployment coredns',
          ];
        case 'loop':
          return [
            'Point `forward` in the Corefile at real resolvers, or let the kubelet’s resolvConf name a file without a loopback address (systemd-resolved: /run/systemd/resolve/resolv.conf)',
            'kubectl -n kube-system rollout restart deployment coredns',
            'Keep the loop plugin: it shows the fault, it is not the fault.',
          ];
        case 'oom':
          return [
            'Raise the memory limit of the coredns Deployment.',
            'Look for the client that sends the flood.',
          ];
        default:
          return [`kubectl -n kube-system logs ${params.pods[0] ?? '-l k8s-app=kube-dns'} --previous`];
      }
    },
  },
  'dns.replica-bad': {
    headline: ({ params }) =>
      `CoreDNS replica ${list(params.replicas)} on ${list(params.nodes)} fails; a share of look-ups fails with it`,
    cause: ({ params }) =>
      ({
        'node-not-ready': `Its node ${list(params.nodes)} is not ready (${params.detail}); ${params.good} other replica(s) answer.`,
        unreachable: `No other node gets an answer from it, over UDP or TCP; ${params.good === 0 ? 'it is the only replica' : `${params.good} other replica(s) answer the same askers`}.`,
        'answers-differ': `It answers otherwise than the ${params.good} other replica(s): ${params.detail}`,
      })[params.cause],
    steps: ({ params }) =>
      params.cause === 'answers-differ'
        ? [`kubectl -n kube-system delete pod ${params.replicas.join(' ')} (the Deployment makes a new one)`]
        : [
            `Look at node ${list(params.nodes)}: its link, its kubelet, its CNI agent.`,
            `Meanwhile: kubectl cordon ${params.nodes.join(' ')} and kubectl -n kube-system delete pod ${params.replicas.join(' ')}, so that CoreDNS runs elsewhere`,
          ],
  },
  'dns.service-misconfigured': {
    headline: ({ params }) =>
      params.cause === 'dead-endpoint'
        ? `A share of DNS queries to ${params.service} is lost: endpoint ${params.actual} is dead`
        : `The DNS Service ${params.service} leads nowhere`,
    cause: ({ params }) =>
      ({
        missing: `Pods ask ${params.expected}, and no Service has that address.`,
        'address-differs': `Pods ask ${params.expected}, but the Service has the address ${params.actual}.`,
        'port-missing': `The Service has no port ${params.expected}; it has ${params.actual}.`,
        'target-port-wrong': `The Service sends to port ${params.actual}, but CoreDNS listens on ${params.expected}.`,
        'dead-endpoint': `The Service has the endpoint ${params.actual}, which is no CoreDNS pod and answers nobody; the pods are ${params.expected}.`,
        'selector-matches-nothing': `Its selector ${params.actual} matches no CoreDNS pod; theirs would be ${params.expected}.`,
      })[params.cause],
    steps: ({ params }) => {
      const [namespace = 'kube-system', name = 'kube-dns'] = params.service.split('/');
      return params.cause === 'dead-endpoint'
        ? [
            `Find the EndpointSlice: \`kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}\``,
            `Delete the one that holds ${params.actual}, and find out who made it.`,
          ]
        : [
            `kubectl -n ${namespace} edit service ${name}: put back ${params.expected}`,
            'Check again: endpoints follow within a second.',
          ];
    },
  },
  'dns.resolv-conf-wrong': {
    headline: ({ params }) => `Pod ${params.pod} asks the wrong resolver`,
    cause: ({ params }) => {
      const seen = `Its /etc/resolv.conf has ${list(params.actual) || 'nothing'}, the cluster’s is ${list(params.expected)}.`;
      return {
        'policy-default': `The pod has dnsPolicy Default and so the node’s resolver, which knows no Service. ${seen}`,
        'policy-none': `The pod has dnsPolicy None with a dnsConfig of its own. ${seen}`,
        'host-network': `The pod uses the node’s network with dnsPolicy ClusterFirst, which there means the node’s resolver. ${seen}`,
        'dns-config': `The pod’s dnsConfig puts another resolver first. ${seen}`,
        'kubelet-differs': `The kubelet gave it another resolver when it was made. ${seen}`,
        'search-list': `Short names are not completed as they should be: the search list differs. ${seen}`,
      }[params.cause];
    },
    steps: ({ params }) => {
      switch (params.cause) {
        case 'policy-default':
          return ['Set dnsPolicy: ClusterFirst in the pod template, and roll it out.'];
        case 'host-network':
          return ['Set dnsPolicy: ClusterFirstWithHostNet in the pod template, and roll it out.'];
        case 'kubelet-differs':
          return [
            'Compare clusterDNS in the kubelet’s configuration with the DNS Service.',
            'Recreate the pod: resolv.conf is written once.',
          ];
        default:
          return [
            `Correct dnsConfig in the pod template (nameservers ${list(params.expected)}), and roll it out.`,
          ];
      }
    },
  },
  'dns.record-missing': {
    headline: ({ params }) => `${params.name} does not exist, and DNS says so rightly`,
    cause: ({ params }) =>
      ({
        'no-such-service': `There is no such Service.${nearest(params.nearest)}`,
        'no-such-namespace': `There is no such namespace.${nearest(params.nearest)}`,
        'no-ready-endpoints':
          'The Service is headless and has no ready endpoint, so its name has no address.',
        'upstream-says-no': 'The upstream resolver says NXDOMAIN too, and CoreDNS passes that on.',
      })[params.why],
    steps: ({ params }) =>
      params.why === 'no-ready-endpoints'
        ? ['Look why the pods behind it are not ready.']
        : ['Correct the name where it is used, or create the object behind it.'],
  },
  'dns.corefile-rewrites-name': {
    headline: ({ params }) => `CoreDNS answers falsely for ${params.name}`,
    cause: ({ params }) =>
      `Line ${params.line} of the Corefile, \`${params.directive}\`, answers in place of the cluster: ${params.answered}` +
      `${params.expected === '' ? '' : ` where ${params.expected} would be right`}.`,
    steps: ({ params }) => [
      `kubectl -n kube-system edit configmap coredns: remove or correct line ${params.line}`,
      'The reload plugin takes it up within a minute; without it, restart CoreDNS.',
    ],
  },
  'dns.zone-missing': {
    headline: ({ params }) => `CoreDNS does not serve the cluster’s domain ${params.domain}`,
    cause: ({ params }) =>
      params.cause === 'no-kubernetes-plugin'
        ? 'The Corefile has no kubernetes plugin, so no Service has a name.'
        : `The kubernetes plugin serves ${list(params.served)}, but pods look up names below ${params.domain}.`,
    steps: ({ params }) => [
      `kubectl -n kube-system edit configmap coredns: kubernetes ${params.domain} in-addr.arpa ip6.arpa { … }`,
    ],
  },
  'dns.upstream-failing': {
    headline: ({ params }) =>
      params.cause === 'answers-errors'
        ? `${params.name} does not resolve: upstream ${list(params.upstreams)} answers with an error`
        : `Names outside the cluster do not resolve: upstream ${list(params.upstreams) || 'not set'} fails`,
    cause: ({ params }) => {
      const who = list(params.upstreams);
      return {
        silent: `The upstream ${who} does not answer, not even when a node asks it directly. Names in the cluster resolve.`,
        refuses: `The upstream ${who} refuses the queries (port closed or REFUSED).`,
        'answers-errors': `The upstream ${who} answers ${params.name} with an error.`,
        'unreachable-from-pods': `The upstream ${who} answers the nodes, but not CoreDNS in the pod network.`,
        'not-configured': `The Corefile forwards ${params.name} nowhere.`,
      }[params.cause];
    },
    steps: ({ params }) =>
      params.cause === 'unreachable-from-pods'
        ? ['Look at masquerading and egress policies on the nodes of CoreDNS.']
        : [
            `Mend or replace the resolver ${list(params.upstreams)}.`,
            'Stopgap: name a working resolver in `forward . …` of the Corefile.',
          ],
  },
  'dns.udp-blocked': {
    headline: ({ params }) =>
      ({
        'from-node': `Pods on ${params.node} get no answer from CoreDNS: UDP port 53 is blocked there`,
        'to-node': `UDP port 53 to the CoreDNS on ${params.node} is blocked`,
        'from-pod': `Pod ${params.pod} gets no answer from CoreDNS over UDP, while others on ${params.node} do`,
        everywhere: 'UDP port 53 is blocked in the whole cluster',
      })[params.scope],
    cause: ({ params }) =>
      params.rule
        ? ruleEnglish(`On ${params.node}`, params.rule)
        : 'TCP port 53 answers on the same paths, UDP does not. No rule that does it was found on the node.',
    steps: ({ params }) =>
      params.rule
        ? [
            `On ${params.node}, a person must remove the rule (I do not edit node firewalls): ${removalCommand(params.rule)}`,
            'Find out who set it, or it comes back.',
          ]
        : [`Look at firewalls and security groups in front of ${params.node}.`],
  },
  'dns.truncation': {
    headline: ({ params }) =>
      params.scope === 'everywhere'
        ? 'Large DNS answers fail: TCP port 53 is blocked'
        : params.scope === 'from-pod'
          ? `Large DNS answers fail in pod ${params.pod}: TCP port 53 is blocked`
          : `Large DNS answers fail on ${params.node}: TCP port 53 is blocked`,
    cause: ({ params }) =>
      params.rule
        ? ruleEnglish(`On ${params.node}`, params.rule)
        : 'UDP port 53 answers on the same paths, TCP does not, so an answer above 512 bytes has no way.',
    steps: () => ['Allow TCP port 53 wherever UDP port 53 is allowed.'],
  },
  'dns.search-amplification': {
    headline: ({ params }) => `Pod ${params.pod} makes ${params.lookups} queries for one name`,
    cause: ({ params }) =>
      `With ndots:${params.ndots} the search list is tried first, so ${params.name} takes ${params.lookups} queries.`,
    steps: () => [
      'Write outside names with a final dot, or set dnsConfig options ndots:2 in the pod template.',
    ],
  },
  'dns.intermittent-timeout': {
    headline: ({ params }) => `DNS from ${params.from} loses ${params.lost} of ${params.sent} queries`,
    cause: ({ params }) =>
      params.rule
        ? ruleEnglish(`On ${params.node}`, params.rule)
        : `${params.lost} of ${params.sent} queries from ${params.from} got no answer; each costs the application up to five seconds.`,
    steps: ({ params }) =>
      params.rule
        ? [
            `On ${params.node}, a person must remove the rule (I do not edit node firewalls): ${removalCommand(params.rule)}`,
          ]
        : [
            'Look for packet loss between the nodes.',
            'If only UDP through the Service suffers: NodeLocal DNSCache avoids the conntrack race.',
          ],
  },
  'dns.api-access-lost': {
    headline: () => 'CoreDNS has lost the API server, so Service names are stale or fail',
    cause: ({ params }) => {
      const line = params.line === '' ? '' : ` Its log: ${params.line}`;
      return {
        forbidden: `${params.user} may not list or watch what CoreDNS needs (RBAC).${line}`,
        unreachable: `CoreDNS does not reach the API server from its pod.${line}`,
        unknown: `CoreDNS (${list(params.pods)}) does not know the cluster’s objects.${line}`,
      }[params.cause];
    },
    steps: ({ params }) =>
      params.cause === 'forbidden'
        ? [
            'Restore ClusterRole and ClusterRoleBinding system:coredns (list and watch on endpointslices, services, pods, namespaces).',
            'CoreDNS takes it up by itself within seconds.',
          ]
        : [
            `Check the path from ${list(params.pods)} to the API server: cni diagnose pod ${params.pods[0] ?? ''}`,
          ],
  },
  'dns.node-cache-down': {
    headline: ({ params }) => `NodeLocal DNSCache on ${params.node} does not answer`,
    cause: ({ params }) => `${params.address} on ${params.node} gives no answer, while CoreDNS does.`,
    steps: ({ params }) => [
      `kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide --field-selector spec.nodeName=${params.node}`,
      'Delete that pod; its DaemonSet makes a new one.',
    ],
  },
  'dns.overloaded': {
    headline: () => 'CoreDNS is overloaded: it answers late',
    cause: ({ params }) =>
      `A name from its own memory takes ${params.medianMs} ms.${params.line === '' ? '' : ` Its log: ${params.line}`}`,
    steps: () => [
      'Add replicas or raise the CPU limit of the coredns Deployment.',
      'Look for the client that sends the flood.',
    ],
  },
};

// English sentences of findings about Services.

import type { SentencesIn } from './finding-sentences.ts';
import { describeCommand, logsCommand } from './pod-commands.ts';
import {
  labelsCommand,
  proxyRestartCommand,
  proxyStateCommand,
  type ServiceCode,
  scaleCommand,
  serviceCommand,
  slicesCommand,
} from './service-commands.ts';

const list = (items: string[]): string => items.join(', ');
const place = (address: string, pod: string): string => (pod === '' ? address : `${address} (${pod})`);

export const serviceEnglish: SentencesIn<ServiceCode> = {
  'service.missing': {
    headline: ({ params }) =>
      params.port === undefined
        ? `There is no Service ${params.service}`
        : `Service ${params.service} has no port ${params.port}`,
    cause: ({ params }) => {
      if (params.port !== undefined)
        return `${params.service} has ${list(params.nearest) || 'no port at all'}, and not ${params.port}.`;
      const meant = params.nearest.length > 0 ? ` Did you mean ${list(params.nearest)}?` : '';
      return `The API server knows no Service ${params.service}.${meant}`;
    },
    steps: ({ params }) =>
      params.port === undefined
        ? [`kubectl get services -A`, 'Correct the name in what calls it, or create the Service.']
        : [serviceCommand('get', params.service), 'Ask for a port that it has, or add this one to it.'],
  },
  'service.selector-matches-nothing': {
    headline: ({ params }) => `Service ${params.service} selects no pod: its selector fits none`,
    cause: ({ params: { service, selector, nearest } }) => {
      if (!nearest) return `No pod in the namespace of ${service} has the labels ${selector}.`;
      const has = nearest.actual === '' ? 'has no such label' : `has ${nearest.label}=${nearest.actual}`;
      return `${service} selects ${selector}. The nearest pod, ${nearest.pod}, ${has}; ${nearest.label}=${nearest.wanted} is wanted.`;
    },
    steps: ({ params }) => [
      labelsCommand(params.service),
      `Make selector and labels agree: ${serviceCommand('edit', params.service)}`,
    ],
  },
  'service.no-ready-endpoints': {
    headline: ({ params }) => `Service ${params.service} has no ready endpoint`,
    cause: ({ params: { service, cause, pods, workload } }) =>
      ({
        'not-ready': `The pods of ${service} are not ready: ${pods.map(({ name, why }) => (why === '' ? name : `${name} (${why})`)).join('; ')}.`,
        'scaled-to-zero': `Nobody runs the pods of ${service}: Deployment ${workload} is scaled to zero.`,
        unlisted: `The pods of ${service} are ready, and its EndpointSlices do not say so: kube-controller-manager is behind or does not run.`,
        'none-made': `${service} has no selector, so somebody has to write its EndpointSlices, and there is none with an endpoint.`,
      })[cause],
    steps: ({ params: { service, cause, pods, workload } }) => {
      const [first] = pods;
      const [namespace = ''] = service.split('/');
      switch (cause) {
        case 'scaled-to-zero':
          return [scaleCommand(service, workload)];
        case 'not-ready':
          return first
            ? [
                describeCommand(`${namespace}/${first.name}`),
                logsCommand(`${namespace}/${first.name}`),
                'As soon as one is ready the Service works again.',
              ]
            : [labelsCommand(service)];
        case 'unlisted':
          return [slicesCommand(service), 'Look at kube-controller-manager and its log.'];
        case 'none-made':
          return [slicesCommand(service), 'Give the Service a selector, or write an EndpointSlice for it.'];
      }
    },
  },
  'service.target-port-mismatch': {
    headline: ({ params }) =>
      params.cause === 'headless'
        ? `Nothing listens on ${params.port} behind headless Service ${params.service}`
        : `Service ${params.service} sends port ${params.port} to the wrong port of its pods`,
    cause: ({ params: { service, port, targetPort, cause, instead } }) =>
      ({
        'nobody-listens': `Port ${port} of ${service} leads to port ${targetPort}, on which none of its pods listens; they listen on ${list(instead)}.`,
        'name-absent': `Port ${port} of ${service} leads to the port named “${targetPort}”, and none of its pods has one of that name; they have ${list(instead) || 'no named port'}.`,
        headless: `${service} is headless: clients reach its pods directly, no port is translated. The pods listen on ${list(instead)}, not on ${targetPort}.`,
      })[cause],
    steps: ({ params: { service, cause, instead } }) =>
      cause === 'headless'
        ? [`Ask for port ${list(instead)}, or give the Service a ClusterIP.`]
        : [
            `Set targetPort to ${list(instead) || 'a port that the pods have'}: ${serviceCommand('edit', service)}`,
          ],
  },
  'service.dead-endpoint': {
    headline: ({ params: { service, dead, alive } }) =>
      alive === 0
        ? `No endpoint of Service ${service} answers`
        : `${dead.length} of ${dead.length + alive} endpoints of Service ${service} ${dead.length === 1 ? 'is' : 'are'} dead`,
    cause: ({ params: { service, dead, alive } }) => {
      const seen = dead.map(({ address, pod, result }) => `${place(address, pod)}: ${result}`).join('; ');
      const share = alive === 0 ? '' : `; connections that ${service} sends there fail, the others pass`;
      return `Nobody takes connections at ${seen}${share}.`;
    },
    steps: ({ params: { service, dead } }) => {
      const [first] = dead;
      return first?.pod
        ? [
            logsCommand(first.pod),
            `Does it listen, and on that port? Give it a readiness probe, so that it leaves ${service} when it does not.`,
          ]
        : [slicesCommand(service), `Take the address out of the EndpointSlice, or bring up what has it.`];
    },
  },
  'service.traffic-policy-no-local-endpoint': {
    headline: ({ node, params }) =>
      `Service ${params.service} has no endpoint on ${node}, and only local ones count`,
    cause: ({ node, params }) =>
      `internalTrafficPolicy of ${params.service} is Local: what ${node} sends it is dropped there. Its endpoints are on ${list(params.nodes) || 'other nodes'}.`,
    steps: ({ node, params: { service } }) => [
      `Run a pod of it on ${node}, as a DaemonSet does, or set internalTrafficPolicy to Cluster: ${serviceCommand('edit', service)}`,
    ],
  },
  'service.hairpin-broken': {
    headline: ({ params }) => `Pod ${params.pod} does not reach itself through Service ${params.service}`,
    cause: ({ node, params }) =>
      `When ${params.service} picks the pod that is asking, its packets have to leave bridge ${params.bridge} of ${node} by the port they came in; hairpin mode is off on ${params.interface}. Other endpoints answer.`,
    steps: ({ params }) => [
      `Set \`"hairpinMode": true\` for the bridge in the CNI configuration (for flannel: ConfigMap kube-flannel-cfg, delegate).`,
      `Then a new pod gets it: ${describeCommand(params.pod).replace(' describe ', ' delete ')}`,
    ],
  },
  'service.not-programmed': {
    headline: ({ node, params }) =>
      `Service ${params.service} does not work on ${node}: its rules there are wrong`,
    cause: ({ node, params: { address, cause, targets, chains } }) =>
      ({
        missing: `The iptables rules of ${node} lead ${address} nowhere (the way ends in ${list(chains) || 'no chain'}), though the Service has ready endpoints.`,
        rejected: `The iptables rules of ${node} turn ${address} away as if it had no endpoint; it has.`,
        stale: `The iptables rules of ${node} lead ${address} to ${list(targets)}, which ${targets.length === 1 ? 'is no endpoint' : 'are no endpoints'} of it any more.`,
        incomplete: `The iptables rules of ${node} lead a share of ${address} nowhere: ${list(chains)} holds no rule.`,
        unmasqueraded: `The iptables rules of ${node} send packets for ${address} on to ${list(targets)} without the node’s address (masquerading is missing), so that the answers go astray.`,
      })[cause],
    steps: ({ node }) => [
      `Look at kube-proxy on ${node}: its log says why it does not write the rules.`,
      proxyRestartCommand(node),
    ],
  },
  'node.kube-proxy-down': {
    headline: ({ node, params }) =>
      params.rules === 'wrong'
        ? `kube-proxy on ${node} is down: Services do not work there`
        : `kube-proxy on ${node} is down: Services there will not follow changes`,
    cause: ({ node, params }) => {
      const seen = {
        refused: `Nothing listens on kube-proxy’s health port on ${node}`,
        silent: `kube-proxy on ${node} takes connections and answers nothing`,
        behind: `kube-proxy on ${node} says itself that it is behind`,
      }[params.cause];
      return params.rules === 'wrong'
        ? `${seen}, and its rules are out of date.`
        : `${seen}. Its rules are still right, until an endpoint changes.`;
    },
    steps: ({ node }) => [`${proxyStateCommand(node)} (and its log)`, proxyRestartCommand(node)],
  },
};

// Services that work, each in a way that could look broken: no address of its own, endpoints made by hand, a port of the nodes, a pod in
// its node's network, an application that keeps silent, an alias.

import { clientOn, clusterName, resolves } from '../../cluster-dns.ts';
import type { Fault } from '../../fault.ts';
import { nodeAddress } from '../../topology.ts';
import { handMade } from './endpoints.ts';
import { ASKER, gets, shelfDrill, toShelf, works } from './shelf.ts';

const ALIAS = 'shelf.shop.svc.cluster.local';
const aliasOf = (name: string) => ({ type: 'ExternalName', externalName: name, selector: undefined });
const fine = { outcome: 'cleared' } as const;

export const headless: Fault = shelfDrill({
  name: 'headless',
  service: { clusterIP: 'None', ports: [{ port: 8080 }] },
  isBroken: async (lab, { pods }) => gets(lab, `${Object.values(pods)[0]}:8080`),
  words: toShelf(8080),
  expect: fine,
});

export const nodePort: Fault = shelfDrill({
  name: 'node-port',
  service: { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }] },
  isBroken: async (lab) => gets(lab, `${nodeAddress('n2')}:30080`),
  words: toShelf(30080),
  expect: fine,
});

export const withoutSelector: Fault = shelfDrill({
  name: 'without-selector',
  service: { selector: undefined },
  objects: ({ pods }) => [handMade(pods['shelf-a'] ?? '', 8080)],
  isBroken: works,
  expect: fine,
});

/** It takes the connection, and says nothing. */
export const slow: Fault = shelfDrill({
  name: 'slow-application',
  pods: [
    {
      name: 'shelf-a',
      node: 'n2',
      command: ['socat', 'TCP-LISTEN:8080,fork,reuseaddr', 'SYSTEM:sleep 60'],
    },
  ],
  isBroken: async (lab, { address }) => {
    const connect = ['socat', '-u', 'OPEN:/dev/null', `TCP:${address}:80,connect-timeout=2`];
    return (await lab.netns(await clientOn(lab, ASKER), connect)).code === 0;
  },
  expect: fine,
});

export const onHostNetwork: Fault = shelfDrill({
  name: 'pod-in-host-network',
  pods: [{ name: 'shelf-a', node: 'n2', spec: { hostNetwork: true } }],
  isBroken: works,
  expect: fine,
});

export const fromNode: Fault = shelfDrill({
  name: 'asked-by-a-node',
  isBroken: works,
  words: toShelf(80, 'node'),
  expect: fine,
});

export const onePodNotReady: Fault = shelfDrill({
  name: 'one-pod-not-ready',
  pods: [
    { name: 'shelf-a', node: 'n2' },
    {
      name: 'shelf-b',
      node: 'n3',
      container: { readinessProbe: { httpGet: { path: '/missing', port: 8080 }, periodSeconds: 1 } },
    },
  ],
  ready: false,
  isBroken: works,
  expect: fine,
});

/** It stands for the Service of the shop's web servers. */
export const alias: Fault = shelfDrill({
  name: 'external-name',
  pods: [],
  service: { ...aliasOf(clusterName), ports: undefined },
  isBroken: async (lab) => resolves(lab, await clientOn(lab, ASKER), ALIAS),
  words: toShelf(80),
  expect: fine,
});

/** No Service is at fault, and no network: the verdict points to the name. */
export const aliasOfNobody: Fault = shelfDrill({
  name: 'external-name-of-nobody',
  pods: [],
  service: { ...aliasOf('nobody.example.com'), ports: undefined },
  isBroken: async (lab) => !(await resolves(lab, await clientOn(lab, ASKER), ALIAS)),
  words: toShelf(80),
  expect: { outcome: 'inconclusive' },
});

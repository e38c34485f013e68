// A Service that is written wrongly: its selector, its port, where it may be served from; or what calls it names another.

import type { Fault } from '../../fault.ts';
import { gets, SHELF, shelfCause, shelfDrill, toShelf } from './shelf.ts';

export const selectorWrong: Fault = shelfDrill({
  name: 'selector-wrong',
  service: { selector: { app: 'shelv' } },
  expect: shelfCause('service.selector-matches-nothing', { service: SHELF, selector: 'app=shelv' }),
});

export const targetPortWrong: Fault = shelfDrill({
  name: 'target-port-wrong',
  service: { ports: [{ port: 80, targetPort: 8081 }] },
  expect: shelfCause('service.target-port-mismatch', {
    targetPort: '8081',
    cause: 'nobody-listens',
    instead: ['8080'],
  }),
});

export const targetPortNameWrong: Fault = shelfDrill({
  name: 'target-port-name-wrong',
  service: { ports: [{ port: 80, targetPort: 'web' }] },
  expect: shelfCause('service.target-port-mismatch', { targetPort: 'web', cause: 'name-absent' }),
});

/** Behind it the pods are asked themselves, and they listen on 8080. */
export const headlessPortWrong: Fault = shelfDrill({
  name: 'headless-port-wrong',
  service: { clusterIP: 'None', ports: [{ port: 80, targetPort: 8080 }] },
  isBroken: async (lab, { pods }) => !(await gets(lab, `${Object.values(pods)[0]}:80`)),
  expect: shelfCause('service.target-port-mismatch', { cause: 'headless', instead: ['8080'] }),
});

export const serviceMissing: Fault = shelfDrill({
  name: 'service-missing',
  isBroken: async () => true,
  words: async (lab) => (await toShelf()(lab)).map((word) => word.replace('shelf.shop', 'shelff.shop')),
  expect: {
    outcome: 'root-cause',
    causes: [
      {
        code: 'service.missing',
        subject: { kind: 'service', namespace: 'shop', name: 'shelff' },
        params: { service: 'shop/shelff', nearest: ['shelf.shop'] },
      },
    ],
  },
});

export const portMissing: Fault = shelfDrill({
  name: 'port-missing',
  isBroken: async (lab, { address }) => !(await gets(lab, `${address}:8080`)),
  words: toShelf(8080),
  expect: shelfCause('service.missing', { port: '8080/tcp', nearest: ['80/tcp'] }),
});

export const nobodyMakesEndpoints: Fault = shelfDrill({
  name: 'nobody-makes-endpoints',
  pods: [],
  service: { selector: undefined },
  expect: shelfCause('service.no-ready-endpoints', { cause: 'none-made' }),
});

export const localWithoutEndpoint: Fault = shelfDrill({
  name: 'internal-traffic-policy-local',
  service: { internalTrafficPolicy: 'Local' },
  expect: shelfCause('service.traffic-policy-no-local-endpoint', { nodes: ['n2', 'n3'] }),
});

/** Every pod that has the one label agrees on the other. */
export const oneLabelWrong: Fault = shelfDrill({
  name: 'one-label-of-the-selector-wrong',
  service: { selector: { app: 'shelf', drill: 'shelv' } },
  expect: shelfCause('service.selector-matches-nothing', { service: SHELF }),
});

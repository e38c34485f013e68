// The network is fine, the application is not there, or not for others. Seen: a refusal at once, on a way that answers pings.

import type { Fault } from '../../fault.ts';
import { answers, clientToVictim, serve, VICTIM, victimCause, victimDrill } from './victim.ts';

export const nothingListening: Fault = victimDrill({
  name: 'nothing-listening',
  isBroken: async () => true,
  words: clientToVictim('n2', 8081),
  expect: victimCause('pod.not-listening', { place: VICTIM, port: 8081, listening: [8080] }),
});

export const listeningOnLoopback: Fault = victimDrill({
  name: 'listening-on-loopback',
  container: { command: serve('127.0.0.1:8080') },
  words: clientToVictim('n2'),
  expect: victimCause('pod.listening-on-loopback', { place: VICTIM, port: 8080, address: '127.0.0.1' }),
});

/** It takes the connection, and says nothing. */
export const slowApplication: Fault = victimDrill({
  name: 'application-slow',
  container: { command: ['socat', 'TCP-LISTEN:8080,fork,reuseaddr', 'SYSTEM:sleep 60'] },
  isBroken: async (lab, { address }) => !(await answers(lab, 'n1', `http://${address}:8080/`)),
  words: clientToVictim('n2'),
  expect: () => ({ outcome: 'cleared', advisories: ['pod.application-slow'] }),
});

/** A port that nobody declared is not sent anything but a connection. */
export const notReady: Fault = victimDrill({
  name: 'not-ready',
  container: { readinessProbe: { httpGet: { path: '/missing', port: 8080 }, periodSeconds: 1 } },
  until: 'Running',
  isBroken: async (lab) =>
    (await lab.kubectl(['get', 'events', '-n', 'shop'])).includes('Readiness probe failed'),
  expect: victimCause('pod.not-ready', { container: 'main' }),
});

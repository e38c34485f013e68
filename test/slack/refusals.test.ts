// Bad input and bad times: each kind of refusal is a sentence for the asker that says what to do.

import { expect, test } from 'vitest';
import type { DiagnosisFailure } from '../../src/incidents/incident.ts';
import type { Language } from '../../src/incidents/intent.ts';
import { StoreUnavailable } from '../../src/incidents/ports.ts';
import type { Refusal } from '../../src/incidents/service.ts';
import { refusalLines } from '../../src/messages/replies.ts';
import { linesMessage, replyMessage } from '../../src/slack/messages.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { sampleIncident } from '../support/verdict-samples.ts';
import { type DeskOptions, liveCluster, startDesk } from './desk.ts';

async function answerTo(text: string, options: DeskOptions = {}, user = 'U0ANNA'): Promise<string> {
  const desk = await startDesk(options);
  await desk.workspace.people.type({ user, channel: 'C0INCIDENTS' }, text);
  await desk.workspace.until(() => desk.workspace.shownOnlyTo(user).length === 1);
  return wordsOfMessage(desk.workspace.shownOnlyTo(user)[0]);
}

const dead = { ...liveCluster('prod-us'), alive: false, workers: 0, silentMs: 90_000 };

test.each<[string, string, string, DeskOptions?]>([
  ['nothing at all', '/cni', 'Tell me what to do.\nTry /cni '],
  ['an unknown verb', '/cni dianose dns', 'I do not know the word dianose.\nTry /cni diagnose dns'],
  ['a missing pod', '/cni diagnose pod', 'Something is missing: the pod.\nTry /cni diagnose pod '],
  ['an invalid name', '/cni diagnose dns Shop/Web_7f', 'is not a valid'],
  ['words too many', '/cni diagnose dns shop/web-7f example.com again', 'I do not understand again'],
  ['a verb to come', '/cni ipam', 'ipam is not built yet.'],
  ['a playbook to come', '/cni diagnose mtu', 'diagnose mtu is not built yet.'],
  [
    'an unknown cluster',
    '/cni diagnose dns --cluster mars',
    'I know no cluster mars.\nClusters with a live worker: prod-eu.',
  ],
  [
    'several clusters',
    '/cni diagnose dns',
    'Which cluster?',
    { clusters: [liveCluster(), liveCluster('b')] },
  ],
  ['no cluster', '/cni diagnose dns', 'No worker of any cluster is alive.', { clusters: [] }],
  ['a dead worker', '/cni diagnose dns --cluster prod-us', 'has been silent for 90 s', { clusters: [dead] }],
  [
    'Redis away',
    '/cni diagnose dns',
    'I cannot reach my store (Redis)',
    { service: { request: async () => ({ kind: 'refused', refusal: { kind: 'store-unavailable' } }) } },
  ],
])('%s gets a sentence that says what to do', async (_, text, sentence, options) => {
  const answer = await answerTo(text, options);

  expect(answer).toContain(sentence);
});

test('Redis going away under a button is a sentence too', async () => {
  const desk = await startDesk();
  await desk.workspace.people.type({ user: 'U0ANNA', channel: 'C0INCIDENTS' }, '/cni diagnose dns');
  await desk.workspace.until(() => desk.store.incidents.size === 1);
  desk.change({ diagnosing: false, failure: { kind: 'timed-out' } });
  await desk.render();
  desk.store.load = () => Promise.reject(new StoreUnavailable('down'));

  const root = desk.thread()[0] as Message;
  await desk.workspace.people.click({ user: 'U0ANNA' }, root, 'check-again');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain(
    'I cannot reach my store (Redis)',
  );
});

const failures: DiagnosisFailure[] = [
  { kind: 'no-worker' },
  { kind: 'cluster-unreachable', detail: 'connect ECONNREFUSED' },
  { kind: 'no-permission', detail: 'pods is forbidden' },
  { kind: 'target-missing', what: 'pod', name: 'shop/wep', nearest: ['shop/web-7f'] },
  { kind: 'target-missing', what: 'node', name: 'n9', nearest: [] },
  { kind: 'target-ambiguous', what: 'pod', name: 'shop/web', candidates: ['shop/web-a', 'shop/web-b'] },
  { kind: 'timed-out' },
  { kind: 'stopped' },
  { kind: 'internal' },
];

test.each(['en', 'zh'] as const)(
  'every failed diagnosis says what happened and what to do (%s)',
  (language) => {
    const said = failures.map((failure) => {
      const incident = sampleIncident({ diagnosing: false, failure, language });
      return wordsOfMessage(replyMessage(incident) as unknown as Message);
    });

    expect(said.join('\n\n')).toMatchSnapshot();
  },
);

test.each<Language>(['en', 'zh'])('every refusal of the service has its sentence (%s)', (language) => {
  const refusals: Refusal[] = [
    { kind: 'unknown-cluster', cluster: 'mars', live: ['prod-eu'] },
    { kind: 'cluster-needed', live: ['prod-eu', 'prod-us'] },
    { kind: 'cluster-needed', live: [] },
    { kind: 'no-worker', cluster: 'prod-us', silentMs: 90_000 },
    { kind: 'unknown-incident', id: 'dns-1' },
    { kind: 'store-unavailable' },
  ];

  const said = refusals.map((refusal) =>
    wordsOfMessage(linesMessage(refusalLines(refusal, language)) as unknown as Message),
  );

  expect(said.join('\n\n')).toMatchSnapshot();
});

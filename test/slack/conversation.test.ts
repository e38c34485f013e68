// What a person types and sees, through both ways in which Slack reaches the app.

import { describe, expect, test } from 'vitest';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import { startDesk } from './desk.ts';

const anna = { user: 'U0ANNA', channel: 'C0INCIDENTS' };

describe.each(['socket', 'http'] as const)('over %s', (mode) => {
  test('a command opens an incident, whose thread gets a root and a progress line', async () => {
    const desk = await startDesk({ mode });

    const delivery = await desk.workspace.people.type(anna, '/cni diagnose dns shop/web-7f');
    await desk.workspace.until(() => desk.store.incidents.size === 1);
    await desk.render();

    expect(delivery).toMatchObject({ outcome: 'acknowledged' });
    const [root, reply] = desk.thread();
    expect(wordsOfMessage(root)).toBe(
      '⏳ P1 · DNS — checking shop/web-7f\n' +
        'prod-eu · started 03:12 UTC by @U0ANNA · respond within 30 min · owner: nobody · dns-1\n' +
        '[Acknowledge] [Assign…] [⋯ Escalate, Note…, Resolve]',
    );
    expect(wordsOfMessage(reply)).toBe('⏳ Starting the checks…');
    expect(reply?.threadTs).toBe(root?.ts);
  });

  test('a mention with the same words does the same inside a thread', async () => {
    const desk = await startDesk({ mode });
    await desk.workspace.people.type(anna, 'DNS is slow');
    const [message] = desk.workspace.messagesIn('C0INCIDENTS');

    await desk.workspace.people.type(
      { ...anna, threadTs: message?.ts ?? '' },
      '@cni-triage diagnos dns shop/web-7f',
    );
    await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

    const [answer] = desk.workspace.shownOnlyTo('U0ANNA');
    expect(answer?.threadTs).toBe(message?.ts);
    expect(wordsOfMessage(answer)).toContain('/cni diagnose dns shop/web-7f');
  });
});

test('Slack is acknowledged although the store never answers, and the person hears of the delay', async () => {
  const never = new Promise<never>(() => undefined);
  const desk = await startDesk({ service: { request: () => never }, slowAfterMs: 20 });

  const delivery = await desk.workspace.people.type(anna, '/cni diagnose dns');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  expect(delivery).toMatchObject({ outcome: 'acknowledged' });
  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain('my store (Redis) is slow');
});

test('a crash is a sentence with a reference, never a stack trace', async () => {
  const desk = await startDesk({
    service: { request: () => Promise.reject(new TypeError('boom at x.ts:1')) },
  });

  await desk.workspace.people.type(anna, '/cni diagnose dns');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  const said = wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0]);
  expect(said).toMatch(/^That failed through a fault of mine; .* under [0-9a-f]{8}\.$/);
  expect(said).not.toContain('boom');
  expect(desk.logged).toContainEqual({ level: 'error', message: 'Request failed' });
});

test('the same problem asked again is answered with the incident that looks at it', async () => {
  const desk = await startDesk();
  await desk.workspace.people.type(anna, '/cni diagnose dns');
  await desk.workspace.until(() => desk.store.incidents.size === 1);

  await desk.workspace.people.type({ user: 'U0SAM', channel: 'C0CHINA' }, '/cni diagnose dns');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0SAM').length === 1);

  expect(desk.store.incidents.size).toBe(1);
  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0SAM')[0])).toBe(
    'That is being looked at already: incident dns-1. Its thread gets the answer, in #C0INCIDENTS',
  );
});

test('status and help come as answers that only the asker sees', async () => {
  const desk = await startDesk();

  await desk.workspace.people.type(anna, '/cni status');
  await desk.workspace.people.type(anna, '/cni help');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 2);

  const [status, help] = desk.workspace.shownOnlyTo('U0ANNA').map(wordsOfMessage);
  expect(status).toContain('prod-eu 1 worker(s) alive · 1 running · 0 waiting');
  expect(help).toContain('/cni diagnose dns shop/web-7f example.com');
  expect(desk.workspace.messagesIn('C0INCIDENTS')).toEqual([]);
});

test('an answer that Slack fails to take is sent once more', async () => {
  const desk = await startDesk();
  desk.workspace.faults.stage('chat.postEphemeral', { kind: 'http', status: 500 });

  await desk.workspace.people.type(anna, '@cni-triage help');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  expect(wordsOfMessage(desk.workspace.shownOnlyTo('U0ANNA')[0])).toContain('/cni diagnose dns');
});

test('a signed request that is sent a second time does nothing', async () => {
  const desk = await startDesk({ mode: 'http' });
  const first = await desk.workspace.people.type(anna, '/cni help');
  await desk.workspace.until(() => desk.workspace.shownOnlyTo('U0ANNA').length === 1);

  const status = await desk.workspace.line.replay();

  expect(first).toMatchObject({ outcome: 'acknowledged' });
  expect(status).not.toBe(200);
  expect(desk.workspace.shownOnlyTo('U0ANNA')).toHaveLength(1);
});

test('after Slack has refreshed the socket, commands arrive again', async () => {
  const desk = await startDesk();

  desk.workspace.line.refresh();
  await desk.workspace.until(() => desk.workspace.line.connections() === 0);
  await desk.workspace.until(() => desk.workspace.line.connections() === 1);
  const delivery = await desk.workspace.people.type(anna, '/cni help');

  expect(delivery).toMatchObject({ outcome: 'acknowledged' });
});

test('a refused token stops the start with a sentence', async () => {
  const desk = startDesk({ botToken: 'xoxb-wrong' });

  await expect(desk).rejects.toThrow('Slack did not let us in: An API error occurred: invalid_auth');
});

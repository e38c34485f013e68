// The checklist through the whole program: words to the bot, an order through Redis, the worker's check, and what is told.

import { expect, test } from 'vitest';
import type { ChecklistHistory } from '../../src/checklist/checklist.ts';
import type { ChecklistReport } from '../../src/checklist/ports.ts';
import { command, newSurroundings, startBot, startWorker } from '../support/running-app.ts';
import { sampleRun } from '../support/sample-check.ts';
import { eventually } from '../support/scripted-diagnose.ts';

const failing = {
  item: 'mesh',
  status: 'failed',
  at: '2026-03-10T06:00:00.000Z',
  params: { more: 0 },
} as const;

async function startChecking(environment: NodeJS.ProcessEnv = {}) {
  const told: ChecklistReport[] = [];
  const histories: ChecklistHistory[] = [];
  const surroundings = newSurroundings();
  await startWorker(
    surroundings,
    {
      async runChecklist(request, history) {
        histories.push(history);
        return { ok: true, run: sampleRun(request, [failing]) };
      },
    },
    environment,
  );
  const { service } = await startBot(surroundings, {
    checklistSurface: { tell: async (report) => void told.push(report) },
  });
  return { service, told, histories };
}

test('a check that is asked for in a channel is answered for that channel', async () => {
  const { service, told } = await startChecking();

  const reply = await service.request(command({ intent: { verb: 'check' }, channel: 'C7' }));
  await eventually(() => told.length > 0);

  expect(reply).toEqual({ kind: 'checking', cluster: 'prod-eu' });
  expect(told).toMatchObject([{ kind: 'answer', asked: { channel: 'C7', by: 'U1' } }]);
});

test('what is found by itself is told without being asked for', async () => {
  const { told } = await startChecking({ CHECKS: 'mesh=1' });

  await eventually(() => told.some((report) => report.kind === 'news'));

  expect(told).toMatchObject([{ kind: 'news', items: ['mesh'], run: { cluster: 'prod-eu' } }]);
});

test('a failure drill that somebody records is known to the next check', async () => {
  const { service, histories } = await startChecking();

  const reply = await service.request(
    command({ intent: { verb: 'record-drill', result: 'passed', what: 'flannel stopped on n2' } }),
  );
  await service.request(command({ intent: { verb: 'check' } }));
  await eventually(() => histories.length > 0);

  expect(reply).toEqual({ kind: 'drill-recorded', cluster: 'prod-eu' });
  expect(histories[0]?.drill).toMatchObject({ what: 'flannel stopped on n2', result: 'passed', by: 'U1' });
});

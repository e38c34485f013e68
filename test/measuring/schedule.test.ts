// When the cluster is looked at, what becomes of a look that fails, and how measuring ends.

import { setTimeout as delay, setImmediate } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import type { Depth } from '../../src/measuring/measure.ts';
import type { Reading } from '../../src/measuring/reading.ts';
import { type Look, startMeasuring } from '../../src/measuring/schedule.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { eventually } from '../support/eventually.ts';

const AT_MS = Date.parse('2026-03-01T03:12:00Z');
const seen: Reading = { what: 'policies', samples: { what: 'policies' }, failures: [] };

test('the cluster is looked at thoroughly every other time, at first at once', async () => {
  const depths: Depth[] = [];
  measureWith(async (depth) => {
    depths.push(depth);
    return [];
  });

  expect(depths).toEqual(['quick', 'thorough']);
  await eventually(() =>
    expect(depths.slice(0, 6)).toEqual(['quick', 'thorough', 'quick', 'quick', 'thorough', 'quick']),
  );
});

test('looks never overlap, however long they take', async () => {
  let running = 0;
  let most = 0;
  let ended = 0;
  measureWith(async (depth) => {
    if (depth === 'thorough') return [];
    running += 1;
    most = Math.max(most, running);
    await delay(10);
    running -= 1;
    ended += 1;
    return [];
  });

  await eventually(() => expect(ended).toBeGreaterThan(3));

  expect(most).toBe(1);
});

test('what was seen is shown, and what was not is taken away and counted', async () => {
  const { shown } = measureWith(async (depth) =>
    depth === 'quick'
      ? [seen, { what: 'agents', failures: ['forbidden'] }]
      : [{ ...seen, failures: ['timeout'] }],
  );

  await eventually(() => expect(shown.length).toBeGreaterThanOrEqual(5));

  expect(shown.slice(0, 5)).toEqual([
    ['measured', 'policies', AT_MS],
    ['lost', 'agents'],
    ['failed', 'agents', 'forbidden'],
    ['measured', 'policies', AT_MS],
    ['failed', 'policies', 'timeout'],
  ]);
});

test('a look that crashes shows nothing, is counted and logged, and the next one comes', async () => {
  let looks = 0;
  const { shown, log } = measureWith(async (depth) => {
    if (depth === 'thorough') return [];
    looks += 1;
    if (looks === 1) throw new Error('a bug');
    return [seen];
  });

  await eventually(() => expect(shown).toContainEqual(['measured', 'policies', AT_MS]));

  expect(shown.slice(0, 4)).toEqual([
    ['lost', 'agents'],
    ['failed', 'agents', 'crashed'],
    ['lost', 'policies'],
    ['failed', 'policies', 'crashed'],
  ]);
  expect(log.join()).toContain('a bug');
});

test('a look that is broken off at the end is waited for, and shows nothing', async () => {
  let ended = 0;
  const { measuring, shown } = measureWith(async (_depth, signal) => {
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    await setImmediate();
    ended += 1;
    return [{ what: 'agents', failures: ['cancelled'] }];
  });

  await measuring.close();

  expect(ended).toBe(2);
  expect(shown).toEqual([]);
});

function measureWith(look: Look) {
  const shown: unknown[][] = [];
  const log: string[] = [];
  const measuring = startMeasuring({
    look,
    metrics: {
      measured: ({ what }, atMs) => void shown.push(['measured', what, atMs]),
      lost: (what) => void shown.push(['lost', what]),
      failed: (what, reason) => void shown.push(['failed', what, reason]),
    },
    everyMs: 2,
    clock: { now: () => new Date(AT_MS) },
    logger: createLogger('warn', { write: (line) => void log.push(line) }),
  });
  onTestFinished(() => measuring.close());
  return { measuring, shown, log };
}

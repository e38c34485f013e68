// How often and how many at once the API server is asked for single rights, and what becomes of the answers.

import { expect, test } from 'vitest';
import type { SingleReply } from '../../src/cluster/rights.ts';
import { createSingleRights } from '../../src/doctor/single-rights.ts';
import type { Right } from '../../src/remediation/step-rights.ts';

const never = new AbortController().signal;
const granted: SingleReply = { status: 'granted' };
const ofPods: Right = { group: '', resource: 'pods', verb: 'get' };
const rightsTo = (count: number): Right[] =>
  Array.from({ length: count }, (_, at) => ({ ...ofPods, name: `pod-${at}` }));

function startedAt(instant: string) {
  let nowMs = Date.parse(instant);
  const asked: Right[] = [];
  const askSingly = createSingleRights({ now: () => new Date(nowMs) });
  return {
    asked,
    passMinutes(minutes: number) {
      nowMs += minutes * 60_000;
    },
    async tell(rights: Right[], reply = granted, signal = never) {
      const answer = async (right: Right): Promise<SingleReply> => {
        asked.push(right);
        return reply;
      };
      return (await askSingly(rights, answer, signal)).map((each) => each.reply);
    },
  };
}

test('a right is asked for again only after five minutes, whatever the answer was', async () => {
  const { tell, asked, passMinutes } = startedAt('2026-03-01T03:00:00.000Z');
  const silent: SingleReply = { status: 'unavailable', detail: 'timeout' };

  const first = await tell([ofPods], silent);
  passMinutes(4);
  const second = await tell([ofPods]);
  passMinutes(1);
  const third = await tell([ofPods]);

  expect([first, second, third]).toEqual([[silent], [silent], [granted]]);
  expect(asked).toHaveLength(2);
});

test('a few are asked for at once, and the answers come in the order of the rights', async () => {
  const rights = rightsTo(10);
  const askSingly = createSingleRights({ now: () => new Date('2026-03-01T03:00:00.000Z') });
  const gate = Promise.withResolvers<void>();
  let asked = 0;

  const answers = askSingly(
    rights,
    async ({ name }) => {
      asked += 1;
      await gate.promise;
      return { status: name === 'pod-7' ? 'denied' : 'granted' };
    },
    never,
  );
  const atOnce = asked;
  gate.resolve();
  const told = await answers;

  expect(atOnce).toBe(4);
  expect(told.map(({ right }) => right)).toEqual(rights);
  expect(told.findIndex(({ reply }) => reply.status === 'denied')).toBe(7);
});

test('of very many a hundred are asked for in one go, the rest in those after it', async () => {
  const { tell, asked } = startedAt('2026-03-01T03:00:00.000Z');
  const rights = rightsTo(150);

  const first = await tell(rights);
  const second = await tell(rights);

  expect(first.filter(({ status }) => status === 'granted')).toHaveLength(100);
  expect(first[149]).toEqual({ status: 'unavailable', detail: '' });
  expect(second).toEqual(rights.map(() => granted));
  expect(asked).toHaveLength(150);
});

test('an answer holds until the right was asked for again', async () => {
  const { tell, passMinutes } = startedAt('2026-03-01T03:00:00.000Z');
  const rights = rightsTo(150);
  await tell(rights);
  await tell(rights);

  passMinutes(5);
  const later = await tell(rights, { status: 'denied' });

  expect(later.filter(({ status }) => status === 'denied')).toHaveLength(100);
  expect(later.filter(({ status }) => status === 'granted')).toHaveLength(50);
});

test('what was broken off says nothing, and is asked for the next time', async () => {
  const { tell, asked } = startedAt('2026-03-01T03:00:00.000Z');

  const broken = await tell([ofPods], granted, AbortSignal.abort());
  const whole = await tell([ofPods]);

  expect(broken).toEqual([{ status: 'unavailable', detail: '' }]);
  expect(whole).toEqual([granted]);
  expect(asked).toHaveLength(1);
});

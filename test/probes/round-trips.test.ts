// Each round trip for itself, from captured output of iputils ping.

import { expect, test } from 'vitest';
import { timeRoundTrips } from '../../src/probes/round-trips.ts';
import { transcriptOf } from './output.ts';

const { question, parse } = timeRoundTrips({ kind: 'node', node: 'n1' }, '10.244.1.0', 'n2');
const tripsIn = (file: string) => parse(transcriptOf(`ping-20221126-${file}.txt`));

test('five requests are sent', () => {
  expect(question).toMatchObject({
    via: 'node',
    node: 'n1',
    command: { kind: 'run', argv: expect.arrayContaining(['ping', '-c', '5', '10.244.1.0']) },
  });
});

test('each answer has its time, and what has none is lost', () => {
  expect(tripsIn('one-of-five-lost')).toEqual({ answeredMs: [0.11, 0.044, 0.056, 0.046], lost: 1 });
});

test.each([
  ['nobody answers', 'lost'],
  ['there is no route', 'no-route'],
  ['a router refuses', 'rejected-net-unreachable'],
])('when %s all are lost', (_what, file) => {
  expect(tripsIn(file)).toEqual({ answeredMs: [], lost: 5 });
});

// What curl says of an application, from captured output: answers, silence, refusals, and ports that speak something else.

import { expect, test } from 'vitest';
import { refusalOf } from '../../src/agent/allowed-programs.ts';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { fetchHttp, parseCurl } from '../../src/probes/http-answer.ts';
import { exited, transcriptOf } from './output.ts';

test.each([
  ['curl-7.88-not-found.txt', { kind: 'answered', status: 404, ms: 11 }],
  ['curl-7.88-silent.txt', { kind: 'silent', connectMs: 0, waitedS: 4 }],
  ['curl-7.88-closed.txt', { kind: 'not-http' }],
  ['curl-7.88-other-protocol.txt', { kind: 'not-http' }],
  ['curl-7.88-refused.txt', { kind: 'no-connection' }],
])('%s is read for what it is', (file, expected) => {
  const answer = parseCurl(transcriptOf(file));

  expect(answer).toEqual(expected);
});

test('output that holds no times is no answer', () => {
  expect(() => parseCurl(exited('', { code: 2, stderr: 'curl: option -Q: is unknown' }))).toThrow(Unparsable);
});

test.each([
  ['10.244.1.7', 'http', 'http://10.244.1.7:8080/ready'],
  ['fd00::7', 'https', 'https://[fd00::7]:8080/ready'],
] as const)('the agent runs what is asked of %s', (address, scheme, url) => {
  const { question } = fetchHttp({
    vantage: { kind: 'node', node: 'n1' },
    ...{ address, scheme, port: 8080, path: '/ready', to: 'web' },
  });

  const argv = question.via === 'node' && question.command.kind === 'run' ? question.command.argv : [];

  expect(argv.at(-1)).toBe(url);
  expect(refusalOf(argv)).toBeUndefined();
});

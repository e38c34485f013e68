// No credential reaches the log, wherever in an entry it stands.

import { expect, test } from 'vitest';
import { createLogger, type Logger } from '../../src/ops/logger.ts';

const CREDENTIALS = [
  'xoxb-1111-2222-abcdefABCDEF',
  'xoxe.xoxp-1-abcdef',
  'xapp-1-A0-1-abcdef',
  'Bearer abcdef.ghijkl-mnop',
  'eyJhbGciOiJSUzI1NiIsImtpZCI6IiJ9.eyJpc3MiOiJrdWJl.c2lnbmF0dXJl',
  'redis://user:hunter2hunter2@redis.example:6379/0',
];

function logged(write: (logger: Logger) => void): string {
  const lines: string[] = [];
  write(createLogger('debug', { write: (line) => lines.push(line) }));
  return lines.join('');
}

test.each(CREDENTIALS)('%s', (credential) => {
  const cause = new Error(`inner ${credential}`);
  const error = Object.assign(new Error(`outer ${credential}`, { cause }), {
    body: { headers: [credential] },
  });

  const text = logged((logger) => {
    logger.info(`message ${credential}`);
    logger.info({ deep: { list: [{ token: credential }] } }, 'field');
    logger.error({ err: error }, 'error');
    logger.child({ bound: credential }).warn('child');
  });

  const secretPart = credential.replace(/^(Bearer |redis:\/\/user:)/, '').replace(/@.*/, '');
  expect(text).not.toContain(secretPart);
  expect(
    text
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line)),
  ).toHaveLength(4);
});

test('what is no credential stays readable', () => {
  const text = logged((logger) => logger.info({ pod: 'shop/web-7f', ip: '10.0.0.1' }, 'basic facts of eyJ'));

  expect(JSON.parse(text)).toMatchObject({ pod: 'shop/web-7f', ip: '10.0.0.1', msg: 'basic facts of eyJ' });
});

// dig: the command that is run, and every captured output of it.

import { describe, expect, test } from 'vitest';
import { type DnsQuery, parseDig, queryDns } from '../../src/probes/dns-query.ts';
import { exited, outputOf } from './output.ts';

const answer = (rcode: string, more: object = {}) => ({
  kind: 'answer',
  rcode,
  authoritative: false,
  truncated: false,
  records: [],
  ms: 0,
  ...more,
});

const records = [{ name: 'example.com.', type: 'A', data: '203.0.113.10' }];

describe('the parser of dig 9.18', () => {
  test.each([
    ['udp-answer', [answer('NOERROR', { authoritative: true, records })]],
    ['tcp-answer', [answer('NOERROR', { authoritative: true, records, ms: 4 })]],
    ['nxdomain', [answer('NXDOMAIN')]],
    ['refused-rcode', [answer('REFUSED')]],
    [
      'three-queries',
      [answer('NOERROR', { authoritative: true, records }), answer('NXDOMAIN'), answer('NOERROR')],
    ],
    ['two-timeouts', [{ kind: 'timeout' }, { kind: 'timeout' }]],
    ['tcp-timeout', [{ kind: 'timeout' }]],
    ['udp-port-closed', [{ kind: 'refused' }]],
    ['tcp-port-closed', [{ kind: 'refused' }]],
    ['udp-rejected', [{ kind: 'refused' }]],
    [
      'no-route',
      [
        {
          kind: 'unreachable',
          detail: 'UDP setup with 10.99.0.1#53(10.99.0.1) for example.com failed: network unreachable.',
        },
      ],
    ],
  ])('reads %s', (file, replies) => {
    const parsed = parseDig(outputOf(`dig-9.18-${file}.txt`));

    expect(parsed).toEqual(replies);
  });

  test('keeps the order of a lost packet between two answers', () => {
    const text = ['udp-answer', 'two-timeouts', 'nxdomain']
      .map((file) => outputOf(`dig-9.18-${file}.txt`).stdout)
      .join('');

    const parsed = parseDig(exited(text, { code: 9 }));

    expect(parsed.map(({ kind }) => kind)).toEqual(['answer', 'timeout', 'timeout', 'answer']);
  });

  test.each([
    ['silence', exited('')],
    ['a usage error', exited('', { code: 1, stderr: "dig: couldn't get address for 'nope'" })],
    ['another tool', exited('PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.')],
    ['no exit at all', { kind: 'text', text: '', truncated: false } as const],
  ])('does not take %s for an answer', (_what, raw) => {
    expect(() => parseDig(raw)).toThrow();
  });
});

describe('the command', () => {
  const query: DnsQuery = {
    vantage: { kind: 'node', node: 'n1' },
    server: '10.96.0.10',
    serverLabel: 'kube-dns',
    name: 'example.com',
    protocol: 'udp',
    times: 2,
    timeoutS: 1,
  };
  const argvOf = (changes: Partial<DnsQuery> = {}): readonly string[] => {
    const { question } = queryDns({ ...query, ...changes });
    return question.via === 'node' && question.command.kind === 'run' ? question.command.argv : [];
  };

  test('asks each name fully qualified, as often as wanted, without retries of dig’s own', () => {
    const argv = argvOf();

    expect(argv.slice(argv.indexOf('@10.96.0.10'))).toEqual([
      '@10.96.0.10',
      'example.com.',
      'A',
      'example.com.',
      'A',
    ]);
    expect(argv).toContain('+tries=1');
    expect(argv).toContain('+time=1');
  });

  test('does not fall back to TCP by itself', () => {
    expect(argvOf()).toContain('+ignore');
    expect(argvOf({ protocol: 'tcp' })).toContain('+tcp');
  });

  test('has a deadline that lets all its queries time out', () => {
    const { question } = queryDns({ ...query, times: 3, timeoutS: 2 });

    expect(question.timeoutMs).toBeGreaterThan(6000);
  });

  test.each([
    ['server', { server: '10.96.0.11' }],
    ['port', { port: 5353 }],
    ['name', { name: 'example.org' }],
    ['type', { type: 'AAAA' as const }],
    ['protocol', { protocol: 'tcp' as const }],
    ['number', { times: 3 }],
    ['time-out', { timeoutS: 2 }],
    ['size', { bufferBytes: 1232 }],
    ['place', { vantage: { kind: 'node' as const, node: 'n2' } }],
  ])('of another %s is another question', (_what, changes) => {
    expect(queryDns({ ...query, ...changes }).id).not.toBe(queryDns(query).id);
  });
});

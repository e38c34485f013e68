// The slash grammar: every form, what Slack and phones make of it, and what is answered to a mistake.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forms } from '../../src/incidents/forms.ts';
import { parse } from '../../src/incidents/grammar.ts';
import type { GrammarRefusal, Intent } from '../../src/incidents/intent.ts';

const web = { namespace: 'shop', name: 'web-7f' };
const fromWeb = { kind: 'pod' as const, pod: web };
const cluster = { kind: 'cluster' as const };
const diagnose = (playbook: string, target: unknown, named?: string) => ({
  verb: 'diagnose',
  playbook,
  target,
  ...(named && { cluster: named }),
});
const flow = (to: unknown, rest: object = {}) => ({
  kind: 'flow',
  from: fromWeb,
  to,
  protocol: 'tcp',
  ...rest,
});

describe('understands', () => {
  test.each<[string, unknown]>([
    ['diagnose dns', diagnose('dns', cluster)],
    ['diagnose dns shop/web-7f', diagnose('dns', fromWeb)],
    ['diagnose dns example.com', diagnose('dns', { kind: 'name', name: 'example.com' })],
    ['diagnose dns Example.com.', diagnose('dns', { kind: 'name', name: 'Example.com.' })],
    [
      'diagnose dns shop/web-7f _sip._tcp.example.com',
      diagnose('dns', { kind: 'name', name: '_sip._tcp.example.com', pod: web }),
    ],
    [
      'diagnose dns shop/web-7f -> example.com',
      diagnose('dns', { kind: 'name', name: 'example.com', pod: web }),
    ],
    ['diagnose pod shop/web-7f', diagnose('pod', fromWeb)],
    ['diagnose pod node/n1', diagnose('pod', { kind: 'node', node: 'n1' })],
    [
      'diagnose pod shop/web-7f -> shop/db-0:5432',
      diagnose('pod', flow({ kind: 'pod', pod: { namespace: 'shop', name: 'db-0' } }, { port: 5432 })),
    ],
    [
      'diagnose pod shop/web-7f -> node/n2:10250',
      diagnose('pod', flow({ kind: 'node', node: 'n2' }, { port: 10250 })),
    ],
    [
      'diagnose pod shop/web-7f -> db.shop:5432',
      diagnose('pod', flow({ kind: 'service', namespace: 'shop', name: 'db' }, { port: 5432 })),
    ],
    [
      'diagnose pod shop/web-7f -> db.shop.svc.cluster.local:5432',
      diagnose('pod', flow({ kind: 'service', namespace: 'shop', name: 'db' }, { port: 5432 })),
    ],
    [
      'diagnose pod shop/web-7f -> api.example.com:443',
      diagnose('pod', flow({ kind: 'name', name: 'api.example.com' }, { port: 443 })),
    ],
    [
      'diagnose pod shop/web-7f -> example.com.:443',
      diagnose('pod', flow({ kind: 'name', name: 'example.com.' }, { port: 443 })),
    ],
    [
      'diagnose pod shop/web-7f -> 10.0.0.1:53/udp',
      diagnose('pod', flow({ kind: 'address', address: '10.0.0.1' }, { port: 53, protocol: 'udp' })),
    ],
    [
      'diagnose pod shop/web-7f -> [fd00::1]:53/sctp',
      diagnose('pod', flow({ kind: 'address', address: 'fd00::1' }, { port: 53, protocol: 'sctp' })),
    ],
    ['diagnose pod shop/web-7f -> fd00::1', diagnose('pod', flow({ kind: 'address', address: 'fd00::1' }))],
    ['diagnose cross-node', diagnose('cross-node', cluster)],
    ['diagnose cross-node n1 node/n2', diagnose('cross-node', { kind: 'node-pair', from: 'n1', to: 'n2' })],
    [
      'diagnose policy shop/web-7f -> shop/db-0:5432/udp',
      diagnose(
        'policy',
        flow({ kind: 'pod', pod: { namespace: 'shop', name: 'db-0' } }, { port: 5432, protocol: 'udp' }),
      ),
    ],
    ['diagnose ipam', diagnose('ipam', cluster)],
    ['diagnose ipam n1', diagnose('ipam', { kind: 'node', node: 'n1' })],
    ['diagnose mtu n1 n2', diagnose('mtu', { kind: 'node-pair', from: 'n1', to: 'n2' })],
    ['diagnose cluster', diagnose('cluster', cluster)],
    ['diagnose cluster --cluster prod-eu', diagnose('cluster', cluster, 'prod-eu')],
    ['status', { verb: 'status' }],
    ['status --cluster=prod-eu', { verb: 'status', cluster: 'prod-eu' }],
    ['doctor', { verb: 'doctor' }],
    ['doctor --cluster prod-eu', { verb: 'doctor', cluster: 'prod-eu' }],
    ['stop', { verb: 'stop' }],
    ['check', { verb: 'check' }],
    ['check --cluster prod-eu', { verb: 'check', cluster: 'prod-eu' }],
    [
      'check drill failed flannel stopped on n2',
      { verb: 'record-drill', result: 'failed', what: 'flannel stopped on n2' },
    ],
    ['help', { verb: 'help' }],
    ['help diagnose dns', { verb: 'help', topic: 'diagnose dns' }],
    [
      'note dns-7k2p CoreDNS was restarted --cluster eu',
      { verb: 'note', incident: 'dns-7k2p', text: 'CoreDNS was restarted' },
    ],
    ['note it was dns-works', { verb: 'note', text: 'it was dns-works' }],
    ['ack', { verb: 'ack' }],
    ['ack CNI-HEALTH-7k2p', { verb: 'ack', incident: 'cni-health-7k2p' }],
    ['assign dns-7k2p <@U012AB3CD|anna>', { verb: 'assign', incident: 'dns-7k2p', to: 'U012AB3CD' }],
    ['assign me', { verb: 'assign', to: 'me' }],
    ['escalate dns-7k2p', { verb: 'escalate', incident: 'dns-7k2p' }],
    ['resolve', { verb: 'resolve' }],
    ['silence dns-7k2p 4h', { verb: 'silence', incident: 'dns-7k2p', minutes: 240 }],
    ['silence 30m', { verb: 'silence', minutes: 30 }],
    ['report', { verb: 'report', minutes: 7 * 24 * 60 }],
    ['audit', { verb: 'audit', minutes: 7 * 24 * 60 }],
    ['audit 1d --cluster eu', { verb: 'audit', minutes: 24 * 60, cluster: 'eu' }],
    ['report 2w --cluster eu', { verb: 'report', minutes: 14 * 24 * 60, cluster: 'eu' }],
    ['policy explain shop/web-7f -> shop/db-0:5432', { verb: 'not-yet', name: 'policy explain' }],
  ])('%s', (text, intent) => {
    expect(parse(text)).toEqual({ ok: true, intent });
  });

  test.each(forms.map((form) => [form.example, form] as const))('the example `%s`', (example, form) => {
    const parsed = parse(example);

    const name = form.head.join(' ');
    const later: Intent = { verb: 'not-yet', name };
    expect(parsed.ok).toBe(true);
    if (parsed.ok && parsed.intent.verb === 'not-yet') expect(parsed.intent).toEqual(later);
  });
});

describe('takes as the same line', () => {
  test.each([
    ['extra blanks', '  diagnose   pod shop/web-7f  ->   db.shop:5432 '],
    ['upper-case verbs', 'DIAGNOSE Pod shop/web-7f -> db.shop:5432'],
    ['no blanks around the arrow', 'diagnose pod shop/web-7f->db.shop:5432'],
    ['a Unicode arrow', 'diagnose pod shop/web-7f → db.shop:5432'],
    ['a double arrow', 'diagnose pod shop/web-7f => db.shop:5432'],
    ['an arrow that Slack escaped', 'diagnose pod shop/web-7f -&gt; db.shop:5432'],
    ['a link that Slack made', 'diagnose pod shop/web-7f -> <http://db.shop:5432|db.shop:5432>'],
    ['a link without a label', 'diagnose pod shop/web-7f -> <http://db.shop:5432/>'],
    ['typographic quotes', 'diagnose pod “shop/web-7f” -> ‘db.shop:5432’'],
    ['code marks', 'diagnose pod `shop/web-7f` -> `db.shop:5432`'],
    ['the command in front', '/cni diagnose pod shop/web-7f -> db.shop:5432'],
    ['a mention in front', '<@U012AB3CD|cni> diagnose pod shop/web-7f -> db.shop:5432'],
    ['invisible characters', 'diagnose\u00a0pod \u200bshop/web-7f -> db.shop:5432'],
  ])('%s', (_, text) => {
    expect(parse(text)).toEqual(parse('diagnose pod shop/web-7f -> db.shop:5432'));
  });

  test('the option at any place, also with the dash of a phone', () => {
    const plain = parse('diagnose dns shop/web-7f --cluster prod-eu');

    expect(parse('--cluster prod-eu diagnose dns shop/web-7f')).toEqual(plain);
    expect(parse('diagnose —cluster prod-eu dns shop/web-7f')).toEqual(plain);
  });
});

describe('refuses', () => {
  test.each<[string, Partial<GrammarRefusal>]>([
    ['', { kind: 'empty', nearest: 'diagnose dns' }],
    [
      'diagnos dns shop/web-7f',
      { kind: 'unknown-verb', word: 'diagnos', nearest: 'diagnose dns shop/web-7f' },
    ],
    ['diagnose dsn shop/web-7f', { kind: 'unknown-verb', word: 'dsn', nearest: 'diagnose dns shop/web-7f' }],
    ['dns shop/web-7f', { kind: 'unknown-verb', word: 'dns', nearest: 'diagnose dns shop/web-7f' }],
    ['xyzzy', { kind: 'unknown-verb', word: 'xyzzy', nearest: 'help' }],
    ['diagnose', { kind: 'missing', what: 'playbook' }],
    ['diagnose pod', { kind: 'missing', what: 'pod' }],
    ['diagnose pod shop/web-7f ->', { kind: 'missing', what: 'destination' }],
    ['diagnose policy shop/web-7f -> shop/db-0', { kind: 'missing', what: 'value' }],
    ['diagnose mtu n1', { kind: 'missing', what: 'value' }],
    [
      'diagnose dns Shop/Web_7F',
      { kind: 'invalid-name', what: 'namespace', text: 'Shop', nearest: 'diagnose dns shop/web-7f' },
    ],
    ['diagnose dns shop/web-7f;reboot', { kind: 'invalid-name', what: 'pod', text: 'web-7f;reboot' }],
    ['diagnose dns $(reboot)', { kind: 'invalid-name', what: 'name' }],
    ['diagnose pod shop/web-7f -> 10.0.0.300:80', { kind: 'invalid-name', what: 'name', text: '10.0.0.300' }],
    ['diagnose pod shop/web-7f -> db.shop:70000', { kind: 'invalid-name', what: 'port', text: '70000' }],
    ['diagnose pod shop/web-7f -> db.shop:80/quic', { kind: 'unexpected', word: 'quic' }],
    [
      'diagnose cross-node n1 N2',
      { kind: 'invalid-name', what: 'node', nearest: 'diagnose cross-node n1 n2' },
    ],
    ['diagnose dns --cluster Prod', { kind: 'invalid-name', what: 'cluster', text: 'Prod' }],
    [
      'diagnose dns --cluster',
      { kind: 'missing', what: 'value', nearest: 'diagnose dns shop/web-7f example.com --cluster prod-eu' },
    ],
    ['diagnose dns --verbose', { kind: 'unexpected', word: '--verbose', nearest: 'diagnose dns' }],
    ['status now', { kind: 'unexpected', word: 'now', nearest: 'status' }],
    ['note dns-7k2p', { kind: 'missing', what: 'value', nearest: 'note dns-7k2p CoreDNS was restarted' }],
    ['ack everything', { kind: 'unexpected', word: 'everything' }],
    ['silence dns-7k2p long', { kind: 'unexpected', word: 'long', nearest: 'silence dns-7k2p 30m' }],
    ['check dns', { kind: 'unexpected', word: 'dns', nearest: 'check' }],
    ['check drill', { kind: 'missing', nearest: 'check drill passed CoreDNS scaled to zero' }],
    ['check drill passed', { kind: 'missing', nearest: 'check drill passed CoreDNS scaled to zero' }],
    ['check drill went well', { kind: 'unexpected', word: 'went' }],
    ['help me', { kind: 'unexpected', word: 'me', nearest: 'help' }],
  ])('`%s`', (text, refusal) => {
    expect(parse(text)).toEqual({ ok: false, refusal: expect.objectContaining(refusal) });
  });
});

const word = fc.oneof(
  fc.constantFrom(...forms.flatMap(({ head, example }) => [...head, ...example.split(' ')])),
  fc.constantFrom(
    '->',
    '→',
    '&gt;',
    '&amp;lt;',
    '--cluster',
    '—cluster',
    '<',
    '>',
    '|',
    '<@U1|x>',
    '/cni',
    '"',
    '\u200b',
  ),
  fc.string({ maxLength: 12 }),
  fc.string({ unit: 'binary', maxLength: 6 }),
);

test('whatever is typed, the answer is an intent or a refusal whose nearest form is understood', () => {
  fc.assert(
    fc.property(fc.array(word, { maxLength: 9 }), (words) => {
      const parsed = parse(words.join(' '));

      return parsed.ok || parse(parsed.refusal.nearest).ok;
    }),
    { numRuns: 3000 },
  );
});

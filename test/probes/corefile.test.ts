// Corefiles of real distributions and of tired people: server blocks, zones, plugins; and which lines touch a name.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blockFor, type Corefile, parseCorefile, type ServerBlock } from '../../src/probes/corefile.ts';
import { overridesFor } from '../../src/probes/corefile-overrides.ts';
import { KUBEADM_COREFILE } from '../support/world.ts';

function blocks(text: string): ServerBlock[] {
  const parsed = parseCorefile(text);
  if (!parsed.ok) throw new Error(`line ${parsed.line}: ${parsed.problem}`);
  return parsed.blocks;
}

const plugin = (text: string, name: string) => blocks(text)[0]?.plugins.find((each) => each.name === name);

describe('kubeadm’s Corefile', () => {
  test('has one block for everything on port 53', () => {
    expect(blocks(KUBEADM_COREFILE).map(({ zones, port }) => ({ zones, port }))).toEqual([
      { zones: ['.'], port: 53 },
    ]);
  });

  test('has its plugins in order, with arguments, options and lines', () => {
    const [block] = blocks(KUBEADM_COREFILE);

    expect(block?.plugins.map(({ name }) => name)).toEqual([
      'errors',
      'health',
      'ready',
      'kubernetes',
      'prometheus',
      'forward',
      'cache',
      'loop',
      'reload',
      'loadbalance',
    ]);
    expect(plugin(KUBEADM_COREFILE, 'kubernetes')).toEqual({
      name: 'kubernetes',
      args: ['cluster.local', 'in-addr.arpa', 'ip6.arpa'],
      options: [
        ['pods', 'insecure'],
        ['fallthrough', 'in-addr.arpa', 'ip6.arpa'],
        ['ttl', '30'],
      ],
      line: 7,
    });
  });
});

describe('a Corefile', () => {
  test('with several zones and blocks answers for a name in the longest zone', () => {
    const found = blocks(
      'corp.example:53 lab.example {\n  forward . 10.0.0.1\n}\n.:53 {\n  forward . 10.0.0.2\n}\n',
    );

    expect(found.map(({ zones }) => zones)).toEqual([['corp.example.', 'lab.example.'], ['.']]);
    expect(blockFor(found, 'git.corp.example')).toBe(found[0]);
    expect(blockFor(found, 'GIT.Corp.Example.')).toBe(found[0]);
    expect(blockFor(found, 'notcorp.example')).toBe(found[1]);
    expect(blockFor([found[0] as ServerBlock], 'example.com')).toBeUndefined();
  });

  test('of RKE2, with schemes and another port, is read', () => {
    const text =
      '.:5353 {\n    errors\n    kubernetes cluster.local in-addr.arpa ip6.arpa {\n        pods insecure\n    }\n    forward . /etc/resolv.conf\n}\ndns://corp.example.:5353 {\n    forward . tls://10.0.0.1 {\n        tls_servername dns.example\n    }\n}\n';

    expect(blocks(text).map(({ zones, port }) => ({ zones, port }))).toEqual([
      { zones: ['.'], port: 5353 },
      { zones: ['corp.example.'], port: 5353 },
    ]);
  });

  test('with addresses after commas and on several lines is read', () => {
    expect(blocks('a.example,\nb.example {\n  errors\n}\n')[0]?.zones).toEqual(['a.example.', 'b.example.']);
  });

  test('with a snippet has its plugins where it is imported', () => {
    const text = '(common) {\n  errors\n  cache 30\n}\n. {\n  import common\n  forward . 10.0.0.2\n}\n';

    expect(blocks(text)[0]?.plugins.map(({ name }) => name)).toEqual(['errors', 'cache', 'forward']);
  });

  test('with an import of a file it cannot see is read all the same', () => {
    const text =
      '. {\n  errors\n  import /etc/coredns/custom/*.override\n}\nimport /etc/coredns/custom/*.server\n';

    expect(blocks(text)).toHaveLength(1);
  });

  test('keeps quoted words together and leaves comments out', () => {
    const text =
      '. {\n  # forward . 10.0.0.1\n  template IN A { # why\n    answer "{{ .Name }} 60 IN A 10.0.0.9"\n  }\n}\n';

    expect(plugin(text, 'forward')).toBeUndefined();
    expect(plugin(text, 'template')?.options).toEqual([['answer', '{{ .Name }} 60 IN A 10.0.0.9']]);
  });

  test('with braces inside a plugin’s braces ends where it should', () => {
    const text = '. {\n  dnssec {\n    key {\n      file a\n    }\n  }\n  errors\n}\n';

    expect(blocks(text)[0]?.plugins.map(({ name }) => name)).toEqual(['dnssec', 'errors']);
  });

  test('that is empty has no blocks', () => {
    expect(parseCorefile('\n# nothing\n')).toEqual({ ok: true, blocks: [] });
  });

  test.each([
    ['is never closed', '. {\n  errors\n', 1],
    ['has a plugin that is never closed', '. {\n  kubernetes {\n    pods insecure\n', 2],
    ['has a block without an address', '{\n  errors\n}\n', 1],
    ['has an address without a block', '. {\n  errors\n}\nexample.com\n', 4],
  ])('that %s is broken at its line', (_what, text, line) => {
    const parsed = parseCorefile(text);

    expect(parsed).toMatchObject({ ok: false, line });
  });

  test('of any content is read or refused, and never throws', () => {
    const words = fc.constantFrom(
      '.',
      '{',
      '}',
      '\n',
      ' ',
      'errors',
      '"',
      '#',
      'import',
      '(a)',
      'a.example:53',
    );

    fc.assert(
      fc.property(fc.array(words, { maxLength: 40 }), (parts) => {
        const parsed: Corefile = parseCorefile(parts.join(' '));

        expect(typeof parsed.ok).toBe('boolean');
      }),
    );
  });
});

describe('a line of the Corefile touches a name', () => {
  const NAME = 'web.shop.svc.cluster.local';

  test.each([
    ['a template for all of a zone', 'template IN A cluster.local {\n rcode NXDOMAIN\n}', true],
    ['a template for another zone', 'template IN A example.com {\n rcode NXDOMAIN\n}', false],
    ['a template without zone or match', 'template ANY ANY {\n rcode NXDOMAIN\n}', true],
    ['a template whose match fits', 'template IN A {\n match ^web[.]shop[.]\n}', true],
    ['a template whose match does not fit', 'template IN A {\n match ^db[.]shop[.]\n}', false],
    ['a template whose match names its groups as Go does', 'template IN A {\n match ^(?P<s>web)[.]\n}', true],
    ['a template whose match only Go understands', 'template IN A {\n match ^(?U)web[.]\n}', false],
    ['a rewrite of exactly this name', `rewrite name ${NAME} other.example`, true],
    ['a rewrite of this name, said to be exact', `rewrite name exact ${NAME}. other.example`, true],
    ['a rewrite of another name', 'rewrite name db.shop.svc.cluster.local other.example', false],
    ['a rewrite by prefix', 'rewrite name prefix web. other.', true],
    ['a rewrite by suffix', 'rewrite name suffix .cluster.local .example.com', true],
    ['a rewrite by substring', 'rewrite stop name substring shop pay', true],
    ['a rewrite by expression', 'rewrite continue name regex (.*)[.]shop[.].* {1}.example', true],
    ['a rewrite of a type, not a name', 'rewrite type ANY HINFO', false],
    ['a hosts entry', `hosts {\n 10.0.0.9 ${NAME}\n}`, true],
    ['a hosts entry with IPv6 among several names', `hosts {\n fd00::9 other ${NAME}.\n}`, true],
    ['a hosts entry of another name', 'hosts {\n 10.0.0.9 db.shop\n}', false],
    ['a zone file', 'file /etc/db.local cluster.local', true],
    ['a zone file of another zone', 'file /etc/db.local example.com', false],
    ['a cache', 'cache 30', false],
  ])('%s', (_what, directive, touches) => {
    const found = overridesFor(blocks(`. {\n${directive}\n}\n`), NAME);

    expect(found.length > 0).toBe(touches);
  });

  test('only in the block that answers for it', () => {
    const text = `cluster.local {\n errors\n}\n. {\n template ANY ANY {\n rcode NXDOMAIN\n }\n}\n`;

    expect(overridesFor(blocks(text), NAME)).toEqual([]);
  });

  test('in the order of CoreDNS’ plugin chain, quoted with its line', () => {
    const text = `. {\n hosts {\n  10.0.0.9 ${NAME}\n }\n rewrite name ${NAME} other.example\n}\n`;

    expect(overridesFor(blocks(text), NAME)).toEqual([
      { plugin: 'rewrite', line: 5, text: `rewrite name ${NAME} other.example` },
      { plugin: 'hosts', line: 2, text: 'hosts' },
    ]);
  });
});

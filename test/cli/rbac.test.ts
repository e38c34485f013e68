// The remediator's rights as the command line prints them.

import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { printRoles } from '../../src/cli-rbac.ts';
import { rolesFor } from '../../src/remediation/rbac.ts';
import { scope } from '../support/planned-remedies.ts';

const cni = 'kube-flannel/kube-flannel-ds/kube-flannel-cfg';

test('what is printed are the roles of the enabled fixes and no others', () => {
  const enable = 'restart-cni-agent,restart-coredns';

  const { status, sentence } = printRoles({ enable, cni, namespaces: 'shop' }, 'en');

  expect(status).toBe('well');
  expect(parseAllDocuments(sentence).map((document) => document.toJS())).toEqual(
    rolesFor(enable.split(','), scope, 'cni-triage'),
  );
});

test.each([{ enable: 'restart-everything', cni }, { enable: 'restart-coredns' }, {}])(
  'nothing is printed for %j',
  (options) => {
    expect(printRoles(options, 'en')).toMatchObject({ status: 'impossible' });
  },
);

// Which line of an agent's log decides, on lines as flanneld and client-go print them.

import { expect, test } from 'vitest';
import { readAgentError, readFreshComplaint } from '../../src/probes/agent-errors.ts';

test.each([
  [
    'settings that do not parse',
    [
      'I1125 21:18:35.001000      47 main.go:211] CLI flags config: {iface:[eth0]}',
      'E1125 21:18:35.036031      47 main.go:359] failed to read net conf: invalid character',
    ],
    'settings-invalid',
  ],
  [
    'a right that was taken away',
    [
      'E1125 21:18:35.036031      47 main.go:338] Failed to create SubnetManager: error retrieving pod spec for ' +
        '\'kube-flannel/kube-flannel-ds-x\': pods "kube-flannel-ds-x" is forbidden: User ' +
        '"system:serviceaccount:kube-flannel:flannel" cannot get resource "pods"',
    ],
    'api-unauthorized',
  ],
  ['nothing that the catalogue knows', ['something else happened'], 'unknown'],
  ['nothing at all', [''], 'unknown'],
])('the log names %s', (_what, lines, cause) => {
  const error = readAgentError(lines.join('\n'));

  expect(error.cause).toBe(cause);
});

const SAID =
  'W1126 02:24:39.027414       1 reflector.go:569] k8s.io/client-go@v0.32.10/tools/cache/reflector.go:251: ';
const REFUSED =
  'failed to list *v1.Node: nodes is forbidden: User "system:serviceaccount:kube-flannel:flannel" cannot list resource "nodes"';

test('an agent that runs is believed while it complains, and not for what it said long ago', () => {
  const log = `I1126 02:24:21.947487       1 kube.go:537] Starting kube subnet manager\n${SAID}${REFUSED}\n`;

  expect(readFreshComplaint(log, Date.parse('2026-11-26T02:25:00Z'))).toMatchObject({
    cause: 'api-unauthorized',
    line: REFUSED,
  });
  expect(readFreshComplaint(log, Date.parse('2026-11-26T03:25:00Z'))).toBeUndefined();
});

test('what an agent that is content says is no complaint', () => {
  const log = 'I1126 02:24:39.027414       1 kube.go:163] Node controller sync successful';

  expect(readFreshComplaint(log, Date.parse('2026-11-26T02:25:00Z'))).toBeUndefined();
});

test('what client-go wraps as unhandled is read without its wrapping', () => {
  const log =
    'E1126 02:24:39.027498       1 reflector.go:166] "Unhandled Error" err="k8s.io/client-go@v0.32.10/tools/cache/reflector.go:251: ' +
    'Failed to watch *v1.Node: failed to list *v1.Node: Unauthorized" logger="UnhandledError"';

  expect(readFreshComplaint(log, Date.parse('2026-11-26T02:25:00Z'))?.line).toBe(
    'Failed to watch *v1.Node: failed to list *v1.Node: Unauthorized',
  );
});

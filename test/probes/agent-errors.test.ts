// Which line of an agent's log decides, on lines as flanneld and client-go print them.

import { expect, test } from 'vitest';
import { readAgentError } from '../../src/probes/agent-errors.ts';

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

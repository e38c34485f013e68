// What `ip route get … from … iif …` of iproute2 6.1 says of forwarded packets, as seen on nodes.

import { expect, test } from 'vitest';
import { parseForwardedRoute } from '../../src/probes/forwarded-route.ts';
import { exited } from './output.ts';

test('gives the device and gateway, and the table when a policy rule chose another', () => {
  const usual =
    '[{"dst":"10.244.1.2","from":"10.244.0.2","gateway":"10.244.1.0","dev":"flannel.1","flags":[],"cache":[],"iif":"cni0"}]';
  const ruled =
    '[{"dst":"10.244.1.2","from":"10.244.0.2","gateway":"172.31.0.12","dev":"eth0","table":"100","flags":[],"cache":[],"iif":"cni0"}]';

  expect(parseForwardedRoute(exited(usual))).toEqual({
    kind: 'route',
    device: 'flannel.1',
    gateway: '10.244.1.0',
  });
  expect(parseForwardedRoute(exited(ruled))).toMatchObject({ device: 'eth0', table: '100' });
});

test('tells a refusal from a missing device, and both from what it cannot read', () => {
  const refused = exited('', { code: 2, stderr: 'RTNETLINK answers: No route to host\n' });
  const missing = exited('', { code: 1, stderr: 'Cannot find device "cni0"\n' });

  expect(parseForwardedRoute(refused)).toEqual({ kind: 'rejected', detail: 'No route to host' });
  expect(parseForwardedRoute(missing)).toEqual({ kind: 'no-device' });
  expect(() => parseForwardedRoute(exited('nonsense'))).toThrow('not JSON');
});

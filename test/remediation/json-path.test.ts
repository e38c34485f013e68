// One member of an object, and the patch between two objects.

import { expect, test } from 'vitest';
import { isEqual, mergePatchOf, valueAt, withValueAt } from '../../src/remediation/json-path.ts';

test('a member that is not there is null, however deep', () => {
  expect(valueAt({ spec: {} }, ['spec', 'template', 'spec'])).toBeNull();
  expect(valueAt({ spec: { ports: [{ port: 80 }] } }, ['spec', 'ports', 0, 'port'])).toBe(80);
});

test('setting a member leaves the object as it was and everything beside the member', () => {
  const service = { spec: { type: 'ClusterIP', ports: [{ port: 53 }, { port: 80, targetPort: 1 }] } };

  const changed = withValueAt(service, ['spec', 'ports', 1, 'targetPort'], 2);

  expect(changed).toEqual({
    spec: { type: 'ClusterIP', ports: [{ port: 53 }, { port: 80, targetPort: 2 }] },
  });
  expect(service.spec.ports[1]).toEqual({ port: 80, targetPort: 1 });
});

test('setting null takes the member away', () => {
  expect(withValueAt({ spec: { unschedulable: true, a: 1 } }, ['spec', 'unschedulable'], null)).toEqual({
    spec: { a: 1 },
  });
});

test('a merge patch says only what differs, null for what goes, and lists as a whole', () => {
  const from = { a: 1, selector: { app: 'x', tier: 'y' }, ports: [1, 2], same: { b: [] } };
  const to = { a: 1, selector: { app: 'z' }, ports: [1], same: { b: [] } };

  const patch = mergePatchOf(from, to);

  expect(patch).toEqual({ selector: { app: 'z', tier: null }, ports: [1] });
});

test('objects that are equal need no patch', () => {
  expect(mergePatchOf({ a: { b: 1 } }, { a: { b: 1 } })).toBeUndefined();
});

test('absent and null are alike, order of members does not matter, order of lists does', () => {
  expect(isEqual({ a: null, b: 1, c: 2 }, { c: 2, b: 1 })).toBe(true);
  expect(isEqual([1, 2], [2, 1])).toBe(false);
});

// Settings that are kept while all is well and put back later, through a real Redis.

import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAsk } from '../../src/diagnosis/ask.ts';
import type { Ask } from '../../src/diagnosis/playbook.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { createHealthySettings } from '../../src/queue/healthy-settings-store.ts';
import { connectRedis, type RedisLink } from '../../src/queue/redis.ts';
import { readHealthySettings } from '../../src/remediation/healthy-settings.ts';
import { createChangeableCluster } from '../support/changeable-cluster.ts';
import { scope } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';
import { newSurroundings } from '../support/running-app.ts';

const AT = '2026-03-01T02:40:00.000Z';
const corefile = {
  object: { resource: 'configmaps', namespace: 'kube-system', name: 'coredns' },
  path: ['data', 'Corefile'],
} as const;
const setting = { object: corefile.object, path: [...corefile.path] };

let link: RedisLink;

beforeEach(() => {
  const { redisUrl, prefix } = newSurroundings();
  link = connectRedis({ url: redisUrl, prefix }, 'working', createLogger('silent'));
});

afterEach(() => link.close());

function askOf(objects: ReturnType<typeof faultFor>['objects']): Ask {
  const { access } = createChangeableCluster(objects);
  return createAsk(access, { perNode: 10, total: 50 }, new AbortController().signal, () => undefined).ask;
}

test('the last healthy value of a setting is found again, in its own cluster only', async () => {
  const store = createHealthySettings(link);
  const kept = await readHealthySettings('dns', scope, askOf(faultFor('restore-corefile').objects), AT);

  await store.keep('prod-eu', kept);
  for (const at of ['2026-03-01T02:50:00.000Z', '2026-03-01T02:55:00.000Z'])
    await store.keep('prod-eu', [{ ...setting, value: 'newer', at }]);

  expect(kept).toContainEqual({ ...setting, value: '.:53 { forwrad }', at: AT });
  expect(await store.last('prod-eu', setting)).toEqual({ value: 'newer', at: '2026-03-01T02:55:00.000Z' });
  expect(await store.last('prod-us', setting)).toBeUndefined();
});

test('what was set a moment ago does not count, nor what was there only once', async () => {
  const store = createHealthySettings(link);
  const seen = (value: string, minute: string) =>
    store.keep('prod-eu', [{ ...setting, value, at: `2026-03-01T02:${minute}:00.000Z` }]);
  await seen('good', '00');
  await seen('good', '06');

  await seen('bad', '07');
  await seen('bad', '08');

  expect(await store.last('prod-eu', setting)).toEqual({ value: 'good', at: '2026-03-01T02:06:00.000Z' });
});

test('of the DaemonSet its placement, images and arguments are kept, and never its environment', async () => {
  const kept = await readHealthySettings(
    'cni-health',
    scope,
    askOf(faultFor('restore-cni-daemonset').objects),
    AT,
  );

  expect(kept.map(({ path }) => path.slice(3).join('.'))).toEqual([
    ...['nodeSelector', 'affinity', 'tolerations', 'containers.0.image', 'containers.0.args'],
  ]);
});

test('a value out of which a credential was taken is not kept', async () => {
  const { objects } = faultFor('restore-corefile');
  const [configMap] = objects.configmaps ?? [];
  if (configMap) configMap.data = { Corefile: '.:53 { etcd { password [redacted] } }' };

  const kept = await readHealthySettings('dns', scope, askOf(objects), AT);

  expect(kept.map(({ object }) => object.resource)).toEqual(['deployments']);
});

test('a diagnosis of something else keeps nothing', async () => {
  expect(await readHealthySettings('mtu', scope, askOf({}), AT)).toEqual([]);
});

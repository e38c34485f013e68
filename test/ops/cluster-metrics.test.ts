// What Prometheus reads of a cluster: the last measurement and nothing older, and counts that go with what they count.

import { expect, test } from 'vitest';
import type { ClusterMetrics, MeshSample } from '../../src/ops/cluster-metrics.ts';
import { createMetrics } from '../../src/ops/metrics.ts';

const AT_MS = Date.parse('2026-03-01T03:12:00Z');
const HOUR_MS = 60 * 60 * 1000;

test('each thing that is measured has its series, with the cluster on every one', async () => {
  const { metrics, series } = newCluster();

  metrics.measured(
    {
      what: 'agents',
      agents: [
        { node: 'n1', ready: true },
        { node: 'n2', ready: false },
      ],
      versions: [{ node: 'n1', cni: 'flannel', version: 'v0.28.9' }],
    },
    AT_MS,
  );
  metrics.measured({ what: 'addresses', addresses: [{ node: 'n1', used: 12, capacity: 253 }] }, AT_MS);
  metrics.measured({ what: 'dns', lookups: [{ node: 'n1', ok: 2, failed: 1 }] }, AT_MS);
  metrics.measured({ what: 'policies', changedAtMs: AT_MS - 5000 }, AT_MS);
  metrics.failed('mesh', 'no-vantage');

  expect(await series()).toEqual([
    'cni_triage_cni_agent_info{cluster="prod-eu",node="n1",cni="flannel",version="v0.28.9"} 1',
    'cni_triage_cni_agent_ready{cluster="prod-eu",node="n1"} 1',
    'cni_triage_cni_agent_ready{cluster="prod-eu",node="n2"} 0',
    'cni_triage_dns_lookups_total{cluster="prod-eu",node="n1",result="failed"} 1',
    'cni_triage_dns_lookups_total{cluster="prod-eu",node="n1",result="ok"} 2',
    'cni_triage_measured_at_seconds{cluster="prod-eu",what="addresses"} 1772334720',
    'cni_triage_measured_at_seconds{cluster="prod-eu",what="agents"} 1772334720',
    'cni_triage_measured_at_seconds{cluster="prod-eu",what="dns"} 1772334720',
    'cni_triage_measured_at_seconds{cluster="prod-eu",what="policies"} 1772334720',
    'cni_triage_measurement_failed_total{cluster="prod-eu",what="mesh",reason="no-vantage"} 1',
    'cni_triage_network_policies_changed_at_seconds{cluster="prod-eu"} 1772334715',
    'cni_triage_pod_addresses_capacity{cluster="prod-eu",node="n1"} 253',
    'cni_triage_pod_addresses_used{cluster="prod-eu",node="n1"} 12',
  ]);
});

test('a way has the time of each answer, and what was lost', async () => {
  const { metrics, series } = newCluster();

  metrics.measured({ what: 'mesh', ways: [way('n1', 'n2', [0.4, 90.5])] }, AT_MS);

  const mesh = (await series()).filter((line) => line.includes('mesh_'));
  expect(mesh).toContain(
    'cni_triage_mesh_latency_seconds_count{cluster="prod-eu",src_node="n1",dst_node="n2"} 2',
  );
  expect(mesh).toContain(
    'cni_triage_mesh_latency_seconds_bucket{le="0.0005",cluster="prod-eu",src_node="n1",dst_node="n2"} 1',
  );
  expect(mesh).toContain(
    'cni_triage_mesh_latency_seconds_bucket{le="0.1",cluster="prod-eu",src_node="n1",dst_node="n2"} 2',
  );
  expect(mesh).toContain(
    'cni_triage_mesh_probes_total{cluster="prod-eu",src_node="n1",dst_node="n2",result="lost"} 3',
  );
});

test('what is not in the last measurement is gone, and counts go on', async () => {
  const { metrics, series } = newCluster();
  metrics.measured({ what: 'addresses', addresses: [{ node: 'n1', used: 12, capacity: 253 }] }, AT_MS);
  metrics.measured({ what: 'dns', lookups: [{ node: 'n1', ok: 3, failed: 0 }] }, AT_MS);

  metrics.measured({ what: 'addresses', addresses: [{ node: 'n2', used: 1, capacity: 253 }] }, AT_MS);
  metrics.measured({ what: 'dns', lookups: [{ node: 'n1', ok: 3, failed: 0 }] }, AT_MS);

  const lines = await series();
  expect(lines.filter((line) => line.includes('addresses_used'))).toEqual([
    'cni_triage_pod_addresses_used{cluster="prod-eu",node="n2"} 1',
  ]);
  expect(lines).toContain('cni_triage_dns_lookups_total{cluster="prod-eu",node="n1",result="ok"} 6');
});

test('what could not be measured shows no value, and when it was last measured', async () => {
  const { metrics, series } = newCluster();
  metrics.measured({ what: 'agents', agents: [{ node: 'n1', ready: true }], versions: [] }, AT_MS);

  metrics.lost('agents');

  expect(await series()).toEqual([
    'cni_triage_measured_at_seconds{cluster="prod-eu",what="agents"} 1772334720',
  ]);
});

test('counts of nodes and ways that are measured no more are forgotten after an hour', async () => {
  const { metrics, series } = newCluster();
  metrics.measured({ what: 'mesh', ways: [way('n1', 'n2', [1]), way('n2', 'n1', [1])] }, AT_MS);
  metrics.measured({ what: 'dns', lookups: [{ node: 'n1', ok: 3, failed: 0 }] }, AT_MS);

  metrics.measured({ what: 'mesh', ways: [way('n2', 'n1', [1])] }, AT_MS + HOUR_MS + 1);
  metrics.measured({ what: 'dns', lookups: [{ node: 'n2', ok: 3, failed: 0 }] }, AT_MS + HOUR_MS + 1);

  const lines = await series();
  expect(lines.filter((line) => line.includes('src_node="n1"'))).toEqual([]);
  expect(lines.filter((line) => line.includes('dns_lookups_total{cluster="prod-eu",node="n1"'))).toEqual([]);
  expect(lines).toContain(
    'cni_triage_mesh_probes_total{cluster="prod-eu",src_node="n2",dst_node="n1",result="ok"} 2',
  );
});

function newCluster(): { metrics: ClusterMetrics; series(): Promise<string[]> } {
  const all = createMetrics();
  const metrics = all.ofCluster('prod-eu');
  const series = async () => {
    const { body } = await all.expose();
    return body
      .split('\n')
      .filter((line) => line.startsWith('cni_triage_') && line.includes('cluster="prod-eu"'))
      .sort();
  };
  return { metrics, series };
}

const way = (from: string, to: string, answeredMs: number[]): MeshSample => ({
  from,
  to,
  answeredMs,
  lost: 5 - answeredMs.length,
});

// What a worker measures of its cluster, as Prometheus series: gauges show the last measurement and nothing older, so that
// a value that could not be read is absent. Measuring itself and its schedule are in `measuring/`.

import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

export interface AgentSample {
  node: string;
  /** False too when there is no pod. */
  ready: boolean;
}

export interface AgentVersionSample {
  node: string;
  cni: string;
  /** Tag of its image. */
  version: string;
}

export interface AddressSample {
  node: string;
  used: number;
  /** Addresses that pods can get. */
  capacity: number;
}

export interface MeshSample {
  from: string;
  to: string;
  /** Round trips of the requests that were answered. */
  answeredMs: number[];
  lost: number;
}

export interface LookupSample {
  node: string;
  ok: number;
  failed: number;
}

/** What one measurement was about, and what it saw. Nodes and ways that are not in it were not measured. */
export type Samples =
  | { what: 'agents'; agents: AgentSample[]; versions: AgentVersionSample[] }
  | { what: 'addresses'; addresses: AddressSample[] }
  | { what: 'mesh'; ways: MeshSample[] }
  | { what: 'dns'; lookups: LookupSample[] }
  /** `changedAtMs`: last change that was seen, in ms since 1970. Absent: there is no policy, and none went away. */
  | { what: 'policies'; changedAtMs?: number };

export type MeasuredThing = Samples['what'];

export interface ClusterMetrics {
  /** One measurement; series of the same thing that it does not hold are removed. `atMs`: ms since 1970. */
  measured(samples: Samples, atMs: number): void;
  /** Nothing could be measured: what the last measurement showed is removed. */
  lost(what: MeasuredThing): void;
  /** A part of it, or all of it, could not be measured. `reason`: one of few words. */
  failed(what: MeasuredThing, reason: string): void;
}

// Ways and nodes come and go in a cluster that scales itself; their counts are kept for as long as a rule looks back.
const FORGET_AFTER_MS = 60 * 60 * 1000;

export function createClusterMetrics(registry: Registry, cluster: string): ClusterMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string, labels: string[] = []) =>
    new Gauge({ name: `cni_triage_${name}`, help, labelNames: ['cluster', ...labels], registers });
  const counter = (name: string, help: string, labels: string[]) =>
    new Counter({ name: `cni_triage_${name}`, help, labelNames: ['cluster', ...labels], registers });

  const agentReady = gauge('cni_agent_ready', "Whether the CNI's agent on a node is ready.", ['node']);
  const agentInfo = gauge('cni_agent_info', "Version of the CNI's agent on a node.", [
    'node',
    'cni',
    'version',
  ]);
  const used = gauge('pod_addresses_used', "Addresses of a node's range that pods have.", ['node']);
  const capacity = gauge('pod_addresses_capacity', "Addresses of a node's range that pods can have.", [
    'node',
  ]);
  const policiesChanged = gauge('network_policies_changed_at_seconds', 'Last change of a NetworkPolicy.');
  const measuredAt = gauge('measured_at_seconds', 'Last measurement that saw something.', ['what']);
  const failures = counter(
    'measurement_failed_total',
    'Measurements, or parts of one, that were not possible.',
    ['what', 'reason'],
  );
  const ways = ['src_node', 'dst_node'];
  const latency = new Histogram({
    name: 'cni_triage_mesh_latency_seconds',
    help: 'Round trips from a node into the pod network of another.',
    labelNames: ['cluster', ...ways],
    buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1],
    registers,
  });
  const probes = counter('mesh_probes_total', 'Requests on such ways, by what came of them.', [
    ...ways,
    'result',
  ]);
  const lookups = counter('dns_lookups_total', "Look-ups of the API server's name from a node.", [
    'node',
    'result',
  ]);

  const seenWays = createLastSeen((labels) => {
    latency.remove(labels);
    for (const result of ['ok', 'lost']) probes.remove({ ...labels, result });
  });
  const seenNodes = createLastSeen((labels) => {
    for (const result of ['ok', 'failed']) lookups.remove({ ...labels, result });
  });

  function show(samples: Samples, atMs: number): void {
    clear(samples.what);
    switch (samples.what) {
      case 'agents':
        for (const { node, ready } of samples.agents) agentReady.set({ cluster, node }, ready ? 1 : 0);
        for (const { node, cni, version } of samples.versions)
          agentInfo.set({ cluster, node, cni, version }, 1);
        break;
      case 'addresses':
        for (const { node, ...count } of samples.addresses) {
          used.set({ cluster, node }, count.used);
          capacity.set({ cluster, node }, count.capacity);
        }
        break;
      case 'mesh':
        for (const { from, to, answeredMs, lost } of samples.ways) {
          const way = { cluster, src_node: from, dst_node: to };
          for (const ms of answeredMs) latency.observe(way, ms / 1000);
          probes.inc({ ...way, result: 'ok' }, answeredMs.length);
          probes.inc({ ...way, result: 'lost' }, lost);
          seenWays.saw(way, atMs);
        }
        seenWays.forget(atMs - FORGET_AFTER_MS);
        break;
      case 'dns':
        for (const { node, ok, failed } of samples.lookups) {
          lookups.inc({ cluster, node, result: 'ok' }, ok);
          lookups.inc({ cluster, node, result: 'failed' }, failed);
          seenNodes.saw({ cluster, node }, atMs);
        }
        seenNodes.forget(atMs - FORGET_AFTER_MS);
        break;
      case 'policies':
        if (samples.changedAtMs !== undefined) policiesChanged.set({ cluster }, samples.changedAtMs / 1000);
        break;
    }
  }

  function clear(what: MeasuredThing): void {
    const gauges: Partial<Record<MeasuredThing, Gauge[]>> = {
      agents: [agentReady, agentInfo],
      addresses: [used, capacity],
      policies: [policiesChanged],
    };
    for (const each of gauges[what] ?? []) each.reset();
  }

  return {
    measured(samples, atMs) {
      show(samples, atMs);
      measuredAt.set({ cluster, what: samples.what }, atMs / 1000);
    },
    lost: clear,
    failed: (what, reason) => failures.inc({ cluster, what, reason }),
  };
}

type SeriesLabels = Record<string, string>;

function createLastSeen(remove: (labels: SeriesLabels) => void) {
  const seen = new Map<string, { labels: SeriesLabels; atMs: number }>();
  return {
    saw: (labels: SeriesLabels, atMs: number) => void seen.set(JSON.stringify(labels), { labels, atMs }),
    forget(beforeMs: number) {
      for (const [key, { labels, atMs }] of seen) {
        if (atMs >= beforeMs) continue;
        remove(labels);
        seen.delete(key);
      }
    },
  };
}

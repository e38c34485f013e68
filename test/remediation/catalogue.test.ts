// The catalogue: every fault has a remediation, every automatic one plans what it says, with real names and uids, within its
// own rules; and it says why when it does not fit.

import { describe, expect, test } from 'vitest';
import type { FindingCode } from '../../src/diagnosis/finding.ts';
import {
  automaticRemediation,
  catalogue,
  remediationIdsFor,
  remediationsFor,
} from '../../src/remediation/catalog/index.ts';
import { Plan, type Step } from '../../src/remediation/plan.ts';
import { findingSamples } from '../docs/finding-samples.ts';
import { createChangeableCluster } from '../support/changeable-cluster.ts';
import { planFor, plannedFor, scope } from '../support/planned-remedies.ts';
import { faultFor, remediableFaults } from '../support/remediable-faults.ts';
import { findingOf, pod } from '../support/remediable-objects.ts';

const codes = Object.keys(findingSamples) as FindingCode[];

test.each(codes)('%s has a remediation, by machine or by hand', (code) => {
  const finding = findingOf(code, findingSamples[code].params as never, { kind: 'cluster' }, 'n1');

  expect(remediationsFor(finding)).not.toEqual([]);
});

test.each([
  [faultFor('restore-corefile').finding, ['restore-corefile', 'mend-installation']],
  [faultFor('restart-coredns').finding, ['restart-coredns', 'mend-installation']],
  [faultFor('restore-cni-settings').finding, ['restore-cni-settings', 'restart-cni-agents']],
])('a finding is offered only what mends the cause that it names: $code', (finding, offered) => {
  expect(remediationsFor(finding).map(({ id }) => id)).toEqual(offered);
});

test('of the fixes that a machine makes only those that are enabled are named, and all where nobody asks', () => {
  const { finding } = faultFor('restore-cni-settings');

  const named = [undefined, ['restart-cni-agents'], []].map((enabled) => remediationIdsFor(finding, enabled));

  expect(named).toEqual([['restore-cni-settings', 'restart-cni-agents'], ['restart-cni-agents'], []]);
});

test('ids are unique, and every automatic remediation has a fault here', () => {
  const ids = catalogue.map(({ id }) => id);
  const automatic = catalogue.filter(({ kind }) => kind === 'automatic').map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
  expect(remediableFaults.map(({ remediation }) => remediation).sort()).toEqual(automatic.sort());
});

describe.each(remediableFaults.map(({ remediation }) => remediation))('%s', (id) => {
  test('plans for its fault, in a form that survives the queue', async () => {
    const fault = faultFor(id);

    const plan = await plannedFor(fault);

    expect(Plan.parse(JSON.parse(JSON.stringify(plan)))).toEqual(plan);
    expect(plan).toMatchObject({ remediation: id, risk: automaticRemediation(id)?.risk, cluster: 'prod-eu' });
  });

  test('offers itself for that finding', () => {
    const { finding } = faultFor(id);

    const offered = remediationsFor(finding).map((each) => each.id);

    expect(offered).toContain(id);
  });

  test('does not fit when its objects are gone', async () => {
    const planned = await planFor({ ...faultFor(id), objects: { nodes: [] } });

    expect(planned.status).toBe('unfit');
  });

  test('asks for named verbs on named kinds, and never for Secrets', () => {
    const rules = automaticRemediation(id)?.rules(scope) ?? [];

    const words = rules.flatMap(({ resource, verbs }) => [resource, ...verbs]);
    expect(rules).not.toEqual([]);
    expect(words.filter((word) => word === '*' || word === 'secrets')).toEqual([]);
  });
});

const setsOf = (steps: Step[]) => steps.flatMap((step) => (step.kind === 'set' ? [step] : []));

test('CoreDNS gets the replicas that it had while all was well, and two when nobody knows', async () => {
  const { healthy: _, ...forgotten } = faultFor('scale-coredns');

  const known = await plannedFor(faultFor('scale-coredns'));
  const unknown = await plannedFor(forgotten);

  expect([known, unknown].map(({ steps }) => setsOf(steps)[0]?.to)).toEqual([3, 2]);
});

test('the last CoreDNS replica that could answer is not deleted', async () => {
  const fault = faultFor('delete-coredns-replica');
  const other = fault.objects.pods?.[1];
  if (other) other.status = { phase: 'Running', conditions: [{ type: 'Ready', status: 'False' }] };

  const planned = await planFor(fault);

  expect(planned).toEqual({ status: 'unfit', reason: { kind: 'last-one', name: 'coredns-a' } });
});

test('the Corefile is restored only from a snapshot, and only when it differs', async () => {
  const fault = faultFor('restore-corefile');
  const { healthy: _, ...forgotten } = fault;
  const equal = structuredClone(fault);
  const [configMap] = equal.objects.configmaps ?? [];
  if (configMap) configMap.data = { Corefile: '.:53 { forward . 1.1.1.1 }' };

  const reasons = await Promise.all([planFor(forgotten), planFor(equal)]);

  expect(reasons.map((each) => each.status === 'unfit' && each.reason.kind)).toEqual([
    'no-snapshot',
    'already-so',
  ]);
});

test('the DNS Service keeps its other ports and where the usual ones led', async () => {
  const { steps } = await plannedFor(faultFor('fix-dns-service'));

  expect(setsOf(steps)[0]?.to).toEqual([
    { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
    { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
    { name: 'metrics', port: 9153, protocol: 'TCP', targetPort: 9153 },
  ]);
});

test('a selector is corrected to the one value that all pods agree on, and not to one of two', async () => {
  const fault = faultFor('correct-service-selector');
  const torn = structuredClone(fault);
  torn.objects.pods?.push(pod('shop', 'web-9', 'ReplicaSet/web-8', { app: 'web', tier: 'edge' }));

  const [step] = setsOf((await plannedFor(fault)).steps);
  const undecided = await planFor(torn);

  expect(step).toMatchObject({ path: ['spec', 'selector', 'tier'], from: 'back', to: 'front' });
  expect(undecided).toEqual({
    status: 'unfit',
    reason: { kind: 'no-single-candidate', candidates: ['edge', 'front'] },
  });
});

test('only the port that was complained about gets another target', async () => {
  const [step] = setsOf((await plannedFor(faultFor('correct-service-target-port'))).steps);

  expect(step).toMatchObject({ path: ['spec', 'ports', 1, 'targetPort'], from: 8081, to: 8080 });
});

test('a Service outside the namespaces that were given is out of reach', async () => {
  const fault = faultFor('correct-service-target-port');
  const [service] = fault.objects.services ?? [];
  if (service) service.metadata.namespace = 'bank';
  const params = { port: '80/tcp', targetPort: '8081', cause: 'nobody-listens', instead: ['8080'] } as const;
  const finding = findingOf(
    'service.target-port-mismatch',
    { ...params, instead: ['8080'], service: 'bank/web' },
    { kind: 'service', namespace: 'bank', name: 'web' },
  );

  const planned = await planFor({ ...fault, finding });

  expect(planned).toEqual({ status: 'unfit', reason: { kind: 'beyond-scope', namespace: 'bank' } });
});

test("a pod template's dnsPolicy is changed on Deployments only", async () => {
  const fault = faultFor('correct-dns-policy');
  const [replicaSet] = fault.objects.replicasets ?? [];
  if (replicaSet) replicaSet.metadata.ownerReferences = [{ kind: 'Rollout', name: 'web', controller: true }];

  const planned = await planFor(fault);

  expect(planned).toMatchObject({ status: 'unfit', reason: { kind: 'owner-not-simple' } });
});

test('after another dnsPolicy a pod of the new template is asked, since the old one is gone', async () => {
  const { verify } = await plannedFor(faultFor('correct-dns-policy'));

  expect(verify.successors).toEqual([
    { pod: { namespace: 'shop', name: 'web-1' }, labelSelector: 'app=web,track notin (canary)' },
  ]);
});

test('one agent is deleted by uid and waited for, and the others are left alone', async () => {
  const fault = faultFor('restart-cni-agent');
  const cluster = createChangeableCluster(fault.objects);
  const uid = cluster.get('pods', 'kube-flannel', 'flannel-n1')?.metadata.uid;

  const { steps, touches } = await plannedFor(fault, cluster);

  expect(steps).toEqual([
    { kind: 'delete-pod', pod: { namespace: 'kube-flannel', name: 'flannel-n1' }, uid, node: 'n1' },
    {
      kind: 'await',
      condition: {
        ...{
          kind: 'pods-ready',
          namespace: 'kube-flannel',
          labelSelector: 'app=flannel',
          node: 'n1',
          count: 1,
        },
      },
      timeoutS: 120,
    },
  ]);
  expect(touches).toMatchObject({ pods: ['kube-flannel/flannel-n1'], nodes: ['n1'] });
});

test('a DaemonSet that waits for somebody to delete its pods is not restarted by a roll-out', async () => {
  const fault = faultFor('restart-cni-agents');
  const [daemonSet] = fault.objects.daemonsets ?? [];
  if (daemonSet?.spec) daemonSet.spec.updateStrategy = { type: 'OnDelete' };

  const planned = await planFor(fault);

  expect(planned).toMatchObject({ status: 'unfit', reason: { kind: 'on-delete' } });
});

test('a pod that nobody would make anew is not evicted', async () => {
  const fault = faultFor('recreate-stale-pods');
  const [first] = fault.objects.pods ?? [];
  if (first) first.metadata.ownerReferences = [];

  const planned = await planFor(fault);

  expect(planned).toEqual({ status: 'unfit', reason: { kind: 'unowned-pod', pod: 'shop/web-1' } });
});

test('zombies are those that are over or stuck, and a stuck one is never taken behind its node’s back', async () => {
  const fault = faultFor('clear-zombie-pods');
  const stuck = pod('shop', 'stuck', 'ReplicaSet/web-7f', {});
  stuck.metadata.deletionTimestamp = '2026-03-01T02:00:00Z';
  const leaving = pod('shop', 'leaving', 'ReplicaSet/web-7f', {});
  leaving.metadata.deletionTimestamp = '2026-03-01T03:11:30Z';
  fault.objects.pods?.push(stuck, leaving);

  const { steps } = await plannedFor(fault);

  const deleted = steps.map((step) => step.kind === 'delete-pod' && [step.pod.name, step.graceSeconds]);
  expect(deleted).toEqual([
    ['done', undefined],
    ['failed', undefined],
    ['stuck', 1],
  ]);
});

test('flannel’s MTU is written beside its other settings', async () => {
  const [step] = setsOf((await plannedFor(faultFor('set-flannel-mtu'))).steps);

  expect(JSON.parse(String(step?.to))).toEqual({
    Network: '10.244.0.0/16',
    Backend: { Type: 'vxlan', MTU: 1500 },
  });
});

test('the last node that takes pods is not cordoned', async () => {
  const fault = faultFor('cordon-node');
  const [, other] = fault.objects.nodes ?? [];
  if (other) other.spec = { unschedulable: true };

  const planned = await planFor(fault);

  expect(planned).toEqual({ status: 'unfit', reason: { kind: 'last-one', name: 'n1' } });
});

test('what was set is taken back in reverse, and a replaced pod needs no undo', async () => {
  const restore = await plannedFor(faultFor('restore-corefile'));
  const restart = await plannedFor(faultFor('restart-cni-agent'));

  expect(restart.undo).toEqual({ kind: 'none-needed' });
  expect(restore.undo.kind === 'steps' && restore.undo.steps.map((step) => step.kind)).toEqual([
    'set',
    'restart',
    'await',
  ]);
  expect(restore.undo.kind === 'steps' && restore.undo.steps[0]).toMatchObject({
    from: '.:53 { forward . 1.1.1.1 }',
    to: '.:53 { forwrad }',
  });
});

test('with what was broken before, readiness is not waited for as long as with what is healthy', async () => {
  const { steps, undo } = await plannedFor(faultFor('restore-corefile'));
  const waitOf = (all: Step[]) => all.flatMap((step) => (step.kind === 'await' ? [step.timeoutS] : []));

  expect([waitOf(steps), waitOf(undo.kind === 'steps' ? undo.steps : [])]).toEqual([[300], [90]]);
});

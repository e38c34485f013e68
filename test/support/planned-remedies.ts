// Plans remediations in the small clusters of remediable-faults.ts.

import { createAsk } from '../../src/diagnosis/ask.ts';
import type { Diagnosis } from '../../src/diagnosis/diagnosis.ts';
import { automaticRemediation } from '../../src/remediation/catalog/index.ts';
import { canonicalJson, type Plan } from '../../src/remediation/plan.ts';
import { planRemediation } from '../../src/remediation/plan-remediation.ts';
import type { HealthySetting, Scope, SettingRef, Unfit } from '../../src/remediation/remediation.ts';
import { type ChangeableCluster, createChangeableCluster } from './changeable-cluster.ts';
import type { RemediableFault } from './remediable-faults.ts';
import { PLANNED_AT } from './remediable-objects.ts';
import { sampleDiagnosis, sampleRequest } from './sample-diagnosis.ts';

export const scope: Scope = {
  cni: { namespace: 'kube-flannel', daemonSet: 'kube-flannel-ds', configMap: 'kube-flannel-cfg' },
  namespaces: ['shop'],
};

export const diagnosisOf = (fault: RemediableFault): Diagnosis => ({
  ...sampleDiagnosis(sampleRequest(), 'root-cause'),
  facts: {
    kubernetesVersion: 'v1.34.4',
    cni: 'flannel',
    nodes: ['n1', 'n2'].map((name) => ({
      ...{ name, addresses: [], podCidrs: [], ready: true },
      agent: { status: 'ready' as const, pod: 'agent' },
    })),
  },
  findings: [fault.finding],
});

const budget = { perNode: 100, total: 100 };

export function planFor(
  fault: RemediableFault,
  cluster: ChangeableCluster = createChangeableCluster(fault.objects),
): Promise<{ status: 'planned'; plan: Plan } | Unfit> {
  const remediation = automaticRemediation(fault.remediation);
  if (!remediation) throw new Error(`${fault.remediation} is not in the catalogue`);
  const { ask } = createAsk(cluster.access, budget, new AbortController().signal, () => undefined);
  return planRemediation({
    ...{ remediation, finding: fault.finding, scope, ask },
    ...{ diagnosis: diagnosisOf(fault), incidentId: 'dns-7k2p', at: PLANNED_AT },
    healthy: async (setting) => keptOf(fault, setting),
  });
}

export async function plannedFor(fault: RemediableFault, cluster?: ChangeableCluster): Promise<Plan> {
  const planned = await planFor(fault, cluster);
  if (planned.status === 'unfit') throw new Error(JSON.stringify(planned.reason));
  return planned.plan;
}

function keptOf({ healthy = [] }: RemediableFault, setting: SettingRef): HealthySetting | undefined {
  const wanted = canonicalJson([setting.object, setting.path]);
  const kept = healthy.find(({ object, path }) => canonicalJson([object, path]) === wanted);
  return kept && { value: kept.value, at: '2026-03-01T02:40:00.000Z' };
}

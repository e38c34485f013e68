// The catalogue: every remediation, in the order in which they are offered: the smaller one first. Adding one is one line.

import type { Finding } from '../../diagnosis/finding.ts';
import type { AutomaticRemediation, Remediation } from '../remediation.ts';
import { clearZombiePods } from './clear-zombie-pods.ts';
import { cordonNode } from './cordon-node.ts';
import { correctDnsPolicy } from './correct-dns-policy.ts';
import { correctServiceSelector } from './correct-service-selector.ts';
import { correctServiceTargetPort } from './correct-service-target-port.ts';
import { deleteCoreDnsReplica } from './delete-coredns-replica.ts';
import { fixDnsService } from './fix-dns-service.ts';
import { manualRemediations } from './manual.ts';
import { recreateStalePods } from './recreate-stale-pods.ts';
import { restartCniAgent } from './restart-cni-agent.ts';
import { restartCniAgents } from './restart-cni-agents.ts';
import { restartCoreDns } from './restart-coredns.ts';
import { restartKubeProxy } from './restart-kube-proxy.ts';
import { restoreCniDaemonSet } from './restore-cni-daemonset.ts';
import { restoreCniSettings } from './restore-cni-settings.ts';
import { restoreCorefile } from './restore-corefile.ts';
import { scaleCoreDns } from './scale-coredns.ts';
import { setFlannelMtu } from './set-flannel-mtu.ts';

const automatic: AutomaticRemediation[] = [
  scaleCoreDns,
  deleteCoreDnsReplica,
  restartCoreDns,
  fixDnsService,
  restoreCorefile,
  correctServiceSelector,
  correctServiceTargetPort,
  correctDnsPolicy,
  restartCniAgent,
  restartKubeProxy,
  recreateStalePods,
  clearZombiePods,
  restoreCniDaemonSet,
  restoreCniSettings,
  setFlannelMtu,
  restartCniAgents,
  cordonNode,
];

export const catalogue: Remediation[] = [...automatic, ...manualRemediations];

export const automaticRemediation = (id: string): AutomaticRemediation | undefined =>
  automatic.find((remediation) => remediation.id === id);

/** Ids for a finding; of the automatic ones those that are enabled. Absent: all. */
export const remediationIdsFor = (finding: Finding, enabled?: readonly string[]): string[] =>
  remediationsFor(finding)
    .filter(({ kind, id }) => kind === 'manual' || (enabled?.includes(id) ?? true))
    .map(({ id }) => id);

/** What is there for a finding, in the order of offering; whether its objects allow it shows when it is planned. */
export const remediationsFor = (finding: Finding): Remediation[] =>
  catalogue.filter(
    (each) =>
      each.fixes.includes(finding.code) && (each.kind === 'manual' || (each.suits?.(finding) ?? true)),
  );

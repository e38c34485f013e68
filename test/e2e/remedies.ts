// Which fault of the lab each remediation is tried on, and what has to come of it. Order matters in one thing: what needs a
// healthy setting that was kept comes last.

import type { Fault } from '../lab/fault.ts';
import { agentBadSettings } from '../lab/faults/cni/agent-bad-settings.ts';
import { agentNotSelected } from '../lab/faults/cni/agent-not-selected.ts';
import { kubeletStoppedForCni } from '../lab/faults/cni/kubelet-stopped.ts';
import { fdbMissing } from '../lab/faults/cross-node/fdb-missing.ts';
import { tunnelDown } from '../lab/faults/cross-node/tunnel-down.ts';
import { corednsHangs } from '../lab/faults/dns/coredns-hangs.ts';
import { corednsScaledToZero } from '../lab/faults/dns/coredns-scaled-to-zero.ts';
import { corefileSyntaxError } from '../lab/faults/dns/corefile-syntax-error.ts';
import { corefileTemplateNxdomain } from '../lab/faults/dns/corefile-template-nxdomain.ts';
import { dnsServicePortChanged } from '../lab/faults/dns/dns-service-port-changed.ts';
import { dnsServiceSelectorChanged } from '../lab/faults/dns/dns-service-selector-changed.ts';
import { corednsDeaf } from '../lab/faults/fixable/coredns-deaf.ts';
import { kubeProxyPodHangs } from '../lab/faults/fixable/kube-proxy-pod.ts';
import { deploymentWithNodeResolver } from '../lab/faults/fixable/node-resolver.ts';
import { agentsInBackOff } from '../lab/faults/fixable/settings-mended.ts';
import { webCableDown, webPodTooLarge } from '../lab/faults/fixable/web-pod.ts';
import { rangeFullAmongZombies } from '../lab/faults/fixable/zombie-pods.ts';
import { overlayTooLarge } from '../lab/faults/mtu/overlay-too-large.ts';
import { oneLabelWrong, targetPortWrong } from '../lab/faults/service/objects.ts';

export interface Remedy {
  readonly remediation: string;
  readonly fault: Fault;
  /** `fixed` when absent. */
  readonly end?: 'fixed' | 'contained' | 'other-cause' | 'still-failing';
  /** What is there once it was taken back; `not-ready`: pods that never start again. Absent: it cannot be. */
  readonly undo?: 'the-fault' | 'not-ready' | 'anything';
}

export const remedies: readonly Remedy[] = [
  // Replicas that are on their way out answer for some seconds more.
  { remediation: 'scale-coredns', fault: corednsScaledToZero, undo: 'anything' },
  { remediation: 'delete-coredns-replica', fault: corednsDeaf },
  { remediation: 'restart-coredns', fault: corednsHangs },
  { remediation: 'fix-dns-service', fault: dnsServicePortChanged, undo: 'the-fault' },
  { remediation: 'fix-dns-service', fault: dnsServiceSelectorChanged, undo: 'the-fault' },
  { remediation: 'correct-service-selector', fault: oneLabelWrong, undo: 'the-fault' },
  { remediation: 'correct-service-target-port', fault: targetPortWrong, undo: 'the-fault' },
  { remediation: 'correct-dns-policy', fault: deploymentWithNodeResolver, undo: 'the-fault' },
  { remediation: 'restart-cni-agent', fault: tunnelDown },
  { remediation: 'restart-cni-agent', fault: fdbMissing },
  { remediation: 'restart-kube-proxy', fault: kubeProxyPodHangs },
  { remediation: 'recreate-stale-pods', fault: webCableDown },
  { remediation: 'recreate-stale-pods', fault: webPodTooLarge },
  { remediation: 'clear-zombie-pods', fault: rangeFullAmongZombies, end: 'still-failing' },
  { remediation: 'restart-cni-agents', fault: agentsInBackOff },
  { remediation: 'cordon-node', fault: kubeletStoppedForCni, end: 'contained', undo: 'the-fault' },
  { remediation: 'set-flannel-mtu', fault: overlayTooLarge, end: 'other-cause', undo: 'the-fault' },
];

/** These put back what was kept while all was well. */
export const restorations: readonly Remedy[] = [
  { remediation: 'restore-corefile', fault: corefileSyntaxError, undo: 'not-ready' },
  { remediation: 'restore-corefile', fault: corefileTemplateNxdomain, undo: 'the-fault' },
  { remediation: 'restore-cni-daemonset', fault: agentNotSelected, undo: 'the-fault' },
  { remediation: 'restore-cni-settings', fault: agentBadSettings, undo: 'not-ready' },
];

// The list of DNS faults, in the order in which a drill runs them: the gentle ones first.

import type { Fault } from '../../fault.ts';
import { corednsHangs } from './coredns-hangs.ts';
import { corednsScaledToZero } from './coredns-scaled-to-zero.ts';
import { corednsWithoutRbac } from './coredns-without-rbac.ts';
import { corefileSyntaxError } from './corefile-syntax-error.ts';
import { corefileTemplateNxdomain } from './corefile-template-nxdomain.ts';
import { dnsServicePortChanged } from './dns-service-port-changed.ts';
import { dnsServiceSelectorChanged } from './dns-service-selector-changed.ts';
import { forwardingLoop } from './forwarding-loop.ts';
import { healthy } from './healthy.ts';
import { nameMissing } from './name-missing.ts';
import { podDeadNameserver } from './pod-dead-nameserver.ts';
import { podDnsPolicyDefault } from './pod-dns-policy-default.ts';
import { replicaNodeCutOff } from './replica-node-cut-off.ts';
import { udp53DroppedOnNode } from './udp-53-dropped-on-node.ts';
import { upstreamDead } from './upstream-dead.ts';

export const dnsFaults: readonly Fault[] = [
  healthy,
  nameMissing,
  podDnsPolicyDefault,
  podDeadNameserver,
  udp53DroppedOnNode,
  upstreamDead,
  dnsServiceSelectorChanged,
  dnsServicePortChanged,
  corednsScaledToZero,
  corednsHangs,
  corefileTemplateNxdomain,
  corefileSyntaxError,
  forwardingLoop,
  corednsWithoutRbac,
  replicaNodeCutOff,
];

// The drills about the way between nodes, in the order in which they run; those that hold without a tunnel as well.

import type { Fault } from '../../fault.ts';
import { addressWrong } from './address-wrong.ts';
import { blackholeRoute } from './blackhole-route.ts';
import { bridgeDown } from './bridge-down.ts';
import { bridgeFiltered } from './bridge-filtered.ts';
import { fdbMissing } from './fdb-missing.ts';
import { fdbWrong } from './fdb-wrong.ts';
import { forwardPolicyDrop } from './forward-policy-drop.ts';
import { forwardRuleDrop } from './forward-rule-drop.ts';
import { healthyNodes } from './healthy.ts';
import { ipForwardOff } from './ip-forward-off.ts';
import { kubeletStopped } from './kubelet-stopped.ts';
import { lossByRule } from './loss-by-rule.ts';
import { lossOnTheSwitch } from './loss-on-the-switch.ts';
import { macDifferent } from './mac-different.ts';
import { masqueradeMissing } from './masquerade-missing.ts';
import { neighbourMissing } from './neighbour-missing.ts';
import { neighbourWrong } from './neighbour-wrong.ts';
import { nodeCutOff } from './node-cut-off.ts';
import { nodeNeighbourFixed } from './node-neighbour-fixed.ts';
import { peerRouteDeleted } from './peer-route-deleted.ts';
import { policyRuleProhibits } from './policy-rule-prohibits.ts';
import { portDifferent } from './port-different.ts';
import { rpFilterAsymmetric } from './rp-filter-asymmetric.ts';
import { tunnelDown } from './tunnel-down.ts';
import { tunnelMissing } from './tunnel-missing.ts';
import { tunnelPortBlocked } from './tunnel-port-blocked.ts';
import { tunnelPortDroppedByLegacy } from './tunnel-port-dropped-by-legacy.ts';
import { tunnelPortDroppedByNft } from './tunnel-port-dropped-by-nft.ts';
import { underlayPortDown } from './underlay-port-down.ts';
import { vniDifferent } from './vni-different.ts';

/** Those that hold on a lab without a tunnel. */
export const hostGatewayFaults: readonly Fault[] = [
  healthyNodes,
  addressWrong,
  peerRouteDeleted,
  blackholeRoute,
  policyRuleProhibits,
  forwardRuleDrop,
  forwardPolicyDrop,
  ipForwardOff,
  masqueradeMissing,
  bridgeDown,
  bridgeFiltered,
  nodeNeighbourFixed,
  lossOnTheSwitch,
  lossByRule,
  nodeCutOff,
  underlayPortDown,
  kubeletStopped,
];

const tunnelFaults: readonly Fault[] = [
  fdbMissing,
  fdbWrong,
  neighbourMissing,
  neighbourWrong,
  tunnelDown,
  tunnelMissing,
  tunnelPortBlocked,
  vniDifferent,
  portDifferent,
  macDifferent,
  tunnelPortDroppedByNft,
  tunnelPortDroppedByLegacy,
  rpFilterAsymmetric,
];

export const crossNodeFaults: readonly Fault[] = [...tunnelFaults, ...hostGatewayFaults];

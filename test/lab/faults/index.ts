// Every drill, area by area, in the order in which they run. A new drill is a line in its area's list.

import type { Fault } from '../fault.ts';
import type { CniName } from '../topology.ts';
import { cniFaults } from './cni/index.ts';
import { crossNodeFaults } from './cross-node/index.ts';
import { dnsFaults } from './dns/index.ts';
import { healthyLabs } from './healthy/index.ts';
import { hostGatewayDrills } from './host-gateway.ts';
import { mtuFaults } from './mtu/index.ts';
import { pairedFaults } from './pairs/index.ts';
import { podFaults } from './pod/index.ts';
import { serviceFaults } from './service/index.ts';

export const drillAreas: Readonly<Record<string, readonly Fault[]>> = {
  dns: dnsFaults,
  healthy: healthyLabs,
  pod: podFaults,
  service: serviceFaults,
  'cross-node': crossNodeFaults,
  mtu: mtuFaults,
  cni: cniFaults,
  pairs: pairedFaults,
};

/** Those that can be held on a lab with this CNI. */
export const drillsFor = (cni: CniName): Readonly<Record<string, readonly Fault[]>> =>
  cni === 'flannel-host-gw' ? hostGatewayDrills : drillAreas;

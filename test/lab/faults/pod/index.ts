// The drills about a pod's own network, in the order in which they run.

import type { Fault } from '../../fault.ts';
import { listeningOnLoopback, nothingListening, notReady, slowApplication } from './application.ts';
import { bridgePortClosed, hostVethDetached, hostVethDown } from './cable.ts';
import {
  duplicateAddress,
  wrongEntryInPeer,
  wrongEntryOnNode,
  wrongForwardingEntry,
  wrongGatewayEntry,
} from './entries.ts';
import { allDroppedInPod, droppedInPod, nftDropsInPod } from './firewalled.ts';
import {
  addressRemoved,
  interfaceDown,
  interfaceMissing,
  interfaceWithoutArp,
  loopbackDown,
  loopbackDownElsewhere,
} from './interface.ts';
import { crashing, imageMissing, unschedulable } from './not-running.ts';
import { defaultRouteRemoved, noWayBack, routeToWrongDevice, routeToWrongGateway } from './routes.ts';

export const podFaults: readonly Fault[] = [
  nothingListening,
  listeningOnLoopback,
  slowApplication,
  notReady,
  unschedulable,
  imageMissing,
  crashing,
  interfaceDown,
  interfaceMissing,
  interfaceWithoutArp,
  loopbackDown,
  loopbackDownElsewhere,
  addressRemoved,
  defaultRouteRemoved,
  routeToWrongDevice,
  routeToWrongGateway,
  noWayBack,
  droppedInPod,
  allDroppedInPod,
  nftDropsInPod,
  hostVethDown,
  hostVethDetached,
  bridgePortClosed,
  duplicateAddress,
  wrongGatewayEntry,
  wrongEntryOnNode,
  wrongEntryInPeer,
  wrongForwardingEntry,
];

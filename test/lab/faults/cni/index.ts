// The drills about the CNI's own components and files, in the order in which they run.

import type { Fault } from '../../fault.ts';
import { agentBadSettings } from './agent-bad-settings.ts';
import { agentImageMissing } from './agent-image-missing.ts';
import { agentMayNotWatch } from './agent-may-not-watch.ts';
import { agentNotSelected } from './agent-not-selected.ts';
import { agentNotTolerating } from './agent-not-tolerating.ts';
import {
  agentInstallFails,
  agentNotReady,
  agentSettingsGone,
  agentWrongInterface,
} from './agent-settings.ts';
import { agentWithoutRbac } from './agent-without-rbac.ts';
import { agentsDeleted } from './agents-deleted.ts';
import { apiUnreachableForAgent } from './api-unreachable-for-agent.ts';
import { binaryRemoved } from './binary-removed.ts';
import { bridgeOldAddress } from './bridge-old-address.ts';
import { busyCluster } from './busy-cluster.ts';
import { configConflict } from './config-conflict.ts';
import { configInvalid } from './config-invalid.ts';
import { configRemoved } from './config-removed.ts';
import { addressStoreBlocked, binaryNotExecutable, leftoverInvalid, stateFileOfOldRange } from './files.ts';
import { healthyCni } from './healthy.ts';
import { kubeletStoppedForCni } from './kubelet-stopped.ts';
import { rangeFull } from './range-full.ts';
import { stateFileRemoved } from './state-file-removed.ts';

export const cniFaults: readonly Fault[] = [
  healthyCni,
  busyCluster,
  binaryRemoved,
  binaryNotExecutable,
  stateFileRemoved,
  stateFileOfOldRange,
  configRemoved,
  configInvalid,
  leftoverInvalid,
  configConflict,
  bridgeOldAddress,
  rangeFull,
  addressStoreBlocked,
  agentNotSelected,
  agentNotTolerating,
  agentImageMissing,
  agentBadSettings,
  agentWrongInterface,
  agentInstallFails,
  agentSettingsGone,
  agentNotReady,
  agentWithoutRbac,
  agentMayNotWatch,
  apiUnreachableForAgent,
  agentsDeleted,
  kubeletStoppedForCni,
];

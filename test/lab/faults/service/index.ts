// The drills about Services, in the order in which they run.

import type { Fault } from '../../fault.ts';
import {
  crashing,
  handMadeEndpointDead,
  listensOnLoopback,
  nothingListens,
  notReady,
  oneDeadEndpoint,
  oneEndpointCutOff,
  scaledToZero,
} from './endpoints.ts';
import { hairpinOff } from './hairpin.ts';
import {
  alias,
  aliasOfNobody,
  fromNode,
  headless,
  nodePort,
  onePodNotReady,
  onHostNetwork,
  slow,
  withoutSelector,
} from './healthy.ts';
import {
  firstEndpointUnnoticed,
  podReplaced,
  podReplacedSomewhere,
  rulesFlushed,
  rulesStillRight,
  unmasqueraded,
} from './kube-proxy.ts';
import {
  headlessPortWrong,
  localWithoutEndpoint,
  nobodyMakesEndpoints,
  portMissing,
  selectorWrong,
  serviceMissing,
  targetPortNameWrong,
  targetPortWrong,
} from './objects.ts';
import {
  droppedAtEndpoint,
  droppedBeforeTranslation,
  masqueradingSkipped,
  sliceLeftOver,
} from './tampering.ts';

export const serviceFaults: readonly Fault[] = [
  headless,
  nodePort,
  withoutSelector,
  slow,
  onHostNetwork,
  fromNode,
  onePodNotReady,
  alias,
  aliasOfNobody,
  nothingListens,
  listensOnLoopback,
  notReady,
  crashing,
  oneDeadEndpoint,
  oneEndpointCutOff,
  scaledToZero,
  handMadeEndpointDead,
  selectorWrong,
  targetPortWrong,
  targetPortNameWrong,
  headlessPortWrong,
  serviceMissing,
  portMissing,
  nobodyMakesEndpoints,
  localWithoutEndpoint,
  hairpinOff,
  rulesFlushed,
  podReplaced,
  podReplacedSomewhere,
  firstEndpointUnnoticed,
  unmasqueraded,
  rulesStillRight,
  droppedBeforeTranslation,
  droppedAtEndpoint,
  sliceLeftOver,
  masqueradingSkipped,
];

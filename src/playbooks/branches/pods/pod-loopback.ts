// The pod's loopback interface. Without it the pod does not reach itself, by 127.0.0.1 or by its own address; everything
// else works. Pure.

import { observedOr } from '../nodes/node-finding.ts';
import type { Suspect } from '../suspect.ts';
import { podCodes } from './pod-codes.ts';
import type { PodNetwork } from './pod-network.ts';
import { nameOf, wiringFinding } from './pod-wiring.ts';

export function checkLoopback(pod: PodNetwork): Suspect[] {
  const lo = observedOr(pod.interfaces, []).find(({ name }) => name === 'lo');
  if (!lo || lo.adminUp) return [];
  return [
    {
      breaks: 'local',
      finding: {
        code: 'pod.loopback-down',
        params: { pod: nameOf(pod) },
        ...wiringFinding(pod, podCodes['pod.loopback-down'], [pod.interfaces]),
      },
    },
  ];
}

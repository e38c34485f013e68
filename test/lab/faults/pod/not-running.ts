// Pods that do not run: no node takes them, no image, a crash. None of it is a network fault; that is the verdict.

import type { Fault } from '../../fault.ts';
import { type PodObject, VICTIM, victimCause, victimDrill } from './victim.ts';

const waitsFor = (reason: string) => (pod: PodObject) =>
  pod.status.containerStatuses?.some(({ state }) => state.waiting?.reason === reason) ?? false;

export const unschedulable: Fault = victimDrill({
  name: 'unschedulable',
  spec: { nodeName: undefined, nodeSelector: { nowhere: 'yes' } },
  until: (pod) =>
    pod.status.conditions?.some(({ type, status }) => type === 'PodScheduled' && status === 'False') ?? false,
  isBroken: async () => true,
  expect: victimCause('pod.not-running', { pod: VICTIM, cause: 'unschedulable' }),
});

export const imageMissing: Fault = victimDrill({
  name: 'image-missing',
  container: { image: 'lab.local/none:1' },
  until: waitsFor('ErrImageNeverPull'),
  expect: victimCause('pod.not-running', { pod: VICTIM, cause: 'image' }),
});

export const crashing: Fault = victimDrill({
  name: 'crashing',
  container: { command: ['sh', '-c', 'echo no database; exit 3'] },
  until: waitsFor('CrashLoopBackOff'),
  expect: victimCause('pod.not-running', { pod: VICTIM, cause: 'crashing', container: 'main' }),
});

// Which rights a step needs at the API server, and whether the rules of a remediation hold them. The executor refuses a
// step beyond its remediation's rules, so that a plan made up by somebody else cannot borrow the rights of another one.

import type { ObjectRef } from '../cluster/control.ts';
import type { Step } from './plan.ts';
import type { RbacRule } from './remediation.ts';

export interface Right {
  /** Absent: not in a namespace. */
  namespace?: string;
  group: string;
  resource: string;
  /** Absent: all of that kind. */
  name?: string;
  verb: string;
}

const APPS = ['deployments', 'daemonsets'];

export function rightsFor(step: Step): Right[] {
  switch (step.kind) {
    case 'delete-pod':
    case 'evict-pod': {
      const pod: ObjectRef = { resource: 'pods', ...step.pod };
      return step.kind === 'delete-pod'
        ? [onObject(pod, 'get'), onObject(pod, 'delete')]
        : [onObject(pod, 'get'), { ...onObject(pod, 'create'), resource: 'pods/eviction' }];
    }
    case 'set':
      return [onObject(step.object, 'get'), onObject(step.object, 'patch')];
    case 'restart':
      return [onObject(step.workload, 'get'), onObject(step.workload, 'patch')];
    case 'await':
      return step.condition.kind === 'rolled-out'
        ? [onObject(step.condition.workload, 'get')]
        : [{ namespace: step.condition.namespace, group: '', resource: 'pods', verb: 'list' }];
  }
}

const onObject = ({ resource, namespace, name }: ObjectRef, verb: string): Right => ({
  ...(namespace !== undefined && { namespace }),
  group: APPS.includes(resource) ? 'apps' : '',
  resource,
  name,
  verb,
});

/** The first right that the rules do not give. Undefined: they give all. */
export const beyondRules = (steps: readonly Step[], rules: readonly RbacRule[]): Right | undefined =>
  steps.flatMap(rightsFor).find((right) => !rules.some((rule) => gives(rule, right)));

/** Whether a rule of ours holds that right. */
export const gives = (rule: RbacRule, right: Right): boolean =>
  (rule.namespace === undefined || rule.namespace === right.namespace) &&
  rule.group === right.group &&
  rule.resource === right.resource &&
  rule.verbs.includes(right.verb) &&
  (rule.names === undefined || (right.name !== undefined && rule.names.includes(right.name)));

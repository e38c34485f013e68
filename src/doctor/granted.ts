// Compares what is needed with what is granted, both as RBAC means it: the rights that a rule of ours lacks, and those that nobody
// needs and that do harm. Reads nothing.

import type { GrantedRule } from '../cluster/rights.ts';
import type { RbacRule } from '../remediation/remediation.ts';
import { gives, type Right } from '../remediation/step-rights.ts';

/** Rights of a rule that the API server does not grant, one for each verb and name. */
export function notGranted(rule: RbacRule, granted: readonly GrantedRule[]): Right[] {
  const names = rule.names ?? [undefined];
  const wanted = names.flatMap((name) =>
    rule.verbs.map((verb): Right => rightOf(rule.namespace, rule.group, rule.resource, name, verb)),
  );
  return wanted.filter((right) => !granted.some((each) => grants(each, right)));
}

/** What is granted in a place beyond the rules, as far as it does harm. Absent namespace: everywhere. */
export const harmfulBeyond = (
  namespace: string | undefined,
  granted: readonly GrantedRule[],
  rules: readonly RbacRule[],
): Right[] =>
  granted
    .flatMap((rule) => rightsOf(namespace, rule))
    .filter((right) => isHarmful(right) && !rules.some((rule) => gives(rule, right)));

/** Each right once, without those that another one holds already. */
export const widest = (rights: readonly Right[]): Right[] =>
  rights.filter(
    (right, at) =>
      !rights.some((other, otherAt) => holds(other, right) && (!holds(right, other) || otherAt < at)),
  );

const rightsOf = (namespace: string | undefined, rule: GrantedRule): Right[] =>
  rule.apiGroups.flatMap((group) =>
    rule.resources.flatMap((resource) =>
      (rule.resourceNames.length > 0 ? rule.resourceNames : [undefined]).flatMap((name) =>
        rule.verbs.map((verb) => rightOf(namespace, group, resource, name, verb)),
      ),
    ),
  );

const rightOf = (
  namespace: string | undefined,
  group: string,
  resource: string,
  name: string | undefined,
  verb: string,
): Right => ({
  ...(namespace !== undefined && { namespace }),
  ...{ group, resource },
  ...(name !== undefined && { name }),
  verb,
});

// https://kubernetes.io/docs/reference/access-authn-authz/authorization: those that change something, or lend more rights.
const CHANGING = [
  ...['*', 'create', 'update', 'patch', 'delete', 'deletecollection'],
  ...['bind', 'escalate', 'impersonate', 'approve', 'sign'],
];

// Over a WebSocket they are read (`get`), and whoever reads them is in the pod, or on the node.
const WAYS_IN = [
  ...['pods/exec', 'pods/attach', 'pods/portforward', 'pods/proxy', 'services/proxy', 'nodes/proxy'],
];

const isHarmful = ({ group, resource, verb }: Right): boolean =>
  !isAboutItself(group, resource) &&
  (CHANGING.includes(verb) || resource === '*' || resource === 'secrets' || WAYS_IN.includes(resource));

/** Every account may ask who it is and what it may do; nothing is stored. */
const isAboutItself = (group: string, resource: string): boolean =>
  /^(authentication|authorization)\./.test(group) && resource.startsWith('self');

const grants = (granted: GrantedRule, { group, resource, name, verb }: Right): boolean =>
  among(granted.apiGroups, group) &&
  among(granted.resources, resource) &&
  among(granted.verbs, verb) &&
  (granted.resourceNames.length === 0 || (name !== undefined && granted.resourceNames.includes(name)));

const holds = (wide: Right, right: Right): boolean =>
  (wide.namespace === undefined || wide.namespace === right.namespace) &&
  among([wide.group], right.group) &&
  among([wide.resource], right.resource) &&
  among([wide.verb], right.verb) &&
  (wide.name === undefined || wide.name === right.name);

const among = (list: readonly string[], entry: string): boolean => list.includes('*') || list.includes(entry);

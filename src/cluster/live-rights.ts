// Asks a live API server what the account of this very connection may do. No manifest of ours grants that: every account that is logged
// in may create both reviews, by the role `system:basic-user` that Kubernetes brings along
// (k8s.io/kubernetes plugin/pkg/auth/authorizer/rbac/bootstrappolicy/policy.go).

import { z } from 'zod';
import type { ApiConnection, ApiReply } from './connection.ts';
import type { AskRight, ReadRights, RightsReply, SingleReply, SingleRight } from './rights.ts';

const API_VERSION = 'authorization.k8s.io/v1';

const TIMEOUT_MS = 5000;

// The API server wants a namespace and does not ask whether there is one. In one that nobody has, only what is granted everywhere
// is listed (k8s.io/kubernetes pkg/registry/authorization/selfsubjectrulesreview/rest.go).
const NOBODYS_NAMESPACE = 'cni-triage-no-such-namespace';

const strings = z
  .array(z.string())
  .nullish()
  .transform((list) => list ?? []);

const RulesReview = z.object({
  status: z.object({
    incomplete: z.boolean().default(false),
    evaluationError: z.string().default(''),
    resourceRules: z
      .array(z.object({ verbs: strings, apiGroups: strings, resources: strings, resourceNames: strings }))
      .nullish()
      .transform((rules) => rules ?? []),
  }),
});

const AccessReview = z.object({
  status: z.object({ allowed: z.boolean(), evaluationError: z.string().default('') }),
});

export const createLiveRights =
  (connection: ApiConnection): ReadRights =>
  async (namespace, signal) => {
    const body = {
      ...{ apiVersion: API_VERSION, kind: 'SelfSubjectRulesReview' },
      spec: { namespace: namespace ?? NOBODYS_NAMESPACE },
    };
    const path = `/apis/${API_VERSION}/selfsubjectrulesreviews`;
    return toRights(await connection.send({ method: 'POST', path, body }, TIMEOUT_MS, signal));
  };

export const createLiveAskRight =
  (connection: ApiConnection): AskRight =>
  async (right, signal) => {
    const body = {
      ...{ apiVersion: API_VERSION, kind: 'SelfSubjectAccessReview' },
      spec: { resourceAttributes: attributesOf(right) },
    };
    const path = `/apis/${API_VERSION}/selfsubjectaccessreviews`;
    return toSingle(await connection.send({ method: 'POST', path, body }, TIMEOUT_MS, signal));
  };

function attributesOf({ resource, ...rest }: SingleRight) {
  const [kind, subresource] = resource.split('/');
  return { ...rest, resource: kind, ...(subresource !== undefined && { subresource }) };
}

function toSingle(reply: ApiReply): SingleReply {
  if (reply.kind !== 'ok') return { status: 'unavailable', detail: detailOf(reply) };
  const review = AccessReview.safeParse(json(reply.body));
  if (!review.success) return { status: 'unavailable', detail: 'the answer is no SelfSubjectAccessReview' };
  const { allowed, evaluationError } = review.data.status;
  if (allowed) return { status: 'granted' };
  // An authorizer that was out of order might have granted it, whatever the others say.
  return evaluationError === '' ? { status: 'denied' } : { status: 'unavailable', detail: evaluationError };
}

function toRights(reply: ApiReply): RightsReply {
  if (reply.kind !== 'ok') return { status: 'unavailable', detail: detailOf(reply) };
  const review = RulesReview.safeParse(json(reply.body));
  if (!review.success) return { status: 'unavailable', detail: 'the answer is no SelfSubjectRulesReview' };
  const { resourceRules: rules, incomplete, evaluationError: error } = review.data.status;
  return { status: 'read', rules, incomplete, error };
}

const detailOf = (reply: Exclude<ApiReply, { kind: 'ok' }>): string =>
  'detail' in reply ? reply.detail : reply.kind;

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

// Asks a live API server what the account of this very connection may do. It needs no right: every account may ask that.

import { z } from 'zod';
import type { ApiConnection, ApiReply } from './connection.ts';
import type { ReadRights, RightsReply } from './rights.ts';

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

export const createLiveRights =
  (connection: ApiConnection): ReadRights =>
  async (namespace, signal) => {
    const body = {
      ...{ apiVersion: 'authorization.k8s.io/v1', kind: 'SelfSubjectRulesReview' },
      spec: { namespace: namespace ?? NOBODYS_NAMESPACE },
    };
    const path = '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews';
    return toRights(await connection.send({ method: 'POST', path, body }, TIMEOUT_MS, signal));
  };

function toRights(reply: ApiReply): RightsReply {
  if (reply.kind !== 'ok')
    return { status: 'unavailable', detail: 'detail' in reply ? reply.detail : reply.kind };
  const review = RulesReview.safeParse(json(reply.body));
  if (!review.success) return { status: 'unavailable', detail: 'the answer is no SelfSubjectRulesReview' };
  const { resourceRules: rules, incomplete, evaluationError: error } = review.data.status;
  return { status: 'read', rules, incomplete, error };
}

function json(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

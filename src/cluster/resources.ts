// API paths. Pure. Names that end in a path are percent-encoded where the path is made: here and in live-control.ts.

import type { ApiRead, Resource } from './access.ts';

const GROUPS: Record<Resource, string> = {
  nodes: '/api/v1',
  namespaces: '/api/v1',
  pods: '/api/v1',
  services: '/api/v1',
  configmaps: '/api/v1',
  events: '/api/v1',
  endpointslices: '/apis/discovery.k8s.io/v1',
  deployments: '/apis/apps/v1',
  daemonsets: '/apis/apps/v1',
  replicasets: '/apis/apps/v1',
  networkpolicies: '/apis/networking.k8s.io/v1',
  customresourcedefinitions: '/apis/apiextensions.k8s.io/v1',
};

/** Page size of lists: large enough to be rare, small enough to stay within the API server's time-outs. */
const PAGE_SIZE = 500;

// Kilobytes would do for the lines that decide; this also bounds what a chatty pod can make us hold.
const LOG_LIMIT_BYTES = 256 * 1024;

export interface ApiRequest {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  /** Absent: `application/json`. */
  contentType?: string;
  /** Absent: ours without more. */
  userAgent?: string;
  /** Never sent again, whatever the answer: it changes something. */
  once?: boolean;
}

export function toApiRequest(read: ApiRead, continueToken?: string): ApiRequest {
  switch (read.verb) {
    case 'list': {
      const query = new URLSearchParams({ limit: String(Math.min(read.limit ?? PAGE_SIZE, PAGE_SIZE)) });
      if (read.labelSelector) query.set('labelSelector', read.labelSelector);
      if (read.fieldSelector) query.set('fieldSelector', read.fieldSelector);
      if (continueToken) query.set('continue', continueToken);
      return { method: 'GET', path: `${collection(read.resource, read.namespace)}?${query}` };
    }
    case 'get':
      return {
        method: 'GET',
        path: `${collection(read.resource, read.namespace)}/${encodeURIComponent(read.name)}`,
      };
    case 'log': {
      const query = new URLSearchParams({
        tailLines: String(read.tailLines),
        limitBytes: String(LOG_LIMIT_BYTES),
      });
      if (read.container) query.set('container', read.container);
      if (read.previous) query.set('previous', 'true');
      return {
        method: 'GET',
        path: `${collection('pods', read.namespace)}/${encodeURIComponent(read.pod)}/log?${query}`,
      };
    }
    case 'may':
      return {
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/subjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SubjectAccessReview',
          spec: { user: read.user, groups: read.groups, resourceAttributes: read.action },
        },
      };
    case 'version':
      return { method: 'GET', path: '/version' };
  }
}

export function collection(resource: Resource, namespace: string | undefined): string {
  const scope = namespace === undefined ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${GROUPS[resource]}${scope}/${resource}`;
}

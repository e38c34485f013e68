// An API server on loopback that tells an account what it may do: the same list wherever it is asked, and single rights as a test
// says. It has no nodes, and the DaemonSets that it is given.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { GrantedRule, SingleRight } from '../../src/cluster/rights.ts';
import { startFakeApiServer } from './fake-api-server.ts';

export interface AuthorizingOptions {
  rules: GrantedRule[];
  /** As where a webhook authorizes as well. */
  incomplete?: boolean;
  /** Undefined: the question itself is forbidden. Absent: nothing is granted. */
  allows?(attributes: SingleAttributes): boolean | undefined;
  daemonSets?: unknown[];
}

export interface SingleAttributes extends SingleRight {
  subresource?: string;
}

const flannel = {
  metadata: { name: 'kube-flannel-ds', namespace: 'kube-flannel', labels: { app: 'flannel' } },
  spec: { selector: { matchLabels: { app: 'flannel' } } },
};

export async function startAuthorizingApiServer({
  rules,
  incomplete = false,
  allows = () => false,
  daemonSets = [flannel],
}: AuthorizingOptions) {
  const asked: { lists: string[]; singles: SingleAttributes[] } = { lists: [], singles: [] };

  function judge(spec: { namespace: string; resourceAttributes?: SingleAttributes }) {
    if (!spec.resourceAttributes) {
      asked.lists.push(spec.namespace);
      return { resourceRules: rules, incomplete };
    }
    asked.singles.push(spec.resourceAttributes);
    const allowed = allows(spec.resourceAttributes);
    return allowed === undefined ? undefined : { allowed };
  }

  async function review(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const status = judge(JSON.parse(await text(request)).spec);
    const body = status ? { status } : { kind: 'Status', message: 'no reviews for you' };
    response.writeHead(status ? 201 : 403, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  }

  const lists: [path: string, items: unknown[]][] = [
    ['/api/v1/nodes', []],
    ['/apis/apps/v1/daemonsets', daemonSets],
  ];
  const server = await startFakeApiServer({
    respond(request, response) {
      if (request.method === 'POST') void review(request, response);
      const [, items] = lists.find(([path]) => request.url?.startsWith(path)) ?? [];
      if (items) response.end(JSON.stringify({ items }));
      return request.method === 'POST' || items !== undefined;
    },
  });
  onTestFinished(() => server.close());
  return { kubeConfig: server.kubeConfig, asked };
}

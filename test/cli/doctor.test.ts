// `cni doctor`: whether the credentials at hand suffice, against an API server on loopback.

import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { renderOwnRights, reviewOwnRights, verdictOfRights } from '../../src/cli-doctor.ts';
import { createApiConnection } from '../../src/cluster/connection.ts';
import type { GrantedRule } from '../../src/cluster/rights.ts';
import { startFakeApiServer } from '../support/fake-api-server.ts';

const never = new AbortController().signal;
const administrator: GrantedRule = {
  ...{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] },
};
const onlyNodes: GrantedRule = {
  ...administrator,
  verbs: ['get', 'list'],
  resources: ['nodes', 'daemonsets'],
};
const flannel = {
  metadata: { name: 'kube-flannel-ds', namespace: 'kube-flannel', labels: { app: 'flannel' } },
  spec: { selector: { matchLabels: { app: 'flannel' } } },
};

interface World {
  rules: GrantedRule[];
  incomplete?: boolean;
  daemonSets?: unknown[];
}

/** Tells of each account the same rules, wherever it is asked. */
async function reviewIn({ rules, incomplete = false, daemonSets = [flannel] }: World) {
  const asked: string[] = [];
  const review = async (request: IncomingMessage, response: ServerResponse) => {
    const { spec } = JSON.parse(await text(request)) as { spec: { namespace: string } };
    asked.push(spec.namespace);
    const status = { resourceRules: rules, incomplete };
    response.writeHead(201, { 'content-type': 'application/json' }).end(JSON.stringify({ status }));
  };
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
  return { findings: await reviewOwnRights(createApiConnection(server.kubeConfig), never), asked };
}

test('credentials that may do everything suffice, and are asked where the CNI runs', async () => {
  const { findings, asked } = await reviewIn({ rules: [administrator] });

  expect(verdictOfRights(findings)).toBe('cleared');
  expect(asked.slice(1)).toEqual(['kube-system', 'kube-flannel', 'cni-triage']);
});

test('what is lacking is told, and ends with another code', async () => {
  const { findings } = await reviewIn({ rules: [onlyNodes] });
  const style = { language: 'en' as const, colour: false, columns: 200 };

  const told = renderOwnRights(findings, 'prod-eu', style, new Date());

  expect(verdictOfRights(findings)).toBe('root-cause');
  expect(told).toMatch(/^⚠️ A worker with these credentials would lack rights in `prod-eu`\n/);
  expect(told).toContain('may not `get, list pods`: no diagnosis works');
});

test('what could not be told completely is inconclusive', async () => {
  const { findings } = await reviewIn({ rules: [onlyNodes], incomplete: true });

  expect(verdictOfRights(findings)).toBe('inconclusive');
});

test('where the CNI is not known its namespace cannot be asked, which is inconclusive', async () => {
  const { findings } = await reviewIn({ rules: [administrator], daemonSets: [] });

  expect(findings.unseen).toEqual([{ kind: 'cni-unknown' }]);
  expect(verdictOfRights(findings)).toBe('inconclusive');
});

test('an API server that cannot be asked is out of reach', () => {
  const unseen = [{ kind: 'unreadable' as const, detail: 'ECONNREFUSED' }];

  expect(verdictOfRights({ lacks: [], beyond: [], unseen })).toBe('unreachable');
});

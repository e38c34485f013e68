// `cni doctor`: whether the credentials at hand suffice, against an API server on loopback.

import { expect, test } from 'vitest';
import { renderOwnRights, reviewOwnRights, verdictOfRights } from '../../src/cli-doctor.ts';
import { createApiConnection } from '../../src/cluster/connection.ts';
import type { GrantedRule } from '../../src/cluster/rights.ts';
import { type AuthorizingOptions, startAuthorizingApiServer } from '../support/authorizing-api-server.ts';

const never = new AbortController().signal;
const administrator: GrantedRule = {
  ...{ verbs: ['*'], apiGroups: ['*'], resources: ['*'], resourceNames: [] },
};
const onlyNodes: GrantedRule = {
  ...administrator,
  verbs: ['get', 'list'],
  resources: ['nodes', 'daemonsets'],
};
async function reviewIn(options: AuthorizingOptions) {
  const { kubeConfig, asked } = await startAuthorizingApiServer(options);
  return { findings: await reviewOwnRights(createApiConnection(kubeConfig), never), asked };
}

test('credentials that may do everything suffice, and are asked where the CNI runs', async () => {
  const { findings, asked } = await reviewIn({ rules: [administrator] });

  expect(verdictOfRights(findings)).toBe('cleared');
  expect(asked.lists.slice(1)).toEqual(['kube-system', 'kube-flannel', 'cni-triage']);
});

test('what is lacking is told, and ends with another code', async () => {
  const { findings } = await reviewIn({ rules: [onlyNodes] });
  const style = { language: 'en' as const, colour: false, columns: 200 };

  const told = renderOwnRights(findings, 'prod-eu', style, new Date());

  expect(verdictOfRights(findings)).toBe('root-cause');
  expect(told).toMatch(/^⚠️ A worker with these credentials would lack rights in `prod-eu`\n/);
  expect(told).toContain('may not `get, list pods`: no diagnosis works');
});

test.each([
  ['suffice where each is granted by itself', true, 'cleared'],
  ['do not where one is denied', false, 'root-cause'],
  ['are inconclusive where nobody could tell', undefined, 'inconclusive'],
])('credentials whose rights are listed in part %s', async (_, allowed, verdict) => {
  const { findings } = await reviewIn({ rules: [onlyNodes], incomplete: true, allows: () => allowed });

  expect(verdictOfRights(findings)).toBe(verdict);
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

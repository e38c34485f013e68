// The worker's rights are written down twice, as data and as a manifest: both say the same, and no diagnosis asks for more.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { ApiRead, Question } from '../../src/cluster/access.ts';
import { toApiRequest } from '../../src/cluster/resources.ts';
import { workerNeeds } from '../../src/doctor/worker-needs.ts';
import { entranceRule } from '../../src/remediation/rbac.ts';
import type { RbacRule } from '../../src/remediation/remediation.ts';
import { gives, type Right } from '../../src/remediation/step-rights.ts';
import { knownDiagnoses } from '../support/known-diagnoses.ts';

const MANIFEST = new URL('../../deploy/kubernetes/worker-rbac.yaml', import.meta.url);

const list = z.array(z.string()).default([]);
const RbacObject = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z
    .array(
      z.object({ apiGroups: list, resources: list, resourceNames: list, nonResourceURLs: list, verbs: list }),
    )
    .default([]),
  roleRef: z.object({ kind: z.string(), name: z.string() }).optional(),
});

const objects = parseAllDocuments(readFileSync(MANIFEST, 'utf8')).map((document) =>
  RbacObject.parse(document.toJS()),
);
const rules = workerNeeds('kube-flannel').map(({ rule }) => rule);

/** Each binding with the rules of its role, where it is bound; one line a verb. */
const grantedByManifest = objects.flatMap(({ kind, metadata, roleRef }) => {
  if (!roleRef) return [];
  const role = objects.find((each) => each.kind === roleRef.kind && each.metadata.name === roleRef.name);
  const namespace = kind === 'RoleBinding' ? metadata.namespace : undefined;
  return (role?.rules ?? []).flatMap(({ apiGroups, resources, resourceNames, verbs }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => linesOf({ namespace, group, resource, names: resourceNames, verbs })),
    ),
  );
});

interface Granted {
  namespace: string | undefined;
  group: string;
  resource: string;
  names: readonly string[];
  verbs: readonly string[];
}

function linesOf({ namespace = 'everywhere', group, resource, names, verbs }: Granted): string[] {
  const objectsOf = names.length > 0 ? names : ['all'];
  return objectsOf.flatMap((name) =>
    verbs.map((verb) => `${verb} ${group}/${resource} ${name}, ${namespace}`),
  );
}

test('the manifest grants exactly what is needed', () => {
  const needed = rules.flatMap(({ namespace, names = [], ...what }) =>
    linesOf({ ...what, namespace, names }),
  );

  expect(grantedByManifest.toSorted()).toEqual(needed.toSorted());
});

test('beside objects the manifest lets the worker read the version and the health of the API server', () => {
  const paths = objects.flatMap((object) =>
    object.rules.filter(({ nonResourceURLs }) => nonResourceURLs.length > 0),
  );

  expect(paths).toMatchObject([{ nonResourceURLs: ['/version', '/readyz', '/livez'], verbs: ['get'] }]);
});

test('nothing is changed, and no secret is read', () => {
  const changing = rules.filter(({ verbs }) => verbs.some((verb) => verb !== 'get' && verb !== 'list'));

  expect(changing.map(({ resource }) => resource)).toEqual(['subjectaccessreviews', 'pods/exec']);
  expect(rules.map(({ resource }) => resource)).not.toContain('secrets');
});

test('the worker knows its way to the API server while kube-proxy is down', () => {
  expect(isGiven({ ...entranceRule, verb: 'list', namespace: 'default' })).toBe(true);
});

test('no diagnosis asks for what is not granted', async () => {
  const diagnoses = await knownDiagnoses();
  const reads = diagnoses.flatMap(({ questions }) => questions.flatMap(readOf));
  const asked = new Map(reads.flatMap(rightFor).map((right) => [JSON.stringify(right), right]));

  const notGiven = [...asked.values()].filter((right) => !isGiven(right));

  expect(asked.size).toBeGreaterThan(10);
  expect(notGiven).toEqual([]);
});

const readOf = (question: Question): ApiRead[] => (question.via === 'api' ? [question.read] : []);

const isGiven = (right: Right): boolean => rules.some((rule: RbacRule) => gives(rule, right));

/** The version of the API server needs no right. */
function rightFor(read: ApiRead): Right[] {
  switch (read.verb) {
    case 'version':
      return [];
    case 'may':
      return [{ group: 'authorization.k8s.io', resource: 'subjectaccessreviews', verb: 'create' }];
    case 'log':
      return [{ namespace: read.namespace, group: '', resource: 'pods/log', verb: 'get' }];
    default: {
      const { verb, resource, namespace } = read;
      const [, , group = ''] = toApiRequest(read).path.split('/');
      return [
        {
          ...{ verb, resource, group: group === 'v1' ? '' : group },
          ...(namespace !== undefined && { namespace }),
          ...(read.verb === 'get' && { name: read.name }),
        },
      ];
    }
  }
}

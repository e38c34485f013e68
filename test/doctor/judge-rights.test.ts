// What is granted held against what is needed: nothing that could not be seen is called lacking, or fine.

import { expect, test } from 'vitest';
import type { GrantedRule, RightsReply, SingleReply } from '../../src/cluster/rights.ts';
import type { Fixes, Need, RightsFindings } from '../../src/doctor/examination.ts';
import { judgeRights, type RightsSource, reviewRights } from '../../src/doctor/judge-rights.ts';
import { remediatorNeeds, remediatorPlaces } from '../../src/doctor/remediator-needs.ts';
import { workerNeeds } from '../../src/doctor/worker-needs.ts';
import { rolesFor } from '../../src/remediation/rbac.ts';
import type { Right } from '../../src/remediation/step-rights.ts';
import { scope } from '../support/planned-remedies.ts';
import { remediableFaults } from '../support/remediable-faults.ts';

const never = new AbortController().signal;
const nothing = { lacks: [], beyond: [], unseen: [] };

const rule = (verbs: string[], resource: string, changes: Partial<GrantedRule> = {}): GrantedRule => ({
  ...{ verbs, apiGroups: [''], resources: [resource], resourceNames: [] },
  ...changes,
});

/** What every account may do in a cluster of kubeadm. */
const basics = rule(['create'], 'selfsubjectrulesreviews', { apiGroups: ['authorization.k8s.io'] });

/** Exactly what is needed, as the API server lists it. */
const grantedTo = (needs: Need[], namespace: string | undefined): GrantedRule[] => [
  basics,
  ...needs
    .filter((need) => need.rule.namespace === undefined || need.rule.namespace === namespace)
    .map(({ rule: { verbs, resource, group, names = [] } }) =>
      rule([...verbs], resource, { apiGroups: [group], resourceNames: [...names] }),
    ),
];

const read = (rules: GrantedRule[], { incomplete = false, error = '' } = {}): RightsReply => ({
  ...{ status: 'read', rules, incomplete, error },
});

/** Lists what `list` says; asked for a single right it says that, and by itself that it was not asked. */
const sourceOf = (
  list: (namespace: string | undefined) => RightsReply,
  single: (right: Right) => SingleReply = () => ({ status: 'unavailable', detail: '' }),
): RightsSource => ({
  read: async (namespace) => list(namespace),
  askSingly: async (rights) => rights.map((right) => ({ right, reply: single(right) })),
});

/** The worker's account where kube-flannel is the CNI, with one thing changed. */
const judgeWorker = (
  change: (rules: GrantedRule[], namespace: string | undefined) => RightsReply,
  single?: (right: Right) => SingleReply,
): Promise<RightsFindings> => {
  const needs = workerNeeds('kube-flannel');
  const list = (namespace: string | undefined) => change(grantedTo(needs, namespace), namespace);
  return reviewRights(needs, sourceOf(list, single), never);
};

/** As where a webhook authorizes beside RBAC. */
const noList = { incomplete: true, error: 'webhook authorizer does not support user rule resolution' };

test('an account with exactly what it needs is fine', async () => {
  const findings = await judgeWorker((rules) => read(rules));

  expect(findings).toEqual(nothing);
});

test('each place is asked once, and once what is granted everywhere', async () => {
  const asked: (string | undefined)[] = [];

  await judgeWorker((rules, namespace) => {
    asked.push(namespace);
    return read(rules);
  });

  expect(asked).toEqual([undefined, 'kube-system', 'kube-flannel', 'cni-triage']);
});

test('what is lacking is named with what suffers, where it is lacking', async () => {
  const findings = await judgeWorker((rules, namespace) =>
    read(
      rules.filter(
        ({ resources }) =>
          !resources.includes('nodes') && (namespace !== 'kube-flannel' || !resources.includes('pods/log')),
      ),
    ),
  );

  expect(findings.lacks).toEqual([
    {
      serves: { kind: 'diagnosis', part: 'every-diagnosis' },
      rights: ['get', 'list'].map((verb) => ({ group: '', resource: 'nodes', verb })),
    },
    {
      serves: { kind: 'diagnosis', part: 'logs' },
      rights: [{ namespace: 'kube-flannel', group: '', resource: 'pods/log', verb: 'get' }],
    },
  ]);
});

test('a right that no diagnosis uses yet is not missed', async () => {
  const findings = await judgeWorker((rules) =>
    read(rules.filter(({ apiGroups }) => !apiGroups.includes('metrics.k8s.io'))),
  );

  expect(findings).toEqual(nothing);
});

test('a rule for other names is not a rule for this one', async () => {
  const findings = await judgeWorker((rules) =>
    read(
      rules.map((each) =>
        each.resources.includes('configmaps') ? { ...each, resourceNames: ['coredns'] } : each,
      ),
    ),
  );

  const lacking = findings.lacks.flatMap(({ rights }) => rights.map(({ name }) => name));
  expect(lacking).toContain('kube-proxy');
  expect(lacking).not.toContain('coredns');
});

test.each([
  ['secrets', rule(['get', 'list'], 'secrets'), ['get secrets', 'list secrets']],
  ['changes', rule(['get', 'create', 'delete'], 'pods'), ['create pods', 'delete pods']],
  ['a way into pods', rule(['get'], 'pods/exec'), ['get pods/exec']],
  ['a way onto nodes', rule(['get'], 'nodes/proxy'), ['get nodes/proxy']],
  ['the rights of others', rule(['impersonate'], 'users'), ['impersonate users']],
  ['everything', rule(['*'], '*', { apiGroups: ['*'] }), ['* *']],
])('%s is more than the worker needs', async (_, granted, expected) => {
  const findings = await judgeWorker((rules) => read([...rules, granted]));

  expect(findings.lacks).toEqual([]);
  expect(findings.beyond.map(({ verb, resource }) => `${verb} ${resource}`)).toEqual(expected);
});

test('to read more than is needed is no harm', async () => {
  const findings = await judgeWorker((rules) => read([...rules, rule(['get', 'watch'], 'limitranges')]));

  expect(findings.beyond).toEqual([]);
});

test('what is too much in one namespace is told with it', async () => {
  const findings = await judgeWorker((rules, namespace) =>
    read(namespace === 'kube-system' ? [...rules, rule(['patch'], 'configmaps')] : rules),
  );

  expect(findings.beyond).toEqual([
    { namespace: 'kube-system', group: '', resource: 'configmaps', verb: 'patch' },
  ]);
});

test('where the list is not complete, all that is needed may be granted all the same', async () => {
  const findings = await judgeWorker(
    () => read([basics], noList),
    () => ({ status: 'granted' }),
  );

  expect(findings).toEqual({ ...nothing, beyondInPart: true });
});

test('only what is needed today and in no list is asked for by itself', async () => {
  const asked: string[] = [];

  await judgeWorker(
    (rules, namespace) =>
      namespace === undefined ? read([rule(['get'], '*')], noList) : read(rules, { error: 'a role is gone' }),
    ({ verb, group, resource }) => {
      asked.push(`${verb} ${group}/${resource}`);
      return { status: 'granted' };
    },
  );

  expect(asked).toContain('list /pods');
  expect(asked).not.toContain('get /pods');
  expect(asked).not.toContain('get /pods/log');
  expect(asked).not.toContain('list policy/poddisruptionbudgets');
  expect(new Set(asked).size).toBe(asked.length);
});

test('what is denied is lacking where the list is not complete', async () => {
  const findings = await judgeWorker(
    (rules, namespace) => read(namespace === 'kube-system' ? [basics] : rules, noList),
    ({ resource }) => ({ status: resource === 'pods/log' ? 'denied' : 'granted' }),
  );

  expect(findings).toEqual({
    ...{ ...nothing, beyondInPart: true },
    lacks: [
      {
        serves: { kind: 'diagnosis', part: 'logs' },
        rights: [{ namespace: 'kube-system', group: '', resource: 'pods/log', verb: 'get' }],
      },
    ],
  });
});

test('a right that nobody could tell of is neither lacking nor fine', async () => {
  const findings = await judgeWorker(
    (rules) =>
      read(
        rules.filter(({ resources }) => !resources.includes('nodes')),
        noList,
      ),
    ({ verb }) => (verb === 'list' ? { status: 'unavailable', detail: 'timeout' } : { status: 'granted' }),
  );

  expect(findings.lacks).toEqual([]);
  expect(findings.unseen).toEqual([
    { kind: 'unanswered', rights: [{ group: '', resource: 'nodes', verb: 'list' }], detail: 'timeout' },
  ]);
});

test('what is too much is told as far as it is listed', async () => {
  const findings = await judgeWorker((rules) => read([...rules, rule(['get'], 'secrets')], noList));

  expect(findings).toEqual({
    ...{ ...nothing, beyondInPart: true },
    beyond: [{ group: '', resource: 'secrets', verb: 'get' }],
  });
});

test('an error beside a list does not hide what it lacks, and is told', async () => {
  const error = 'clusterroles.rbac.authorization.k8s.io "gone" not found';

  const findings = await judgeWorker((rules, namespace) =>
    read(namespace === 'kube-system' ? [] : rules, namespace === 'kube-system' ? { error } : {}),
  );

  expect(findings.lacks.map(({ serves }) => serves)).toEqual([
    { kind: 'diagnosis', part: 'logs' },
    { kind: 'diagnosis', part: 'settings' },
  ]);
  expect(findings.unseen).toEqual([{ kind: 'faulty', namespace: 'kube-system', detail: error }]);
});

test('a place that cannot be asked is not called fine', async () => {
  const findings = await judgeWorker((rules, namespace) =>
    namespace === 'kube-system' ? { status: 'unavailable', detail: 'timeout' } : read(rules),
  );

  expect(findings).toEqual({
    ...nothing,
    unseen: [{ kind: 'unreadable', namespace: 'kube-system', detail: 'timeout' }],
  });
});

/** Granted by the objects that `cni rbac` prints. */
const grantedBy = (enabled: string[], namespace: string | undefined): RightsReply =>
  read([
    basics,
    ...rolesFor(enabled, scope, 'cni-triage')
      .filter(
        ({ kind, metadata }) =>
          kind === 'ClusterRole' || (kind === 'Role' && metadata.namespace === namespace),
      )
      .flatMap(({ rules = [] }) => rules.map((each) => ({ resourceNames: [], ...each }))),
  ]);

const judgeRemediator = (fixes: Fixes, granted: string[]): Promise<RightsFindings> =>
  reviewRights(
    remediatorNeeds(fixes),
    sourceOf((namespace) => grantedBy(granted, namespace)),
    never,
    remediatorPlaces(fixes),
  );

test.each(remediableFaults.map(({ remediation }) => remediation))(
  'with its generated role %s lacks nothing and has nothing too much',
  async (id) => {
    expect(await judgeRemediator({ enabled: [id], scope }, [id])).toEqual(nothing);
  },
);

test('each enabled fix that lacks a rule is named, and the way to the API server', async () => {
  const findings = await judgeRemediator({ enabled: ['restart-coredns', 'cordon-node'], scope }, []);

  expect(findings.lacks.map(({ serves }) => serves)).toEqual([
    { kind: 'remediation', id: 'restart-coredns' },
    { kind: 'remediation', id: 'cordon-node' },
    { kind: 'entrance' },
  ]);
});

test('the role of a fix that is enabled no more is too much', async () => {
  const findings = await judgeRemediator({ enabled: ['restart-coredns'], scope }, [
    ...['restart-coredns', 'cordon-node', 'restart-cni-agent'],
  ]);

  expect(findings).toEqual({
    ...nothing,
    beyond: [
      { group: '', resource: 'nodes', verb: 'patch' },
      { namespace: 'kube-flannel', group: '', resource: 'pods', verb: 'delete' },
    ],
  });
});

test('an account with hundreds of rights too many does not make a long report', () => {
  const rules = Array.from({ length: 500 }, (_, at) => rule(['delete'], `things${at}`));

  const { beyond } = judgeRights([], [{ namespace: undefined, reply: read(rules) }], []);

  expect(beyond).toHaveLength(50);
});

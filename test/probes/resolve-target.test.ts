// What the user named is looked up before anything is examined: completed where it is plain, refused with the nearest
// names where it is not, and never taken from another namespace.

import { expect, test } from 'vitest';
import type { Question } from '../../src/cluster/access.ts';
import { createAsk } from '../../src/diagnosis/ask.ts';
import type { Target } from '../../src/diagnosis/target.ts';
import { loadFacts } from '../../src/probes/cluster-facts.ts';
import { resolveTarget } from '../../src/probes/resolve-target.ts';
import { createScriptedAccess } from '../support/scripted-access.ts';
import { healthyWorld, refuse, type World } from '../support/world.ts';
import { makeNamespace, makePod } from '../support/world-objects.ts';

async function resolve(target: Target, change: (world: World) => void = () => undefined) {
  const world = healthyWorld();
  change(world);
  const { ask } = createAsk(
    createScriptedAccess(world),
    { perNode: 200, total: 2000 },
    new AbortController().signal,
    () => undefined,
  );
  const loaded = await loadFacts(ask);
  if (!loaded.ok) throw new Error(loaded.problem.kind);
  return resolveTarget({ id: 'd-1', cluster: 'test', playbook: 'dns', target }, loaded.facts, ask);
}

const pod = (name: string, namespace = 'shop'): Target => ({ kind: 'pod', pod: { namespace, name } });
const add =
  (name: string, namespace = 'shop') =>
  (world: World) => {
    world.namespaces.push(makeNamespace(namespace));
    world.pods.push(makePod(namespace, name, { node: 'n1', address: '10.244.0.77' }));
  };

test('a pod that exists is taken as it is', async () => {
  expect(await resolve(pod('web-1'))).toEqual({ ok: true, target: pod('web-1') });
});

test('the beginning of one pod’s name is completed', async () => {
  expect(await resolve(pod('db'), add('db-7f9c-x2'))).toEqual({ ok: true, target: pod('db-7f9c-x2') });
});

test('the beginning of several pods’ names is refused with all of them', async () => {
  expect(await resolve(pod('web'))).toMatchObject({
    ok: false,
    problem: { kind: 'target-ambiguous', candidates: ['shop/web-1', 'shop/web-2', 'shop/web-3'] },
  });
});

test('a name that exists in two namespaces is that of the namespace asked for', async () => {
  expect(await resolve(pod('web-1', 'staging'), add('web-1', 'staging'))).toEqual({
    ok: true,
    target: pod('web-1', 'staging'),
  });
  expect(await resolve(pod('web-1'), add('web-1', 'staging'))).toEqual({ ok: true, target: pod('web-1') });
});

test('a name that exists in another namespace only is missing', async () => {
  expect(await resolve(pod('cart-1'), add('cart-1', 'staging'))).toMatchObject({
    ok: false,
    problem: { kind: 'target-missing', what: 'pod', name: 'shop/cart-1' },
  });
});

test('a mistyped pod, namespace or node is refused with the nearest name', async () => {
  expect(await resolve(pod('wbe-1'))).toMatchObject({ problem: { what: 'pod', nearest: ['shop/web-1'] } });
  expect(await resolve(pod('web-1', 'shpo'))).toMatchObject({
    problem: { what: 'namespace', nearest: ['shop'] },
  });
  expect(await resolve({ kind: 'node-pair', from: 'n1', to: 'n22' })).toMatchObject({
    problem: { what: 'node', name: 'n22', nearest: expect.arrayContaining(['n2']) },
  });
});

test('both ends of a flow are looked up', async () => {
  const flow = (from: string, to: string): Target => ({
    kind: 'flow',
    from: { kind: 'pod', pod: { namespace: 'shop', name: from } },
    to: { kind: 'pod', pod: { namespace: 'shop', name: to } },
    port: 8080,
    protocol: 'tcp',
  });

  expect(await resolve(flow('web-1', 'db'), add('db-7f9c-x2'))).toEqual({
    ok: true,
    target: flow('web-1', 'db-7f9c-x2'),
  });
  expect(await resolve(flow('web-1', 'gone'))).toMatchObject({ ok: false, problem: { name: 'shop/gone' } });
});

test('where pods may not be read, the name is taken as it is', async () => {
  const isPodRead = (question: Question) =>
    question.via === 'api' && 'resource' in question.read && question.read.resource === 'pods';
  const blind = (world: World) => refuse(world, 'pods', 'forbidden', isPodRead);

  expect(await resolve(pod('anything'), blind)).toEqual({ ok: true, target: pod('anything') });
});

test.each<[string, Target, Target]>([
  ['a node', { kind: 'node', node: '192.168.10.12' }, { kind: 'node', node: 'n2' }],
  [
    'each of two nodes',
    { kind: 'node-pair', from: '192.168.10.11', to: 'n3' },
    { kind: 'node-pair', from: 'n1', to: 'n3' },
  ],
])('the address of %s stands for its name', async (_, target, resolved) => {
  expect(await resolve(target)).toEqual({ ok: true, target: resolved });
});

test('an address of no node is a node that is missing', async () => {
  expect(await resolve({ kind: 'node', node: '172.31.0.99' })).toMatchObject({
    ok: false,
    problem: { kind: 'target-missing', what: 'node', name: '172.31.0.99' },
  });
});

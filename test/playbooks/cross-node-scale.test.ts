// What diagnose cross-node costs in a cluster of hundreds of nodes. The cluster is the recorded one with its first node
// many times over; nobody there answers, which is the most expensive that can happen.

import { expect, test } from 'vitest';
import type { Answer, Question } from '../../src/cluster/access.ts';
import { diagnoseReplay } from '../../src/diagnose.ts';
import type { Node, Pod } from '../../src/probes/api-objects.ts';
import { readRecordedDrill } from '../support/recorded-drills.ts';
import { lists, unavailable } from '../support/spoiled-drills.ts';

const NODES = 200;
const recorded = readRecordedDrill('cross-node-healthy');

const itemsOf = <T>(wanted: (question: Question) => boolean): [T, ...T[]] => {
  const found = Object.entries(recorded.answers).find(([key]) => wanted(JSON.parse(key)))?.[1];
  if (found?.status !== 'answered' || found.raw.kind !== 'objects')
    throw new Error('no such list is recorded');
  return found.raw.items as [T, ...T[]];
};

const node = (at: number): Node => {
  const copy = structuredClone(itemsOf<Node>((question) => lists(question, 'nodes'))[0]);
  const address = `172.16.0.${at}`;
  copy.metadata.name = `n${at}`;
  copy.metadata.annotations['flannel.alpha.coreos.com/public-ip'] = address;
  copy.spec = { ...copy.spec, podCIDR: `10.244.${at}.0/24`, podCIDRs: [`10.244.${at}.0/24`] };
  copy.status.addresses = [{ type: 'InternalIP', address }];
  return copy;
};

const isPodsOf = (question: Question, name: string): boolean =>
  question.via === 'api' &&
  question.read.verb === 'list' &&
  (question.read.fieldSelector?.includes(`spec.nodeName=${name},`) ?? false);

const podsOn = (at: number): Pod[] =>
  structuredClone(itemsOf<Pod>((question) => isPodsOf(question, 'n1'))).map((pod, index) => ({
    ...pod,
    metadata: { ...pod.metadata, name: `${pod.metadata.name}-${at}`, uid: `${at}-${index}` },
    spec: { ...pod.spec, nodeName: `n${at}` },
    status: { ...pod.status, podIP: `10.244.${at}.${index + 2}` },
  }));

const basis: Pick<Answer, 'at' | 'ms'> = { at: '', ms: 1 };
const listOf = (items: unknown[]): Answer => ({
  ...basis,
  status: 'answered',
  raw: { kind: 'objects', items, truncated: false },
});
const numbers = Array.from({ length: NODES }, (_, index) => index + 1);

function answerOf(question: Question, asRecorded: Answer | undefined): Answer {
  const silence = unavailable({ ...basis, status: 'unavailable', reason: 'timeout', detail: '' });
  if (question.via === 'node') return silence;
  if (lists(question, 'nodes')) return listOf(numbers.map(node));
  const at = numbers.find((number) => isPodsOf(question, `n${number}`));
  return at === undefined ? (asRecorded ?? silence) : listOf(podsOn(at));
}

async function diagnoseMany() {
  const asked: Question[] = [];
  const answers = new Proxy(recorded.answers, {
    get: (known, key: string) => {
      const question = JSON.parse(key) as Question;
      asked.push(question);
      return answerOf(question, known[key]);
    },
  });
  const result = await diagnoseReplay(
    { ...recorded, answers },
    {
      request: recorded.request,
      signal: new AbortController().signal,
      onProgress: () => undefined,
      onCrash: (_playbook, error) => {
        throw error;
      },
    },
  );
  if (!result.ok) throw new Error(result.problem.kind);
  return { diagnosis: result.diagnosis, asked };
}

test('ten nodes are looked at, each tries at most ten addresses of others, and it is said what was covered', async () => {
  const { diagnosis, asked } = await diagnoseMany();
  const targets = new Map<string, Set<string>>();
  for (const question of asked) {
    if (question.via !== 'node' || question.command.kind !== 'run') continue;
    const { node: from, command } = question;
    if (!['ping', 'nc'].includes(command.argv[0])) continue;
    const own = `10.244.${from.slice(1)}.`;
    const beyond = command.argv.filter((word) => /^\d+(\.\d+){3}$/.test(word) && !word.startsWith(own));
    targets.set(from, new Set([...(targets.get(from) ?? []), ...beyond]));
  }

  expect(targets.size).toBe(10);
  for (const [from, addresses] of targets) {
    expect(addresses.size, from).toBeGreaterThanOrEqual(9);
    expect(addresses.size, from).toBeLessThanOrEqual(10);
  }
  expect(diagnosis.outcomes[0]).toMatchObject({
    outcome: 'inconclusive',
    coverage: { nodes: 10, of: NODES },
  });
});

// Several askers of one job put equal questions once.

import { expect, test } from 'vitest';
import type { Answer, ClusterAccess, Question } from '../../src/cluster/access.ts';
import { createSharedAccess } from '../../src/cluster/shared-access.ts';

const never = new AbortController().signal;

test('equal questions are put once, and everybody gets the answer', async () => {
  const { access, asked } = countingAccess();
  const shared = createSharedAccess(access);

  const [first, second] = await Promise.all([
    shared.answer({ via: 'api', timeoutMs: 5, read: { verb: 'list', resource: 'nodes' } }, never),
    shared.answer({ timeoutMs: 5, read: { resource: 'nodes', verb: 'list' }, via: 'api' }, never),
  ]);

  expect(asked).toHaveLength(1);
  expect(second).toEqual(first);
});

test('a list with its writers is another question than one without', async () => {
  const { access, asked } = countingAccess();
  const shared = createSharedAccess(access);

  await shared.answer({ via: 'api', timeoutMs: 5, read: { verb: 'list', resource: 'nodes' } }, never);
  await shared.answer(
    { via: 'api', timeoutMs: 5, read: { verb: 'list', resource: 'nodes', writers: true } },
    never,
  );

  expect(asked).toHaveLength(2);
});

function countingAccess(): { access: ClusterAccess; asked: Question[] } {
  const asked: Question[] = [];
  const answer = async (question: Question): Promise<Answer> => {
    asked.push(question);
    return { at: String(asked.length), ms: 1, status: 'answered', raw: { kind: 'not-found' } };
  };
  return { access: { answer }, asked };
}

// Asking: equal questions once, budgets, and evidence that always says how it came.

import { describe, expect, test } from 'vitest';
import type { Answer, ClusterAccess, Question } from '../../src/cluster/access.ts';
import { type AskProgress, createAsk, type ProbeBudget } from '../../src/diagnosis/ask.ts';
import { type Probe, Unparsable } from '../../src/diagnosis/probe.ts';

const AT = '2026-03-01T03:12:00.000Z';
const PLENTY: ProbeBudget = { perNode: 100, total: 1000 };

const exited = (stdout: string, more: object = {}): Answer => ({
  at: AT,
  ms: 7,
  status: 'answered',
  raw: { kind: 'exited', code: 0, stdout, stderr: '', timedOut: false, truncated: false, ...more },
});

/** Answers when told to; counts what it is asked. */
function heldAccess() {
  const asked: Question[] = [];
  const gates: (() => void)[] = [];
  const access: ClusterAccess = {
    answer: (question) => {
      asked.push(question);
      return new Promise((resolve) => gates.push(() => resolve(exited('up'))));
    },
  };
  return { access, asked, release: () => gates.shift()?.() };
}

const answering = (answer: Answer): ClusterAccess => ({ answer: async () => answer });

const onNode = (
  node: string,
  id: string,
  parse: (text: string) => unknown = (text) => text,
): Probe<unknown> => ({
  id,
  label: { topic: 'resolver.kubelet', params: {} },
  vantage: { kind: 'node', node },
  question: {
    via: 'node',
    node,
    netns: 'host',
    command: { kind: 'run', argv: ['ip', 'link', 'show', id] },
    timeoutMs: 1000,
  },
  parse: (raw) => parse(raw.kind === 'exited' ? raw.stdout : raw.kind),
});

const onApi = (id: string): Probe<unknown> => ({
  ...onNode('', id),
  vantage: { kind: 'api' },
  question: { via: 'api', read: { verb: 'version' }, timeoutMs: 1000 },
});

function session(access: ClusterAccess, budget = PLENTY) {
  const progress: AskProgress[] = [];
  const made = createAsk(access, budget, new AbortController().signal, (state) =>
    progress.push(structuredClone(state)),
  );
  return { ...made, progress };
}

describe('equal questions', () => {
  test('asked one after the other are put once', async () => {
    const { access, asked, release } = heldAccess();
    const { ask } = session(access);

    const first = ask(onNode('n1', 'a'));
    release();
    const [one, two] = [await first, await ask(onNode('n1', 'a'))];

    expect(asked).toHaveLength(1);
    expect(two).toBe(one);
  });

  test('asked at the same time are put once', async () => {
    const { access, asked, release } = heldAccess();
    const { ask } = session(access);

    const both = Promise.all([ask(onNode('n1', 'a')), ask(onNode('n1', 'a'))]);
    release();
    const [one, two] = await both;

    expect(asked).toHaveLength(1);
    expect(two).toBe(one);
  });

  test('cost their budget once', async () => {
    const { ask } = session(answering(exited('up')), { perNode: 1, total: 10 });

    await ask(onNode('n1', 'a'));
    const again = await ask(onNode('n1', 'a'));

    expect(again.status).toBe('observed');
  });
});

describe('the budget', () => {
  test('of a node ends its questions and not those of another node', async () => {
    const { ask } = session(answering(exited('up')), { perNode: 2, total: 100 });

    const states = await Promise.all(
      [onNode('n1', 'a'), onNode('n1', 'b'), onNode('n1', 'c'), onNode('n2', 'd')].map(async (probe) => {
        const evidence = await ask(probe);
        return evidence.status === 'observed' ? 'observed' : evidence.reason;
      }),
    );

    expect(states).toEqual(['observed', 'observed', 'budget', 'observed']);
  });

  test('of a node does not count what the API server is asked', async () => {
    const { ask } = session(answering(exited('up')), { perNode: 1, total: 100 });

    const evidence = await Promise.all([onApi('a'), onApi('b'), onNode('n1', 'c')].map(ask));

    expect(evidence.map(({ status }) => status)).toEqual(['observed', 'observed', 'observed']);
  });

  test('of the diagnosis ends all questions, and says so', async () => {
    const { ask, records } = session(answering(exited('up')), { perNode: 100, total: 2 });

    await Promise.all([onApi('a'), onNode('n1', 'b'), onNode('n2', 'c')].map(ask));

    expect((await records()).map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a observed',
      'b observed',
      'c budget',
    ]);
  });
});

describe('evidence', () => {
  test('of an answer carries value, probe, vantage, instant, duration and an excerpt', async () => {
    const { ask } = session(answering(exited('up and running')));

    const evidence = await ask(onNode('n1', 'a'));

    expect(evidence).toEqual({
      status: 'observed',
      value: 'up and running',
      probe: 'a',
      label: { topic: 'resolver.kubelet', params: {} },
      vantage: { kind: 'node', node: 'n1' },
      at: AT,
      ms: 7,
      excerpt: 'up and running',
    });
  });

  test.each([
    ['Unparsable', new Unparsable('dig said: nonsense'), 'dig said: nonsense'],
    ['any other error', new TypeError('x is not a function'), 'x is not a function'],
  ])('whose parser throws %s is unparsable, with the parser’s words', async (_what, error, detail) => {
    const { ask } = session(answering(exited('???')));

    const evidence = await ask(
      onNode('n1', 'a', () => {
        throw error;
      }),
    );

    expect(evidence).toMatchObject({ status: 'unavailable', reason: 'unparsable', detail, excerpt: '???' });
  });

  test('of a program that was killed by its deadline is a time-out, whatever it printed', async () => {
    const { ask } = session(answering(exited('half a line', { timedOut: true, code: null })));

    const evidence = await ask(onNode('n1', 'a'));

    expect(evidence).toMatchObject({ status: 'unavailable', reason: 'timeout', excerpt: 'half a line' });
  });

  test.each(['timeout', 'forbidden', 'no-vantage', 'tool-missing', 'unparsable', 'cancelled'] as const)(
    'that could not be had for the reason %s keeps that reason',
    async (reason) => {
      const { ask } = session(answering({ at: AT, ms: 3, status: 'unavailable', reason, detail: 'why' }));

      const evidence = await ask(onNode('n1', 'a'));

      expect(evidence).toMatchObject({ status: 'unavailable', reason, detail: 'why', ms: 3, excerpt: '' });
    },
  );

  test('quotes a long answer only in part', async () => {
    const { ask } = session(answering(exited('x'.repeat(100_000))));

    const evidence = await ask(onNode('n1', 'a'));

    expect(evidence.excerpt.length).toBeLessThan(2000);
    expect(evidence).toMatchObject({ value: 'x'.repeat(100_000) });
  });
});

describe('progress', () => {
  test('counts what is done and what is asked, and names what is waited for', async () => {
    const { access, release } = heldAccess();
    const { ask, progress } = session(access);

    const all = Promise.all([ask(onNode('n1', 'a')), ask(onNode('n2', 'b'))]);
    release();
    release();
    await all;

    expect(progress.map(({ done, total, waiting }) => [done, total, waiting.length])).toEqual([
      [0, 1, 1],
      [0, 2, 2],
      [1, 2, 1],
      [2, 2, 0],
    ]);
  });

  test('never counts more done than asked, a refused question included', async () => {
    const { ask, progress } = session(answering(exited('up')), { perNode: 1, total: 100 });

    await Promise.all([onNode('n1', 'a'), onNode('n1', 'b'), onNode('n1', 'c')].map(ask));

    for (const { done, total } of progress) expect(done).toBeLessThanOrEqual(total);
  });
});

describe('records', () => {
  test('come in the order of their ids, whatever the order of the answers', async () => {
    const { access, release } = heldAccess();
    const { ask, records } = session(access);

    const all = Promise.all(['c', 'a', 'b'].map((id) => ask(onNode('n1', id))));
    for (let at = 0; at < 3; at += 1) release();
    await all;

    expect((await records()).map(({ id }) => id)).toEqual(['a', 'b', 'c']);
  });

  test('wait for questions that nobody waits for any more', async () => {
    const { access, release } = heldAccess();
    const { ask, records } = session(access);

    void ask(onNode('n1', 'a'));
    const pending = records();
    release();

    expect((await pending).map(({ id, status }) => `${id} ${status}`)).toEqual(['a observed']);
  });
});

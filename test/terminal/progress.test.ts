// Progress: a line that draws itself again on a TTY, a line a second in a pipe.

import { expect, test } from 'vitest';
import { createProgress, type ProgressStream } from '../../src/terminal/progress.ts';
import { unseen } from '../support/verdict-samples.ts';

const waiting = [{ label: unseen.label, vantage: unseen.vantage }];

function collect(stream: Partial<ProgressStream> = {}) {
  const written: string[] = [];
  return { written, stream: { write: (text: string) => void written.push(text), ...stream } };
}

test('a pipe gets at most a line a second, and none after the end', () => {
  const { written, stream } = collect();
  const progress = createProgress(stream, 'en');

  progress.update({ done: 0, total: 3, elapsedMs: 900, waiting });
  progress.update({ done: 1, total: 3, elapsedMs: 1000, waiting });
  progress.update({ done: 2, total: 3, elapsedMs: 1950, waiting });
  progress.update({ done: 3, total: 3, elapsedMs: 2000, waiting: [] });
  progress.stop();
  progress.update({ done: 3, total: 4, elapsedMs: 4000, waiting: [] });

  expect(written).toEqual([
    '1 of 3 checks done (1 s) · waiting for n3: DNS over UDP to 10.96.0.10 for kubernetes.default.svc.cluster.loc…\n',
    '3 of 3 checks done (2 s)\n',
  ]);
});

test('a TTY keeps to one line of its width and leaves it empty', () => {
  const { written, stream } = collect({ isTTY: true, columns: 30 });
  const progress = createProgress(stream, 'zh');

  progress.update({ done: 1, total: 3, elapsedMs: 900, waiting });
  progress.stop();

  expect(written.join('')).not.toContain('\n');
  expect(written.some((text) => text.includes('已完成 1/3 项检查'))).toBe(true);
  expect(written.at(-1)).toBe('\r\u001b[2K');
});

// The progress line of a run in a terminal: one line that is drawn again on a TTY, one line a second in a pipe.

import sliceAnsi from 'slice-ansi';
import type { Progress } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import { plain } from '../messages/fragment.ts';
import { progressLine } from '../messages/progress.ts';
import { visible } from '../messages/visible.ts';

/** What is needed of stderr. */
export interface ProgressStream {
  write(text: string): unknown;
  isTTY?: boolean;
  columns?: number;
}

export interface TerminalProgress {
  update(progress: Progress): void;
  /** Leaves the cursor on an empty line (TTY) and writes nothing more. */
  stop(): void;
}

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
const PIPE_INTERVAL_MS = 1000;
const CLEAR_LINE = '\r\u001b[2K';

export function createProgress(stream: ProgressStream, language: Language): TerminalProgress {
  return stream.isTTY === true ? liveProgress(stream, language) : pipedProgress(stream, language);
}

function liveProgress(stream: ProgressStream, language: Language): TerminalProgress {
  let latest: Progress | undefined;
  let frame = 0;
  const draw = (): void => {
    const sign = FRAMES[frame % FRAMES.length] ?? '';
    const text = `${sign} ${visible(lineWithoutSign(latest, language))}`;
    // A line that wraps could not be cleared.
    stream.write(CLEAR_LINE + sliceAnsi(text, 0, (stream.columns ?? 80) - 1));
    frame += 1;
  };
  const timer = setInterval(draw, FRAME_MS);
  timer.unref();
  draw();
  return {
    update(progress) {
      latest = progress;
      draw();
    },
    stop() {
      clearInterval(timer);
      stream.write(CLEAR_LINE);
    },
  };
}

function pipedProgress(stream: ProgressStream, language: Language): TerminalProgress {
  let saidAtMs = 0;
  let stopped = false;
  return {
    update(progress) {
      // Most checks end within the first second; a log of each would bury the verdict.
      if (stopped || progress.elapsedMs - saidAtMs < PIPE_INTERVAL_MS) return;
      saidAtMs = progress.elapsedMs;
      stream.write(`${visible(lineWithoutSign(progress, language))}\n`);
    },
    stop() {
      stopped = true;
    },
  };
}

/** The hourglass is for chats; a terminal has the spinner or nothing. */
const lineWithoutSign = (progress: Progress | undefined, language: Language): string =>
  plain(progressLine(progress, language)).replace(/^\S+ /, '');

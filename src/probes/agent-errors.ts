// Which line of a CNI agent's log says why it ends or does not get ready, and what it says. Pure.

import {
  type AgentCause,
  type ApiCause,
  agentErrorTexts,
  apiErrorTexts,
  type PluginCause,
  pluginErrorTexts,
} from './agent-error-texts.ts';
import { type ErrorDetails, matchError } from './error-texts.ts';

export interface AgentError {
  /** `unknown`: the catalogue has no such text; the line is the last that complains, or the last at all. */
  cause: AgentCause | ApiCause | PluginCause | 'unknown';
  details: ErrorDetails;
  /** Without its time stamp; empty when the log is. */
  line: string;
}

const rows = [...apiErrorTexts, ...agentErrorTexts, ...pluginErrorTexts];

// klog's E and F lines, logrus and zap levels, Go panics, Calico's bracketed levels.
const COMPLAINT =
  /^[EF]\d{4} |\blevel=(?:error|fatal|panic)|\[(?:ERROR|FATAL|PANIC)\]|^panic: |\b(?:ERROR|FATAL)\b/;

export function readAgentError(log: string): AgentError {
  const lines = log
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  for (const line of lines.toReversed()) {
    const found = matchError(rows, line);
    if (found) return { ...found, line: withoutStamp(line) };
  }
  const line = lines.findLast((each) => COMPLAINT.test(each)) ?? lines.at(-1) ?? '';
  return { cause: 'unknown', details: {}, line: withoutStamp(line) };
}

/** `E1125 21:18:35.036031      47 main.go:359] Failed …` -> `Failed …` */
const withoutStamp = (line: string): string =>
  line
    .replace(/^[IWEF]\d{4} [\d:.]+\s+\d+ \S+\] /, '')
    .replace(/^\d{4}-\d\d-\d\dT?[\d:. ]+Z? ?/, '')
    // client-go's handler of errors that nobody handles.
    .replace(/^"Unhandled Error" err="(.*)" logger="\w*"$/, (_line, said: string) =>
      said.replaceAll('\\"', '"'),
    )
    .replace(/^k8s\.io\/client-go\S+: /, '');

// client-go tries again every half a minute, and a connection is given up after as long.
const FRESH_MS = 120_000;
const LAST_LINES = 3;

/**
 * What an agent that runs goes on complaining about: of the API server, in its last lines, and minutes ago at most. Of an
 * older complaint nobody knows whether it still holds; where a line has no klog stamp, its age is not known either.
 */
export function readFreshComplaint(log: string, nowMs: number): AgentError | undefined {
  const lines = log.split('\n').filter((line) => line.trim() !== '');
  for (const line of lines.slice(-LAST_LINES).toReversed()) {
    const found = matchError(apiErrorTexts, line);
    const saidMs = klogTime(line, nowMs);
    if (found && saidMs !== undefined && nowMs - saidMs < FRESH_MS)
      return { ...found, line: withoutStamp(line) };
  }
  return undefined;
}

/** klog gives no year and the container's time, which is UTC. */
function klogTime(line: string, nowMs: number): number | undefined {
  const [, month, day, time] = /^[IWEF](\d\d)(\d\d) (\d\d:\d\d:\d\d)/.exec(line) ?? [];
  if (time === undefined) return undefined;
  return Date.parse(`${new Date(nowMs).getUTCFullYear()}-${month}-${day}T${time}Z`);
}

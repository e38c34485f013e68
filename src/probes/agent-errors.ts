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
  line.replace(/^[IWEF]\d{4} [\d:.]+\s+\d+ \S+\] /, '').replace(/^\d{4}-\d\d-\d\dT?[\d:. ]+Z? ?/, '');

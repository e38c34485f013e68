// What a program on a node, or a pod, tells over HTTP about itself: the text of one GET with curl. Whether the text makes
// sense is for those to say who know the program.

import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import { programProbe } from './node-command.ts';

export interface HttpTextQuestion<T> {
  node: string;
  address: string;
  port: number;
  path: string;
  /** Whom it is asked of, for people. */
  to: string;
  parse(text: string): T;
}

const TIMEOUT_S = 3;
const CONNECT_TIMEOUT_S = 1;
const START_MS = 1500;

/** An error of HTTP, like no answer at all, is no text. */
export function fetchText<T>({ node, address, port, path, to, parse }: HttpTextQuestion<T>): Probe<T> {
  const host = address.includes(':') ? `[${address}]` : address;
  return programProbe({
    vantage: { kind: 'node', node },
    argv: [
      ...(['curl', '-s', '-m', String(TIMEOUT_S)] as const),
      ...['--connect-timeout', String(CONNECT_TIMEOUT_S)],
      ...['-w', '\\n%{http_code}', `http://${host}:${port}${path}`],
    ],
    label: { topic: 'reach.http', params: { to, port } },
    timeoutMs: TIMEOUT_S * 1000 + START_MS,
    parse: ({ code, stdout }) => {
      const end = stdout.lastIndexOf('\n');
      const status = stdout.slice(end + 1).trim();
      if (code !== 0 || status !== '200')
        throw new Unparsable(code === 0 ? `HTTP status ${status}` : `curl ended with ${code}`);
      return parse(stdout.slice(0, end));
    },
  });
}

// Does an application that is known to speak HTTP answer? One GET with curl, whose answer is thrown away. Whether the
// port speaks HTTP at all is for the caller to know: nothing is sent to others.

import type { RawAnswer } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { NetworkVantage } from './network-vantage.ts';
import { programOutput, programProbe } from './node-command.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'reach.http': { to: string; port: number };
  }
}

export type HttpAnswer =
  | { kind: 'answered'; status: number; ms: number }
  /** The connection was accepted, and nothing came back in time. */
  | { kind: 'silent'; connectMs: number; waitedS: number }
  | { kind: 'no-connection' }
  /** It was accepted, and closed or answered in another protocol. */
  | { kind: 'not-http' };

export interface HttpQuestion {
  vantage: NetworkVantage;
  address: string;
  port: number;
  path: string;
  scheme: 'http' | 'https';
  to: string;
}

const TIMEOUT_S = 4;
// A way on which nothing arrives is found out as fast as by the connection alone.
const CONNECT_TIMEOUT_S = 2;
const START_MS = 1500;

export function fetchHttp({ vantage, address, port, path, scheme, to }: HttpQuestion): Probe<HttpAnswer> {
  const host = address.includes(':') ? `[${address}]` : address;
  return programProbe({
    vantage,
    argv: [
      ...(['curl', '-s', '-k', '-o', '/dev/null', '-m', String(TIMEOUT_S)] as const),
      ...['--connect-timeout', String(CONNECT_TIMEOUT_S)],
      ...['-w', '%{http_code} %{time_connect} %{time_total}', `${scheme}://${host}:${port}${path}`],
    ],
    label: { topic: 'reach.http', params: { to, port } },
    timeoutMs: TIMEOUT_S * 1000 + START_MS,
    parse: parseCurl,
  });
}

/** Exported for its tests on captured output. */
export function parseCurl(raw: RawAnswer): HttpAnswer {
  const { code, stdout, stderr } = programOutput(raw);
  const [status, connectS, totalS] = stdout.trim().split(' ').map(Number);
  if (status === undefined || connectS === undefined || totalS === undefined)
    throw new Unparsable(`curl said: ${(stderr || stdout).trim().slice(0, 200)}`);
  if (code === 0 && status > 0) return { kind: 'answered', status, ms: Math.round(totalS * 1000) };
  if (connectS === 0) return { kind: 'no-connection' };
  // curl(1): 28 is the operation's time-out; the connection stood, as it had a time.
  return code === 28
    ? { kind: 'silent', connectMs: Math.round(connectS * 1000), waitedS: TIMEOUT_S }
    : { kind: 'not-http' };
}

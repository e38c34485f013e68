// A connection that is accepted at once and then stays silent: the application's matter, not the network's. Asked only of
// ports that are known to speak HTTP; nothing is sent to others.

import type { Evidence } from '../../diagnosis/evidence.ts';
import { type Finding, podSubject } from '../../diagnosis/finding.ts';
import type { Ask } from '../../diagnosis/playbook.ts';
import type { Pod } from '../../probes/api-objects.ts';
import { fetchHttp, type HttpAnswer } from '../../probes/http-answer.ts';
import type { NetworkVantage } from '../../probes/network-vantage.ts';
import { podCodes } from './pods/pod-codes.ts';

type Endpoint = { path: string; scheme: 'http' | 'https' };

/** Conventional ports, where nothing else is said of them. */
const USUAL_PORTS = [80, 8080];

/** Advice when the application accepts and does not answer in time; undefined else. */
export async function checkHttpAnswer(
  ask: Ask,
  from: NetworkVantage,
  pod: Pod,
  port: number,
): Promise<Finding | undefined> {
  const endpoint = httpEndpoint(pod, port);
  if (!endpoint) return undefined;
  const { namespace, name } = pod.metadata;
  const answer = await ask(
    fetchHttp({ vantage: from, address: pod.status.podIP, port, to: name, ...endpoint }),
  );
  return isSilent(answer) ? slowFinding({ namespace, name }, pod.spec.nodeName, port, answer) : undefined;
}

/** Where and how the port speaks HTTP, by its probes, its name or its number; undefined: it is not known to. */
function httpEndpoint({ spec }: Pod, port: number): Endpoint | undefined {
  for (const { ports, readinessProbe, livenessProbe } of spec.containers) {
    const declared = ports.find(({ containerPort }) => containerPort === port);
    for (const { httpGet } of [readinessProbe, livenessProbe].filter((probe) => probe !== undefined)) {
      if (httpGet && (httpGet.port === port || (declared && httpGet.port === declared.name)))
        return { path: httpGet.path, scheme: httpGet.scheme === 'HTTPS' ? 'https' : 'http' };
    }
    if (declared?.name?.startsWith('https')) return { path: '/', scheme: 'https' };
    if (declared?.name?.startsWith('http')) return { path: '/', scheme: 'http' };
    if (declared && declared.name === undefined && USUAL_PORTS.includes(port))
      return { path: '/', scheme: 'http' };
  }
  return undefined;
}

type Silence = Extract<HttpAnswer, { kind: 'silent' }>;

const isSilent = (
  answer: Evidence<HttpAnswer>,
): answer is Evidence<HttpAnswer> & { status: 'observed'; value: Silence } =>
  answer.status === 'observed' && answer.value.kind === 'silent';

const slowFinding = (
  pod: { namespace: string; name: string },
  node: string,
  port: number,
  answer: Evidence<HttpAnswer> & { value: Silence },
): Finding => ({
  code: 'pod.application-slow',
  ...podCodes['pod.application-slow'],
  params: {
    pod: `${pod.namespace}/${pod.name}`,
    port,
    connectMs: answer.value.connectMs,
    waitedS: answer.value.waitedS,
  },
  subject: podSubject(pod),
  node,
  confidence: 'proven',
  advisory: true,
  evidence: [answer],
  explains: [],
  remediations: [],
});

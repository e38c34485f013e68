// The way from a node to the API server, which every agent needs: by the Service that agents use, and by the server's own
// address as its control. Where the Service fails, the way to it is examined.

import type { Evidence, Unavailable } from '../../diagnosis/evidence.ts';
import type { Facts } from '../../diagnosis/facts.ts';
import type { Finding, FindingCode } from '../../diagnosis/finding.ts';
import type { Ask, Leg } from '../../diagnosis/playbook.ts';
import { Service } from '../../probes/api-objects.ts';
import { getObject } from '../../probes/api-reads.ts';
import { connectTcp, type TcpReach } from '../../probes/reachability.ts';
import { type ApiServer, findApiServers } from '../branches/api-server.ts';
import { dropCodes } from '../branches/dropping-rule.ts';
import type { Examined } from '../branches/examined.ts';
import { examineFlowToAddress } from '../branches/flow-to-address.ts';
import { examineFlowToService } from '../branches/flow-to-service.ts';
import { tcpCell } from '../branches/reach.ts';
import type { CniNetwork } from '../cni/network.ts';
import { cniCodes } from './codes.ts';

export interface ServerAccess {
  node: string;
  /** By the Service's address; absent: it is not known. */
  service?: Connection;
  /** By the API server's own. */
  direct?: Connection;
  unseen: Unavailable[];
}

interface Connection {
  address: string;
  port: number;
  /** For people. */
  to: string;
  tcp: Evidence<TcpReach>;
}

const PORT = 443;

export async function tryServer(ask: Ask, node: string): Promise<ServerAccess> {
  const [service, { servers, unseen }] = await Promise.all([
    ask(getObject('services', Service, 'kubernetes', 'default')),
    findApiServers(ask),
  ]);
  const address = service.status === 'observed' && service.value.found && service.value.object.spec.clusterIP;
  const [server] = servers;
  const [byService, direct] = await Promise.all([
    address
      ? connect(ask, node, { address, port: PORT, label: `default/kubernetes ${address}:${PORT}` })
      : undefined,
    server && connect(ask, node, server),
  ]);
  return {
    node,
    ...(byService && { service: byService }),
    ...(direct && { direct }),
    unseen: [
      ...unseen,
      ...[service, byService?.tcp, direct?.tcp].filter((each) => each?.status === 'unavailable'),
    ],
  };
}

async function connect(ask: Ask, node: string, { address, port, label: to }: ApiServer): Promise<Connection> {
  const tcp = await ask(connectTcp({ vantage: { kind: 'node', node }, address, port, to }));
  return { address, port, to, tcp };
}

/** It was tried, and does not accept. */
export const isCutOff = ({ service }: ServerAccess): boolean =>
  service?.tcp.status === 'observed' && service.tcp.value.kind !== 'connected';

export const legsOf = ({ node, service, direct }: ServerAccess): Leg[] => [
  ...(service ? [toLeg(node, service, false)] : []),
  ...(direct ? [toLeg(node, direct, true)] : []),
];

const toLeg = (node: string, { to, tcp }: Connection, control: boolean): Leg => ({
  ...{ control, from: node, to },
  cells: { TCP: tcpCell({ tcp, wanted: 'connection' }) },
});

/** Undefined: it could not be tried. `fails`: in the words of the row; empty when it passes. */
export function resultOf(access: ServerAccess | undefined): { address: string; fails: string } | undefined {
  if (access?.service?.tcp.status !== 'observed') return undefined;
  const { address, port, tcp } = access.service;
  const cell = tcpCell({ tcp, wanted: 'connection' });
  const at = `${address}:${port}`;
  return { address: at, fails: 'note' in cell ? `${at} ${cell.note}` : '' };
}

/** What follows from it, for an agent and its node. */
const CONSEQUENCES: FindingCode[] = [
  'cni.api-unreachable',
  'cni.agent-crashing',
  'cni.agent-not-ready',
  'cni.not-initialized',
  'cni.state-file-missing',
  'pod.sandbox-failed',
];

export async function explainCutOff(
  ask: Ask,
  facts: Facts,
  cni: CniNetwork,
  { node, service }: ServerAccess,
): Promise<Pick<Examined, 'findings' | 'legs' | 'unchecked'>> {
  const from = { kind: 'node', node } as const;
  const [byService, byAddress] = await Promise.all([
    examineFlowToService(ask, facts, cni, {
      ...{ from, namespace: 'default', name: 'kubernetes', port: PORT, protocol: 'tcp' },
    }),
    service &&
      examineFlowToAddress(ask, facts, cni, {
        ...{ from, address: service.address, port: service.port, to: service.to },
      }),
  ]);
  // Packets that are dropped before they are led to an endpoint are the sender's half of the way.
  const own = (byAddress?.findings ?? []).filter(({ code }) => code in dropCodes);
  const found = byService.findings.some(({ advisory }) => !advisory) ? [] : own;
  return {
    findings: [...byService.findings, ...found].map(
      (finding): Finding => ({ ...finding, explains: [...finding.explains, ...CONSEQUENCES] }),
    ),
    legs: byService.legs,
    unchecked: byService.unchecked,
  };
}

/** For want of anything in the way that was found. */
export function serverFinding({ agent }: CniNetwork, access: ServerAccess): Finding[] {
  const { fails: seen = '' } = resultOf(access) ?? {};
  if (!access.service || seen === '') return [];
  const { service, direct, node } = access;
  return [
    {
      code: 'cni.api-unreachable',
      ...cniCodes['cni.api-unreachable'],
      params: {
        ...{ namespace: agent.namespace, daemonSet: agent.daemonSet, pods: [], nodes: [node], line: '' },
        ...{ cause: 'no-answer', server: `${service.address}:${service.port}`, seen },
      },
      subject: { kind: 'node', name: node },
      node,
      confidence: 'proven',
      advisory: false,
      evidence: [service.tcp, ...(direct ? [direct.tcp] : [])],
      explains: [],
      remediations: [],
    },
  ];
}

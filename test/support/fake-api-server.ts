// An API server on loopback as far as we use one: lists from a script, and exec streams (v5 channel protocol) behind
// which the real cni-agent runs as a child process. Streams can be refused, broken and watched.

import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';
import { type WebSocket, WebSocketServer } from 'ws';
import { AGENT_MAIN } from './world-agent.ts';

// First byte of each message (k8s.io/apimachinery remotecommand): what it carries.
const CHANNEL = { stdin: 0, stdout: 1, stderr: 2, error: 3, close: 255 } as const;

export interface ExecStream {
  child: ChildProcessWithoutNullStreams;
  path: string;
  /** Breaks off without a word, as a kubelet that restarts does. */
  break(): void;
}

export interface FakeApiServer {
  url: string;
  kubeConfig: KubeConfig;
  requests: string[];
  streams: ExecStream[];
  /** Resolves with the stream of that number, once it is open. */
  stream(index: number): Promise<ExecStream>;
  close(): Promise<void>;
}

export interface FakeApiOptions {
  /** Nodes that have an agent pod; its name is `agent-<node>`. */
  agents?: string[];
  respond?(request: IncomingMessage, response: ServerResponse): boolean;
  /** Answers the upgrade with this status instead. */
  refuseExec?: number;
  /** What is run in place of the agent. */
  program?: [string, ...string[]];
}

export async function startFakeApiServer(options: FakeApiOptions = {}): Promise<FakeApiServer> {
  const { agents = ['n1'], program = [process.execPath, AGENT_MAIN] } = options;
  const requests: string[] = [];
  const streams: ExecStream[] = [];
  const opened = new EventTarget();
  const server = createServer((request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (options.respond?.(request, response)) return;
    response.setHeader('content-type', 'application/json');
    if (request.url?.includes('/namespaces/cni-triage/pods')) response.end(JSON.stringify(agentPods(agents)));
    else response.writeHead(404).end(JSON.stringify({ kind: 'Status', message: 'not found', code: 404 }));
  });
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (offered) => (offered.has('v5.channel.k8s.io') ? 'v5.channel.k8s.io' : false),
  });
  server.on('upgrade', (request, socket, head) => {
    requests.push(`UPGRADE ${request.url}`);
    if (options.refuseExec !== undefined) {
      socket.end(`HTTP/1.1 ${options.refuseExec} Refused\r\nContent-Length: 0\r\n\r\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (client) => {
      streams.push(connect(client, program, request.url ?? ''));
      opened.dispatchEvent(new Event('stream'));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    kubeConfig: kubeConfigFor(url),
    requests,
    streams,
    async stream(index) {
      while (!streams[index]) await once(opened, 'stream');
      return streams[index];
    },
    close: () => closeAll(server, sockets, streams),
  };
}

export function kubeConfigFor(server: string): KubeConfig {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromOptions({
    clusters: [{ name: 'fake', server, skipTLSVerify: true }],
    users: [{ name: 'someone', token: 'not-a-real-token' }],
    contexts: [{ name: 'fake', cluster: 'fake', user: 'someone' }],
    currentContext: 'fake',
  });
  return kubeConfig;
}

const agentPods = (agents: string[]) => ({
  kind: 'PodList',
  items: agents.map((node) => ({
    metadata: { name: `agent-${node}`, namespace: 'cni-triage' },
    spec: { nodeName: node },
    status: { phase: 'Running' },
  })),
});

function connect(client: WebSocket, [command, ...args]: [string, ...string[]], path: string): ExecStream {
  const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const send = (channel: number) => (chunk: Buffer) =>
    client.send(Buffer.concat([Buffer.from([channel]), chunk]));
  child.stdout.on('data', send(CHANNEL.stdout));
  child.stderr.on('data', send(CHANNEL.stderr));
  child.stdin.on('error', () => undefined);
  child.on('exit', (code) => {
    const status = code === 0 ? { status: 'Success' } : { status: 'Failure', message: `exit code ${code}` };
    send(CHANNEL.error)(Buffer.from(JSON.stringify(status)));
    client.close();
  });
  client.on('message', (data: Buffer) => {
    if (data[0] === CHANNEL.stdin) child.stdin.write(data.subarray(1));
    else if (data[0] === CHANNEL.close) child.stdin.end();
  });
  // The runtime ends the input of the process when the stream is gone.
  client.on('close', () => child.stdin.end());
  return { child, path, break: () => client.terminate() };
}

async function closeAll(server: Server, sockets: WebSocketServer, streams: ExecStream[]): Promise<void> {
  for (const { child } of streams) {
    child.stdin.end();
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  }
  for (const client of sockets.clients) client.terminate();
  sockets.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
}

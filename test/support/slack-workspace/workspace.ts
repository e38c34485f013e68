// A stand-in for a Slack workspace on 127.0.0.1: the Web API with Slack's limits and refusals, Socket Mode, signed
// HTTP delivery, people who type and click, and a page to watch it all in a browser. Tests and the demo use it.

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createDeliveryLine, type DeliveryLine } from './delivery.ts';
import { createFaults, type Faults } from './faults.ts';
import { createRateLimits, type RateLimitOptions } from './limits.ts';
import { createMethods } from './methods.ts';
import { createPageRoutes, type PageExtras } from './page-routes.ts';
import { createPeople, type People } from './people.ts';
import { createResponseUrls } from './response-urls.ts';
import { createState, type Message, type WorkspaceState } from './state.ts';
import { createUploads } from './uploads.ts';
import { createViews, type OpenView } from './views.ts';
import { type Call, createWebApi } from './web-api.ts';

export const TOKENS = { bot: 'xoxb-local', app: 'xapp-local', signingSecret: 'local-signing-secret' };

export interface SlackWorkspace {
  url: string;
  /** For `slackApiUrl`. */
  apiUrl: string;
  state: WorkspaceState;
  people: People;
  /** Person -> the window that is open before them. */
  windows: ReadonlyMap<string, OpenView>;
  faults: Faults;
  line: DeliveryLine;
  /** Every Web API call so far. */
  calls: Call[];
  /** Messages that all see, threads included, oldest first. */
  messagesIn(channel: string): Message[];
  /** What only that person saw, oldest first. */
  shownOnlyTo(user: string): Message[];
  /** Resolves when the condition holds, looking again at every change. */
  until(condition: () => boolean): Promise<void>;
  stop(): Promise<void>;
}

export interface WorkspaceOptions {
  /** Time of rate limits, expiries and timestamps; absent: the machine's. */
  clock?: { now(): Date };
  /** 0 takes any free port. */
  port?: number;
  rateLimits?: RateLimitOptions;
  /** What the page shows beside the workspace. */
  page?: PageExtras;
}

const BODY_LIMIT_BYTES = 5_000_000;

export async function startSlackWorkspace(options: WorkspaceOptions = {}): Promise<SlackWorkspace> {
  const clock = options.clock ?? { now: () => new Date() };
  const state = createState(clock);
  const faults = createFaults();
  const line = createDeliveryLine(TOKENS.signingSecret, state.nextId, state.changed);
  const views = createViews(clock, state.nextId);
  const responseUrls = createResponseUrls(state, clock);
  const uploads = createUploads(state, () => url);
  const people = createPeople(state, line, responseUrls, views, () => url);
  const tickets = new Set<string>();
  const openSocket = (): string => {
    const ticket = state.nextId('ticket-');
    tickets.add(ticket);
    return `${url.replace('http', 'ws')}/socket?ticket=${ticket}`;
  };
  const api = createWebApi({
    methods: createMethods(state, uploads, views, openSocket),
    faults,
    limits: createRateLimits(clock, options.rateLimits ?? { channelBurst: 5 }),
    tokens: TOKENS,
    changed: state.changed,
  });
  const page = createPageRoutes(state, people, views, options.page);

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    const [, kind = '', name = ''] = pathname.split('/');
    if (await page.handle(request, response, pathname)) return;
    const body = await readBody(request);
    const contentType = request.headers['content-type'] ?? '';
    if (kind === 'api') {
      const token = (request.headers.authorization ?? '').replace('Bearer ', '');
      const answer = await api.handle(name, { token, contentType, body });
      if (answer === 'cut') request.socket.destroy();
      else if (answer !== 'hang') send(response, answer.status, answer.body, answer.headers);
    } else if (kind === 'upload') {
      const form = await new Response(new Uint8Array(body), {
        headers: { 'content-type': contentType },
      }).formData();
      send(response, uploads.receive(name, await contentOf(form.get('body'))) ? 200 : 400, {});
    } else if (kind === 'response') {
      const { status, error } = responseUrls.use(name, JSON.parse(String(body)) as Record<string, unknown>);
      send(response, status, error === undefined ? { ok: true } : { ok: false, error });
    } else send(response, 404, { ok: false, error: 'not_found' });
  }

  const server = createServer((request, response) => {
    route(request, response).catch((error: unknown) => send(response, 500, { error: String(error) }));
  });
  const sockets = new WebSocketServer({ server, path: '/socket' });
  sockets.on('connection', (socket, request) => {
    const ticket = new URL(request.url ?? '/', url).searchParams.get('ticket') ?? '';
    if (tickets.delete(ticket)) line.attach(socket);
    else socket.close(4001, 'invalid ticket');
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    url,
    apiUrl: `${url}/api/`,
    state,
    people,
    windows: views.opened,
    faults,
    line,
    calls: api.calls,
    messagesIn: (channel) => state.messages.filter((each) => each.channel === channel && !each.ephemeralFor),
    shownOnlyTo: (user) => state.messages.filter((each) => each.ephemeralFor === user),
    until: (condition) => until(state, condition),
    async stop() {
      page.close();
      line.close();
      sockets.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function until(state: WorkspaceState, condition: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (condition()) {
      resolve();
      return;
    }
    const forget = state.onChange(() => {
      if (!condition()) return;
      forget();
      resolve();
    });
  });
}

async function contentOf(value: Blob | string | null): Promise<string> {
  return typeof value === 'string' || value === null ? (value ?? '') : value.text();
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > BODY_LIMIT_BYTES) throw new Error('request body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  if (response.headersSent) return;
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

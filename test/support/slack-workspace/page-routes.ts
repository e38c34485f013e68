// The workspace in a browser: static files, a stream of its state (server-sent events), and what people do there.
// Only for loopback; there is no log-in.

import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname } from 'node:path';
import type { People } from './people.ts';
import { APP, type WorkspaceState } from './state.ts';
import type { Views } from './views.ts';

/** What the page shows beside the workspace: a switch whose meaning belongs to whoever starts it. */
export interface PageExtras {
  title: string;
  choices: { name: string; label: string }[];
  chosen(): string;
  choose(name: string): void;
}

export interface PageRoutes {
  /** False when the request is not for the page. */
  handle(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<boolean>;
  close(): void;
}

const FILES: Record<string, string> = {
  '/': 'index.html',
  '/page/app.js': 'app.js',
  '/page/draw.js': 'draw.js',
  '/page/element.js': 'element.js',
  '/page/controls.js': 'controls.js',
  '/page/style.css': 'style.css',
};

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
};

// Everything comes from here; nothing that a message holds can run or load.
const SECURITY = {
  'content-security-policy': "default-src 'self'; img-src data:",
  'x-content-type-options': 'nosniff',
};

export function createPageRoutes(
  state: WorkspaceState,
  people: People,
  views: Views,
  extras?: PageExtras,
): PageRoutes {
  const watchers = new Set<ServerResponse>();
  let scheduled = false;

  const snapshot = (): string =>
    JSON.stringify({
      app: APP,
      people: [...state.people.values()],
      channels: [...state.channels.values()],
      messages: state.messages,
      windows: Object.fromEntries(views.opened),
      ...(extras && { extras: { title: extras.title, choices: extras.choices, chosen: extras.chosen() } }),
    });

  // Many changes in one turn are one picture.
  const forget = state.onChange(() => {
    if (scheduled) return;
    scheduled = true;
    setImmediate(() => {
      scheduled = false;
      for (const watcher of watchers) watcher.write(`data: ${snapshot()}\n\n`);
    });
  });

  async function act(action: string, body: Record<string, string>): Promise<number> {
    const { user = '', channel = '', text = '', ts, threadTs, actionId = '', choice, name = '' } = body;
    switch (action) {
      case 'type':
        await people.type({ user, channel, ...(threadTs !== undefined && { threadTs }) }, text);
        return 204;
      case 'click': {
        const message = state.messages.find((each) => each.ts === ts && each.channel === channel);
        if (!message) return 404;
        await people.click({ user }, message, actionId, choice);
        return 204;
      }
      case 'submit':
        await people.submit({ user }, text);
        return 204;
      case 'cancel':
        people.cancel({ user });
        return 204;
      case 'choose':
        extras?.choose(name);
        state.changed();
        return 204;
      default:
        return 404;
    }
  }

  async function respond(
    request: IncomingMessage,
    response: ServerResponse,
    pathname: string,
  ): Promise<void> {
    const file = FILES[pathname];
    if (file !== undefined) {
      const content = await readFile(new URL(`page/${file}`, import.meta.url));
      response.writeHead(200, {
        'content-type': TYPES[extname(file)],
        'cache-control': 'no-store',
        ...SECURITY,
      });
      response.end(content);
    } else if (pathname === '/page/watch') {
      response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
      response.write(`data: ${snapshot()}\n\n`);
      watchers.add(response);
      response.on('close', () => watchers.delete(response));
    } else {
      const body = JSON.parse(await textOf(request)) as Record<string, string>;
      response.writeHead(await act(pathname.split('/').at(-1) ?? '', body));
      response.end();
    }
  }

  return {
    async handle(request, response, pathname) {
      if (FILES[pathname] === undefined && !pathname.startsWith('/page/')) return false;
      await respond(request, response, pathname);
      return true;
    },
    close() {
      forget();
      for (const watcher of watchers) watcher.end();
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

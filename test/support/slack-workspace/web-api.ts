// The door of the Web API: reads the call, checks the token, applies staged faults and rate limits, runs the method.

import type { Faults } from './faults.ts';
import type { RateLimits } from './limits.ts';
import type { Arguments, Method } from './methods.ts';
import { SlackRefusal } from './refusal.ts';

export interface Call {
  method: string;
  args: Arguments;
  /** `ok`, the error word, an HTTP status, `cut` or `hang`. */
  outcome: string;
}

export interface ApiAnswer {
  status: number;
  headers: Record<string, string>;
  /** Text goes out as it is. */
  body: Record<string, unknown> | string;
}

export type Silence = 'cut' | 'hang';

export interface WebApi {
  calls: Call[];
  /** `cut`: the connection is closed; `hang`: it stays open and no answer is ever sent. */
  handle(
    method: string,
    request: { token: string; contentType: string; body: Buffer },
  ): Promise<ApiAnswer | Silence>;
}

export interface WebApiParts {
  methods: Record<string, Method>;
  faults: Faults;
  limits: RateLimits;
  tokens: { bot: string; app: string };
  changed(): void;
}

/** Arguments that travel as JSON inside the form. */
const JSON_ARGUMENTS = new Set(['blocks', 'metadata', 'view', 'files', 'attachments']);

export function createWebApi({ methods, faults, limits, tokens, changed }: WebApiParts): WebApi {
  const calls: Call[] = [];

  function refusalOf(name: string, args: Arguments, token: string): ApiAnswer | undefined {
    const expected = name === 'apps.connections.open' ? tokens.app : tokens.bot;
    if (token === '') return failed('not_authed');
    if (token !== expected) return failed('invalid_auth');
    if (!methods[name]) return failed('unknown_method');
    const channel = args.channel === undefined ? undefined : String(args.channel);
    const waitS = limits.check(name, channel);
    return waitS === undefined ? undefined : rateLimited(waitS);
  }

  function run(name: string, args: Arguments): ApiAnswer {
    try {
      const result = methods[name]?.(args) ?? {};
      changed();
      return { status: 200, headers: {}, body: { ok: true, ...result } };
    } catch (error) {
      if (error instanceof SlackRefusal) return failed(error.code, error.details);
      throw error;
    }
  }

  function answerOf(name: string, args: Arguments, token: string): ApiAnswer | Silence {
    const fault = faults.next(name);
    switch (fault?.kind) {
      case 'error':
        return failed(fault.error);
      case 'rate-limited':
        return rateLimited(fault.retryAfterS);
      case 'http':
        if (fault.stored) run(name, args);
        return { status: fault.status, headers: {}, body: { ok: false, error: 'internal_error' } };
      case 'garbled':
        return { status: fault.status, headers: { 'content-type': 'text/html' }, body: fault.body };
      case 'cut':
      case 'hang':
        if (fault.stored) run(name, args);
        return fault.kind;
      case undefined:
        return refusalOf(name, args, token) ?? run(name, args);
    }
  }

  return {
    calls,
    async handle(method, request) {
      const args = await readArguments(request.contentType, request.body);
      const token = request.token || String(args.token ?? '');
      const answer = answerOf(method, args, token);
      calls.push({ method, args, outcome: outcomeOf(answer) });
      changed();
      return answer;
    },
  };
}

function outcomeOf(answer: ApiAnswer | Silence): string {
  if (typeof answer === 'string') return answer;
  if (answer.status !== 200) return String(answer.status);
  if (typeof answer.body === 'string') return 'garbled';
  return answer.body.ok === true ? 'ok' : String(answer.body.error);
}

const failed = (error: string, messages: string[] = []): ApiAnswer => ({
  status: 200,
  headers: {},
  body: { ok: false, error, ...(messages.length > 0 && { response_metadata: { messages } }) },
});

const rateLimited = (waitS: number): ApiAnswer => ({
  status: 429,
  headers: { 'retry-after': String(waitS) },
  body: { ok: false, error: 'ratelimited' },
});

async function readArguments(contentType: string, body: Buffer): Promise<Arguments> {
  if (body.length === 0) return {};
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  return Object.fromEntries(
    [...form.entries()].map(([name, value]) => [
      name,
      JSON_ARGUMENTS.has(name) && typeof value === 'string' ? (JSON.parse(value) as unknown) : value,
    ]),
  );
}

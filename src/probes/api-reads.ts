// Probes that read objects, logs and permissions from the API server.

import { z } from 'zod';
import type { RawAnswer, Resource } from '../cluster/access.ts';
import { type Probe, Unparsable } from '../diagnosis/probe.ts';
import type { PodRef } from '../diagnosis/target.ts';
import { AccessReview, Version } from './api-objects.ts';

declare module '../diagnosis/probe.ts' {
  interface ProbeTopics {
    'api.list': { resource: Resource; namespace?: string };
    'api.get': { resource: Resource; namespace?: string; name: string };
    'api.log': { pod: PodRef; previous: boolean };
    'api.may': { user: string; verb: string; resource: string };
    'api.version': Record<string, never>;
  }
}

/** One object, or the knowledge that there is none of that name. */
export type Lookup<T> = { found: true; object: T } | { found: false };

const TIMEOUT_MS = 5000;
const api = { kind: 'api' } as const;

export interface ListOptions {
  namespace?: string;
  labelSelector?: string;
  fieldSelector?: string;
  limit?: number;
  /** With `metadata.managedFields`. */
  writers?: true;
}

/** An object that does not fit the schema is a surprise in one object, and makes the whole list unparsable. */
export function listObjects<S extends z.ZodType>(
  resource: Resource,
  schema: S,
  options: ListOptions = {},
): Probe<z.infer<S>[]> {
  const { namespace } = options;
  return {
    id: `api.list(${resource}${suffix(options)})`,
    label: { topic: 'api.list', params: { resource, ...(namespace === undefined ? {} : { namespace }) } },
    vantage: api,
    question: { via: 'api', timeoutMs: TIMEOUT_MS, read: { verb: 'list', resource, ...options } },
    parse: (raw) => {
      if (raw.kind !== 'objects') throw new Unparsable(`expected a list, got ${raw.kind}`);
      return raw.items.map((item) => conform(schema, item));
    },
  };
}

const suffix = (options: ListOptions): string =>
  Object.entries(options)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => ` ${key}=${value}`)
    .join('');

export function getObject<S extends z.ZodType>(
  resource: Resource,
  schema: S,
  name: string,
  namespace?: string,
  options: Pick<ListOptions, 'writers'> = {},
): Probe<Lookup<z.infer<S>>> {
  const where = namespace === undefined ? {} : { namespace };
  return {
    id: `api.get(${resource} ${namespace ?? ''}/${name}${suffix(options)})`,
    label: { topic: 'api.get', params: { resource, name, ...where } },
    vantage: api,
    question: {
      via: 'api',
      timeoutMs: TIMEOUT_MS,
      read: { verb: 'get', resource, name, ...where, ...options },
    },
    parse: (raw) => {
      if (raw.kind === 'not-found') return { found: false };
      return { found: true, object: conform(schema, objectOf(raw)) };
    },
  };
}

/** The last lines of a container's log, its pod's first or only one by default; empty when it never ran. */
export function readLog(
  pod: PodRef,
  options: { tailLines: number; previous?: boolean; container?: string },
): Probe<string> {
  const { container } = options;
  const previous = options.previous ?? false;
  const of = container === undefined ? '' : ` container=${container}`;
  return {
    id: `api.log(${pod.namespace}/${pod.name}${of} tail=${options.tailLines} previous=${previous})`,
    label: { topic: 'api.log', params: { pod, previous } },
    vantage: api,
    question: {
      via: 'api',
      timeoutMs: TIMEOUT_MS,
      read: {
        verb: 'log',
        namespace: pod.namespace,
        pod: pod.name,
        tailLines: options.tailLines,
        ...(container === undefined ? {} : { container }),
        ...(previous ? { previous } : {}),
      },
    },
    parse: (raw) => {
      if (raw.kind === 'not-found') return '';
      if (raw.kind !== 'text') throw new Unparsable(`expected a log, got ${raw.kind}`);
      return raw.text;
    },
  };
}

/** Whether a user may do something, asked of the API server's authorizer. */
export function reviewAccess(
  user: string,
  groups: string[],
  action: { verb: string; group: string; resource: string },
): Probe<boolean> {
  return {
    id: `api.may(${user} ${action.verb} ${action.resource}.${action.group})`,
    label: { topic: 'api.may', params: { user, verb: action.verb, resource: action.resource } },
    vantage: api,
    question: { via: 'api', timeoutMs: TIMEOUT_MS, read: { verb: 'may', user, groups, action } },
    parse: (raw) => conform(AccessReview, objectOf(raw)).status.allowed,
  };
}

export const serverVersion: Probe<string> = {
  id: 'api.version',
  label: { topic: 'api.version', params: {} },
  vantage: api,
  question: { via: 'api', timeoutMs: TIMEOUT_MS, read: { verb: 'version' } },
  parse: (raw) => conform(Version, objectOf(raw)).gitVersion,
};

function objectOf(raw: RawAnswer): unknown {
  if (raw.kind !== 'object') throw new Unparsable(`expected an object, got ${raw.kind}`);
  return raw.object;
}

function conform<S extends z.ZodType>(schema: S, value: unknown): z.infer<S> {
  const result = schema.safeParse(value);
  if (!result.success) throw new Unparsable(z.prettifyError(result.error).slice(0, 300));
  return result.data;
}

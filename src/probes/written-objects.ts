// Objects together with who wrote them last and when, as the API server remembers it (metadata.managedFields): for
// finding out what changed. Of the object itself only what somebody set is kept; it judges nothing.

import { z } from 'zod';
import type { Resource } from '../cluster/access.ts';
import type { Probe } from '../diagnosis/probe.ts';
import { getObject, type ListOptions, type Lookup, listObjects } from './api-reads.ts';

export interface WrittenObject {
  namespace: string;
  name: string;
  labels: Record<string, string>;
  /** ISO 8601. Absent: not said. */
  createdAt?: string;
  /** The last write of what is asked for; reports of the object's state do not count. Absent: not said. */
  lastWrite?: Write;
  /** Of a ConfigMap; else empty. */
  data: Record<string, string>;
  /** Empty where the kind has none. */
  spec: Record<string, unknown>;
}

export interface Write {
  /** Field manager: the name of the program, such as `kubectl-edit` or `helm`. */
  by: string;
  /** ISO 8601. */
  at: string;
}

const words = z.record(z.string(), z.string()).default({});

const Written = z
  .object({
    metadata: z.object({
      name: z.string(),
      namespace: z.string().default(''),
      labels: words,
      creationTimestamp: z.string().optional(),
      managedFields: z
        .array(
          z.object({
            manager: z.string().default(''),
            time: z.string().optional(),
            subresource: z.string().default(''),
          }),
        )
        .default([]),
    }),
    data: words,
    spec: z.record(z.string(), z.unknown()).default({}),
  })
  .transform(({ metadata, data, spec }): WrittenObject => {
    const { namespace, name, labels, creationTimestamp, managedFields } = metadata;
    const [last] = managedFields
      .filter(({ subresource }) => subresource === '')
      .flatMap(({ manager, time }): Write[] => (time === undefined ? [] : [{ by: manager, at: time }]))
      .toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
    return {
      ...{ namespace, name, labels, data, spec },
      ...(creationTimestamp !== undefined && { createdAt: creationTimestamp }),
      ...(last && { lastWrite: last }),
    };
  });

export const listWritten = (resource: Resource, options: ListOptions = {}): Probe<WrittenObject[]> =>
  listObjects(resource, Written, { ...options, writers: true });

export const getWritten = (
  resource: Resource,
  name: string,
  namespace: string,
): Probe<Lookup<WrittenObject>> => getObject(resource, Written, name, namespace, { writers: true });

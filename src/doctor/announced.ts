// What a process says of its fixes and rights, as it is read back from Redis. Whoever writes there could have written anything, and
// people copy a command made of these names: what is not a name is not read.

import { z } from 'zod';
import { diagnosisParts } from './examination.ts';

const name = z.string().regex(/^[a-z0-9.-]+$/);

const Fixes = z.object({
  enabled: z.array(name),
  scope: z.object({
    cni: z.object({ namespace: name, daemonSet: name, configMap: name.exactOptional() }),
    namespaces: z.array(name),
  }),
});

const Right = z.object({
  namespace: z.string().exactOptional(),
  group: z.string(),
  resource: z.string(),
  name: z.string().exactOptional(),
  verb: z.string(),
});

const Purpose = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('diagnosis'), part: z.enum(diagnosisParts) }),
  z.object({ kind: z.literal('remediation'), id: z.string() }),
  z.object({ kind: z.literal('entrance') }),
]);

const Unseen = z.discriminatedUnion('kind', [
  z.object({
    kind: z.enum(['faulty', 'unreadable']),
    namespace: z.string().exactOptional(),
    detail: z.string(),
  }),
  z.object({ kind: z.literal('unanswered'), rights: z.array(Right), detail: z.string() }),
  z.object({ kind: z.literal('cni-unknown') }),
]);

const Report = z.object({
  at: z.iso.datetime(),
  lacks: z.array(z.object({ serves: Purpose, rights: z.array(Right) })),
  beyond: z.array(Right),
  beyondInPart: z.literal(true).exactOptional(),
  unseen: z.array(Unseen),
});

/** Part of an announcement. */
export const AnnouncedRights = z.object({ fixes: Fixes.exactOptional(), rights: Report.exactOptional() });

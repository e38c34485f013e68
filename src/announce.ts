// Has a worker or a remediator say that it is alive, which fixes it was told of, and what its account may do. Part of the composition
// root (`worker.ts`, `remediator.ts`); nothing is decided here.

import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import manifest from '../package.json' with { type: 'json' };
import type { Fixes, Role } from './doctor/examination.ts';
import { REVIEW_EVERY_MS, watchRights } from './doctor/watch-rights.ts';
import type { Ground } from './ground.ts';
import type { PlaybookName } from './incidents/intent.ts';
import { startHeartbeat } from './queue/heartbeats.ts';
import type { ReviewRights } from './review-rights.ts';

export interface Announced {
  role: Role;
  cluster: string;
  playbooks: PlaybookName[];
  fixes?: Fixes | undefined;
  /** Absent: there is no cluster to ask, and nothing is said about rights. */
  review?: ReviewRights | undefined;
}

export async function announce(
  { working: link, heartbeat: timing, clock, logger, onStop }: Ground,
  { role, cluster, playbooks, fixes, review }: Announced,
): Promise<void> {
  const onFailure = (error: unknown) => logger.warn({ err: error, role }, 'own rights not reviewed');
  const watch = review && watchRights({ review, everyMs: REVIEW_EVERY_MS, clock, onFailure });
  if (watch) onStop(watch.close);
  const heartbeat = await startHeartbeat({
    ...{ link, role, timing, logger },
    process: `${hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`,
    announcement() {
      const rights = watch?.latest();
      return {
        ...{ cluster, playbooks, version: manifest.version },
        ...(fixes && { fixes }),
        ...(rights && { rights }),
      };
    },
  });
  onStop(heartbeat.stop);
}

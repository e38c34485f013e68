// A Surface that remembers what it was asked to draw, and fails when a test wants it to.

import type { Incident } from '../../src/incidents/incident.ts';
import type { Posted, Surface } from '../../src/incidents/ports.ts';

export interface RecordingSurface extends Surface {
  /** Every state that was drawn, in order. */
  drawn: Incident[];
  /** Thrown by the next renderings, one each. */
  failures: Error[];
  /** Held open by a test: renderings wait for it. */
  gate?: Promise<unknown>;
  /** The most renderings of one incident at the same time. */
  mostAtOnce: number;
}

export function createRecordingSurface(): RecordingSurface {
  const atOnce = new Map<string, number>();
  const count = (id: string, change: number): number => {
    const now = (atOnce.get(id) ?? 0) + change;
    atOnce.set(id, now);
    return now;
  };

  const surface: RecordingSurface = {
    drawn: [],
    failures: [],
    mostAtOnce: 0,
    async render(incident): Promise<Posted> {
      surface.mostAtOnce = Math.max(surface.mostAtOnce, count(incident.id, 1));
      try {
        await surface.gate;
        const failure = surface.failures.shift();
        if (failure) throw failure;
        surface.drawn.push(incident);
        return {
          ...(!incident.thread.rootTs && { rootTs: `root-${incident.id}` }),
          ...(!incident.thread.replyTs && { replyTs: `reply-${incident.request.id}` }),
        };
      } finally {
        count(incident.id, -1);
      }
    },
  };
  return surface;
}

// `cni doctor`: whether the credentials at hand suffice for what a worker does. Who is alive, and what the others' accounts may do,
// is known to the bot only.

import type { ApiConnection } from './cluster/connection.ts';
import type { RightsFindings } from './doctor/examination.ts';
import { createSingleRights } from './doctor/single-rights.ts';
import { ownRightsLines } from './messages/doctor.ts';
import { findCniNamespace, reviewAsWorker } from './review-rights.ts';
import { renderLines, type TerminalStyle } from './terminal/render.ts';

const DEADLINE_MS = 20_000;

export async function reviewOwnRights(
  connection: ApiConnection,
  interrupted: AbortSignal,
): Promise<RightsFindings> {
  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(DEADLINE_MS)]);
  const singly = createSingleRights({ now: () => new Date() });
  return reviewAsWorker(connection, singly, await findCniNamespace(connection, signal), signal);
}

export const renderOwnRights = (
  findings: RightsFindings,
  cluster: string,
  style: TerminalStyle,
  now: Date,
): string => renderLines(ownRightsLines(findings, cluster, style.language, now.getTime()), style);

export function verdictOfRights({
  lacks,
  unseen,
}: RightsFindings): 'cleared' | 'root-cause' | 'inconclusive' | 'unreachable' {
  if (lacks.length > 0) return 'root-cause';
  if (unseen.some((each) => each.kind === 'unreadable' && each.namespace === undefined)) return 'unreachable';
  return unseen.length > 0 ? 'inconclusive' : 'cleared';
}

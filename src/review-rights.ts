// How worker and remediator find out what their own accounts may do: which namespaces matter, by which address they ask. What is
// judged of the answers is `doctor/`. The command line asks the same of the kubeconfig at hand.

import type { ApiEntrance } from './cluster/api-entrance.ts';
import type { ApiConnection } from './cluster/connection.ts';
import { createLiveAccess } from './cluster/live-access.ts';
import { createLiveAskRight, createLiveRights } from './cluster/live-rights.ts';
import { createAsk } from './diagnosis/ask.ts';
import type { Fixes, RightsFindings } from './doctor/examination.ts';
import { type RightsSource, reviewRights } from './doctor/judge-rights.ts';
import { remediatorNeeds, remediatorPlaces } from './doctor/remediator-needs.ts';
import { type AskSingly, createSingleRights } from './doctor/single-rights.ts';
import { workerNeeds } from './doctor/worker-needs.ts';
import { describeCni } from './playbooks/cni/profiles.ts';
import { loadFacts } from './probes/cluster-facts.ts';

export type ReviewRights = (signal: AbortSignal) => Promise<RightsFindings>;

const BUDGET = { perNode: 0, total: 20 };

export function createWorkerReview(entrance: ApiEntrance, clock: { now(): Date }): ReviewRights {
  const singly = createSingleRights(clock);
  // A CNI does not move; while its place is not known it is looked for again.
  let cniNamespace: string | undefined;
  return async (signal) => {
    const connection = await entrance.choose(signal);
    cniNamespace ??= await findCniNamespace(connection, signal);
    return reviewAsWorker(connection, singly, cniNamespace, signal);
  };
}

export function createRemediatorReview(
  entrance: ApiEntrance,
  fixes: Fixes,
  clock: { now(): Date },
): ReviewRights {
  const singly = createSingleRights(clock);
  return async (signal) => {
    const source = sourceOf(await entrance.choose(signal), singly);
    return reviewRights(remediatorNeeds(fixes), source, signal, remediatorPlaces(fixes));
  };
}

/** Undefined: it could not be told, or it is a CNI that is not known. */
export async function findCniNamespace(
  connection: ApiConnection,
  signal: AbortSignal,
): Promise<string | undefined> {
  await using access = createLiveAccess(connection);
  const { ask } = createAsk(access, BUDGET, signal, () => undefined);
  const loaded = await loadFacts(ask);
  if (!loaded.ok) return undefined;
  return (await describeCni(ask, loaded.facts)).agent.namespace || undefined;
}

export async function reviewAsWorker(
  connection: ApiConnection,
  singly: AskSingly,
  cniNamespace: string | undefined,
  signal: AbortSignal,
): Promise<RightsFindings> {
  const findings = await reviewRights(workerNeeds(cniNamespace), sourceOf(connection, singly), signal);
  if (cniNamespace !== undefined) return findings;
  return { ...findings, unseen: [...findings.unseen, { kind: 'cni-unknown' }] };
}

const sourceOf = (connection: ApiConnection, singly: AskSingly): RightsSource => ({
  read: createLiveRights(connection),
  askSingly: (rights, signal) => singly(rights, createLiveAskRight(connection), signal),
});

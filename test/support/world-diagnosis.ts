// Runs a playbook on a world that a test has spoiled, through the real engine, and sees to it that nothing unknown was
// asked and that every change to the world was looked at.

import { isDeepStrictEqual } from 'node:util';
import { expect } from 'vitest';
import { createRecordingAccess } from '../../src/cluster/recorded-access.ts';
import type { Bundle } from '../../src/diagnose.ts';
import type { Diagnosis, DiagnosisRequest } from '../../src/diagnosis/diagnosis.ts';
import { runDiagnosis } from '../../src/diagnosis/engine.ts';
import type { Target } from '../../src/diagnosis/target.ts';
import { playbooks } from '../../src/playbooks/index.ts';
import { loadFacts } from '../../src/probes/cluster-facts.ts';
import { resolveTarget } from '../../src/probes/resolve-target.ts';
import { remediationIdsFor } from '../../src/remediation/catalog/index.ts';
import { createScriptedAccess, keyOf, objectsOf, type ScriptedAccess } from './scripted-access.ts';
import { healthyWorld, type World, type WorldSize } from './world.ts';

export interface Examined {
  diagnosis: Diagnosis;
  access: ScriptedAccess;
  /** As `--record` writes it. */
  bundle: Bundle;
}

export async function diagnoseWorld(
  spoil: (world: World) => void,
  options: { target?: Target; size?: WorldSize } = {},
): Promise<Examined> {
  const world = healthyWorld(options.size);
  spoil(world);
  const access = createScriptedAccess(world);
  const recording = createRecordingAccess(access);
  const crashes: unknown[] = [];
  const request: DiagnosisRequest = {
    id: 'd-1',
    cluster: 'test',
    playbook: 'dns',
    target: options.target ?? { kind: 'cluster' },
  };
  const result = await runDiagnosis({
    request,
    playbooks: playbooks.filter(({ id }) => id === 'dns'),
    access: recording,
    loadFacts,
    resolveTarget,
    remediationsFor: remediationIdsFor,
    budget: { perNode: 200, total: 2000 },
    clock: { now: () => new Date('2026-03-01T03:12:00.000Z') },
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onCrash: (_playbook, error) => crashes.push(error),
  });
  expect(access.unknown, 'questions that the world cannot answer').toEqual([]);
  expect(crashes, 'playbooks that threw').toEqual([]);
  expect(unnoticed(healthyWorld(options.size), world, access), 'changes that nobody asked about').toEqual([]);
  if (!result.ok) throw new Error(`no diagnosis: ${JSON.stringify(result.problem)}`);
  const { diagnosis } = result;
  return {
    diagnosis,
    access,
    bundle: { bundleVersion: 1, request, answers: recording.answers(), diagnosis },
  };
}

/** What differs from the healthy world and was never shown; disturbances that nothing met. */
function unnoticed(before: World, after: World, { shown }: ScriptedAccess): string[] {
  const [healthy, spoiled] = [entriesOf(before), entriesOf(after)];
  const changed = [...spoiled]
    .filter(([key, value]) => !isDeepStrictEqual(value, healthy.get(key)))
    .map(([key]) => key);
  // What was taken away can be missed only in a list, or by its name.
  const removed = [...healthy.keys()].filter((key) => !spoiled.has(key));
  const isMissed = (key: string): boolean => shown.has(key) || shown.has(key.split('/')[0] ?? '');
  return [
    ...changed.filter((key) => !shown.has(key)),
    ...removed.filter((key) => !isMissed(key)),
    ...after.disturbances.filter(({ met }) => met === 0).map(({ what }) => what),
  ];
}

function entriesOf(world: World): Map<string, unknown> {
  const { kubelets, resolvConf, logs, denied, netfilter, kubeProxy } = world;
  const { endpointslices: _derived, ...objects } = objectsOf(world);
  return new Map([
    ...Object.entries(objects).flatMap(([resource, items]) =>
      items.map((item): [string, unknown] => [keyOf(resource, item), item]),
    ),
    ...Object.entries({ kubelets, resolvConf, logs, denied, netfilter, kubeProxy }).flatMap(
      ([kind, entries]) =>
        Object.entries(entries).map(([name, value]): [string, unknown] => [`${kind}/${name}`, value]),
    ),
  ]);
}

// What is kept while all is well, so that it can be put back: which settings, and how they are read. When that is, and where
// they are kept, is for others (`queue/healthy-settings-store.ts`).

import { z } from 'zod';
import type { ObjectRef } from '../cluster/control.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import { daemonSetOf } from './catalog/cni.ts';
import { coreDns, corefile } from './catalog/coredns.ts';
import { placementPaths } from './catalog/restore-cni-daemonset.ts';
import { valueAt } from './json-path.ts';
import { readWhole } from './objects.ts';
import { canonicalJson } from './plan.ts';
import type { HealthySetting, Scope, SettingRef } from './remediation.ts';

export type KeptSetting = SettingRef & HealthySetting;

export interface HealthySettings {
  /** As they are after a diagnosis that found nothing wrong; each counts when `ripen` says so. */
  keep(cluster: string, settings: readonly KeptSetting[]): Promise<void>;
  /** Undefined: none was kept. */
  last(cluster: string, setting: SettingRef): Promise<HealthySetting | undefined>;
}

// CoreDNS takes a new Corefile within two minutes, a roll-out of agents takes longer: what was set a moment ago says nothing
// about how well it works.
const RIPE_AFTER_MS = 5 * 60_000;

/**
 * A value counts when it was there at two healthy instants so far apart. `waiting`: by key, what was seen and does not count yet.
 */
export function ripen(
  seen: readonly KeptSetting[],
  waiting: ReadonlyMap<string, HealthySetting>,
): { ripe: KeptSetting[]; waiting: KeptSetting[] } {
  const judged = seen.map((setting) => {
    const before = waiting.get(settingKey(setting));
    const isSame = before !== undefined && canonicalJson([before.value]) === canonicalJson([setting.value]);
    const isRipe = isSame && Date.parse(setting.at) - Date.parse(before.at) >= RIPE_AFTER_MS;
    return { setting, isRipe, waits: isSame ? { ...setting, at: before.at } : setting };
  });
  return {
    ripe: judged.flatMap(({ setting, isRipe }) => (isRipe ? [setting] : [])),
    waiting: judged.map(({ waits }) => waits),
  };
}

/** Equal settings have equal keys. */
export const settingKey = ({ object, path }: SettingRef): string => canonicalJson({ object, path });

// What stands in the place of a credential (cluster/redact.ts). Such a value must never be written back.
const REDACTED = '[redacted]';

/**
 * What the catalogue can restore of that playbook's objects, as it is now: call it after a diagnosis that found nothing wrong.
 * Objects that cannot be read, and values with credentials in them, are left out.
 */
export async function readHealthySettings(
  playbook: string,
  scope: Scope,
  ask: Ask,
  at: string,
): Promise<KeptSetting[]> {
  const kept = await Promise.all(
    kindsOf(playbook, scope).map(async ({ object, pathsIn }): Promise<KeptSetting[]> => {
      const read = await readWhole(ask, object);
      if (!read.ok) return [];
      return pathsIn(read.value).map((path) => ({ object, path, value: valueAt(read.value, path), at }));
    }),
  );
  return kept.flat().filter(({ value }) => !canonicalJson(value).includes(REDACTED));
}

interface Kind {
  object: ObjectRef;
  pathsIn: typeof placementPaths;
}

function kindsOf(playbook: string, scope: Scope): Kind[] {
  const dns: Kind[] = [
    { object: corefile, pathsIn: () => [['data', 'Corefile']] },
    { object: coreDns, pathsIn: () => [['spec', 'replicas']] },
  ];
  const { namespace, configMap } = scope.cni;
  const cni: Kind[] = [
    { object: daemonSetOf(scope), pathsIn: placementPaths },
    ...(configMap === undefined
      ? []
      : [
          {
            object: { resource: 'configmaps' as const, namespace, name: configMap },
            pathsIn: (): SettingRef['path'][] => [['data']],
          },
        ]),
  ];
  if (playbook === 'dns') return dns;
  if (playbook === 'cni-health') return cni;
  return playbook === 'cluster' ? [...dns, ...cni] : [];
}

/** As it comes back from where it was kept. */
export const HealthySettingRecord = z.strictObject({ value: z.json(), at: z.iso.datetime() });

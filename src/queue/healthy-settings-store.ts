// The settings with which all was well, in Redis: one value for each setting of each cluster, the last one; and those that
// do not count yet.
//
//   <prefix>:healthy-settings:<cluster>   hash, setting -> its value and instant
//   <prefix>:ripening:<cluster>           the same of those that wait

import {
  HealthySettingRecord,
  type HealthySettings,
  type KeptSetting,
  ripen,
  settingKey,
} from '../remediation/healthy-settings.ts';
import type { HealthySetting } from '../remediation/remediation.ts';
import { answering, type RedisLink } from './redis.ts';

export function createHealthySettings(link: RedisLink): HealthySettings {
  const { redis, prefix } = link;
  const keyOf = (cluster: string): string => `${prefix}:healthy-settings:${cluster}`;
  const ripeningOf = (cluster: string): string => `${prefix}:ripening:${cluster}`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  return {
    keep: (cluster, settings) =>
      run(async () => {
        if (settings.length === 0) return;
        const names = settings.map(settingKey);
        const found = await redis.hmget(ripeningOf(cluster), ...names);
        const waiting = new Map<string, HealthySetting>();
        for (const [at, name] of names.entries()) {
          const record = found[at];
          if (record) waiting.set(name, HealthySettingRecord.parse(JSON.parse(record)));
        }
        const judged = ripen(settings, waiting);
        await redis.hset(ripeningOf(cluster), ...fieldsOf(judged.waiting));
        if (judged.ripe.length > 0) await redis.hset(keyOf(cluster), ...fieldsOf(judged.ripe));
      }),
    last: (cluster, setting) =>
      run(async () => {
        const kept = await redis.hget(keyOf(cluster), settingKey(setting));
        return kept === null ? undefined : HealthySettingRecord.parse(JSON.parse(kept));
      }),
  };
}

const fieldsOf = (settings: readonly KeptSetting[]): string[] =>
  settings.flatMap((setting) => [
    settingKey(setting),
    JSON.stringify({ value: setting.value ?? null, at: setting.at }),
  ]);

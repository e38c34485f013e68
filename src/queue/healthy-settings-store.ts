// The settings with which all was well, in Redis: one value for each setting of each cluster, the last one.
//
//   <prefix>:healthy-settings:<cluster>   hash, setting -> its value and instant

import { HealthySettingRecord, type HealthySettings, settingKey } from '../remediation/healthy-settings.ts';
import { answering, type RedisLink } from './redis.ts';

export function createHealthySettings(link: RedisLink): HealthySettings {
  const { redis, prefix } = link;
  const keyOf = (cluster: string): string => `${prefix}:healthy-settings:${cluster}`;
  const run = <T>(work: () => Promise<T>): Promise<T> =>
    link.kind === 'answering' ? answering(work) : work();

  return {
    keep: (cluster, settings) =>
      run(async () => {
        if (settings.length === 0) return;
        const fields = settings.flatMap((setting) => [
          settingKey(setting),
          JSON.stringify({ value: setting.value ?? null, at: setting.at }),
        ]);
        await redis.hset(keyOf(cluster), ...fields);
      }),
    last: (cluster, setting) =>
      run(async () => {
        const kept = await redis.hget(keyOf(cluster), settingKey(setting));
        return kept === null ? undefined : HealthySettingRecord.parse(JSON.parse(kept));
      }),
  };
}

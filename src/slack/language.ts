// Which language a person is answered in: the channel's setting, else the person's Slack locale, else English.

import type { WebClient } from '@slack/web-api';
import type { Language } from '../incidents/intent.ts';

const FRESH_MS = 3_600_000;
// A slow answer about a locale must not hold up the answer itself.
const PATIENCE_MS = 1500;
const REMEMBERED = 5000;

export interface LanguageChoice {
  of(where: { channel: string; user: string }): Promise<Language>;
}

export function createLanguageChoice(
  client: WebClient,
  channelLanguage: (channel: string) => Language | undefined,
  clock: { now(): Date },
): LanguageChoice {
  const known = new Map<string, { language: Language; until: number }>();

  async function ofUser(user: string): Promise<Language> {
    const cached = known.get(user);
    const now = clock.now().getTime();
    if (cached && cached.until > now) return cached.language;
    const locale = await localeOf(client, user);
    if (locale === undefined) return cached?.language ?? 'en';
    const language = locale.toLowerCase().startsWith('zh') ? 'zh' : 'en';
    if (known.size >= REMEMBERED) known.clear();
    known.set(user, { language, until: now + FRESH_MS });
    return language;
  }

  return { of: async ({ channel, user }) => channelLanguage(channel) ?? ofUser(user) };
}

async function localeOf(client: WebClient, user: string): Promise<string | undefined> {
  const patience = Promise.withResolvers<undefined>();
  const timer = setTimeout(() => patience.resolve(undefined), PATIENCE_MS);
  const asked = client.users
    .info({ user, include_locale: true })
    .then((answer) => answer.user?.locale)
    .catch(() => undefined);
  try {
    return await Promise.race([asked, patience.promise]);
  } finally {
    clearTimeout(timer);
  }
}

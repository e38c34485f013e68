// The manifest asks Slack for what the app uses, and for nothing else.

import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const manifest = parse(await readFile(new URL('../../deploy/slack-manifest.yaml', import.meta.url), 'utf8'));

test('it holds the command, the event and the buttons that the app listens to', () => {
  expect(manifest.features.slash_commands).toMatchObject([{ command: '/cni', should_escape: true }]);
  expect(manifest.settings.event_subscriptions.bot_events).toEqual(['app_mention']);
  expect(manifest.settings.interactivity.is_enabled).toBe(true);
  expect(manifest.settings.socket_mode_enabled).toBe(true);
});

test('its scopes are the least that the Web API calls of the app need', () => {
  expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual([
    'app_mentions:read',
    'channels:history',
    'chat:write',
    'commands',
    'files:write',
    'groups:history',
    'im:history',
    'usergroups:read',
    'users:read',
  ]);
});

test('it stays within the lengths that Slack accepts', () => {
  const { display_information: display, features } = manifest;

  expect(display.name.length).toBeLessThanOrEqual(35);
  expect(display.description.length).toBeLessThanOrEqual(140);
  expect(features.bot_user.display_name).toMatch(/^[a-z0-9._-]{1,80}$/);
  expect(features.slash_commands[0].usage_hint.length).toBeLessThanOrEqual(1000);
});

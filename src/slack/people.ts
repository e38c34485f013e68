// Who a Slack user is at this moment, as approvals need it: active or not, and in which of the groups that may approve. What
// could not be asked is never taken for a yes.

import { WebAPIPlatformError, type WebClient } from '@slack/web-api';
import type { Person } from '../remediation/approval.ts';
import { refusalWord } from './failures.ts';
import type { Logger } from './logger.ts';

// Somebody who leaves a group may approve for so long; Slack allows about 20 of these calls a minute.
const FRESH_MS = 60_000;

/** Slack's definite answers that a group has no members for us; anything else may be another in a moment. */
const NO_MEMBERS = new Set([
  'no_such_subteam',
  'subteam_not_found',
  'plan_upgrade_required',
  'missing_scope',
]);
const NO_USER = new Set(['user_not_found', 'user_not_visible']);

export interface People {
  /** Undefined: Slack could not be asked. */
  find(user: string): Promise<Person | undefined>;
}

export function createPeople(
  client: WebClient,
  /** Ids of all groups that the policy names. */
  groups: readonly string[],
  clock: { now(): Date },
  logger: Logger,
): People {
  const known = new Map<string, { members: readonly string[]; until: number }>();

  async function membersOf(group: string): Promise<readonly string[]> {
    const cached = known.get(group);
    const now = clock.now().getTime();
    if (cached && cached.until > now) return cached.members;
    const members = await askForMembers(group);
    known.set(group, { members, until: now + FRESH_MS });
    return members;
  }

  async function askForMembers(group: string): Promise<readonly string[]> {
    try {
      return (await client.usergroups.users.list({ usergroup: group })).users ?? [];
    } catch (error) {
      if (!isAnswer(error, NO_MEMBERS)) throw error;
      logger.warn({ group, why: refusalWord(error) }, 'Nobody of this group can approve');
      return [];
    }
  }

  async function isActive(user: string): Promise<boolean> {
    try {
      const { user: found } = await client.users.info({ user });
      return found !== undefined && !found.deleted && !found.is_bot;
    } catch (error) {
      if (!isAnswer(error, NO_USER)) throw error;
      return false;
    }
  }

  return {
    async find(user) {
      try {
        const [active, ...memberships] = await Promise.all([
          isActive(user),
          ...groups.map(async (group) => ((await membersOf(group)).includes(user) ? [group] : [])),
        ]);
        return { id: user, groups: memberships.flat(), isActive: active };
      } catch (error) {
        logger.warn({ err: error, user }, 'Slack did not say who somebody is');
        return undefined;
      }
    },
  };
}

const isAnswer = (error: unknown, words: ReadonlySet<string>): boolean =>
  error instanceof WebAPIPlatformError && words.has(error.data.error);

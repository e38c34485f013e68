// Puts the Slack side together: Bolt, its entrances, and the surface on which incidents are drawn.
// It knows the service and the store only through their ports.

import { App } from '@slack/bolt';
import { WebClient, type WebClientOptions } from '@slack/web-api';
import type { ChecklistSurface } from '../checklist/ports.ts';
import type { Incident } from '../incidents/incident.ts';
import type { Language } from '../incidents/intent.ts';
import type { IncidentStore } from '../incidents/ports.ts';
import type { IncidentService } from '../incidents/service.ts';
import type { ProposalSurface } from '../remediation/ports.ts';
import type { RemediationService } from '../remediation/service.ts';
import { type PolicyReviews, registerChecklistButtons } from './checklist-buttons.ts';
import { createChecklistSurface } from './checklist-surface.ts';
import { registerCommands } from './commands.ts';
import type { SlackConfig } from './config.ts';
import { createConversation } from './conversation.ts';
import { createFallback } from './fallback.ts';
import { registerFixes } from './fix-buttons.ts';
import { registerInteractions } from './interactions.ts';
import { createLanguageChoice } from './language.ts';
import { boltLogger, type Logger } from './logger.ts';
import { createPace } from './pace.ts';
import { createPeople } from './people.ts';
import { createPosting } from './posting.ts';
import { createProposalSurface } from './proposal-surface.ts';
import { createConnection, guardAgainstReplay } from './receivers.ts';
import { createSurface, type SlackSurface } from './surface.ts';

export interface SlackParts {
  config: SlackConfig;
  service: IncidentService;
  store: IncidentStore;
  checklist: PolicyReviews;
  /** Absent: no fixes are offered. */
  fixes?: RemediationService;
  /** Ids of the user groups that may approve fixes; absent: there are none. */
  approverGroups?: string[];
  /** Where news of the checklist go; by cluster. Undefined: nowhere. */
  checkChannelOf(cluster: string): string | undefined;
  /** Ids of the playbooks that are built, for help. */
  playbooks: string[];
  logger: Logger;
  /** The channel's own setting, which outranks the person's locale. */
  languageOf(channel: string): Language | undefined;
  clock: { now(): Date };
}

export interface Slack {
  surface: SlackSurface;
  checklistSurface: ChecklistSurface;
  proposalSurface: ProposalSurface;
  /** Connects; rejects with SlackStartFailed when Slack refuses us. `port` is there in HTTP mode. */
  start(): Promise<{ port?: number }>;
  stop(): Promise<void>;
}

/** Slack could not be reached or refused the tokens. Starting again without a change helps only in the first case. */
class SlackStartFailed extends Error {
  override name = 'SlackStartFailed';
}

export function createSlack(parts: SlackParts): Slack {
  const { config, service, store, logger, clock } = parts;
  const commandName = config.commandName ?? '/cni';
  const client = new WebClient(config.botToken, clientOptions(config, logger));
  const connection = createConnection(config, logger);
  const app = new App({
    token: config.botToken,
    receiver: connection.receiver,
    clientOptions: clientOptions(config, logger),
    logger: boltLogger(logger),
    // Else the constructor asks Slack unawaited, and a wrong token ends the process (bolt 5.1).
    deferInitialization: true,
  });

  let ownBotId = '';
  const fallback = createFallback(client, clock, logger);
  const posting = createPosting({
    client,
    pace: createPace(clock),
    botId: () => ownBotId,
    onMalformed: (error) =>
      logger.error({ err: error }, 'Slack refused the form of a message; sent without blocks'),
  });
  const tellOpener = ({ id, language, openedBy }: Incident, reason: string): Promise<void> =>
    fallback.tell({ id, language, ...(openedBy.kind === 'person' && { person: openedBy.id }) }, reason);
  const fixable = parts.fixes !== undefined;
  const surface = createSurface({ posting, clock, fixable, onUnreachable: tellOpener });
  const conversation = createConversation({
    service,
    languages: createLanguageChoice(client, parts.languageOf, clock),
    playbooks: parts.playbooks,
    commandName,
    logger,
    clock,
    slowAfterMs: config.slowAfterMs ?? 2500,
    onOpened: fallback.remember,
    attach: posting.upload,
  });

  guardAgainstReplay(app, clock);
  registerCommands(app, commandName, conversation);
  registerInteractions(app, { store, surface, conversation, logger });
  registerChecklistButtons(app, conversation, parts.checklist);
  if (parts.fixes) {
    const people = createPeople(client, parts.approverGroups ?? [], clock, logger);
    registerFixes(app, { conversation, store, fixes: parts.fixes, people, posting, logger });
  }
  app.error(async (error) => logger.error({ err: error }, 'Slack request not handled'));

  return {
    surface,
    checklistSurface: createChecklistSurface({
      ...{ posting, clock },
      channelOf: parts.checkChannelOf,
      languageOf: parts.languageOf,
      onUnreachable: fallback.tell,
    }),
    proposalSurface: createProposalSurface({ posting, loadDiagnosis: store.loadDiagnosis }),
    async start() {
      try {
        const identity = await client.auth.test();
        ownBotId = identity.bot_id ?? '';
        await app.init();
        return await connection.open();
      } catch (error) {
        const why = error instanceof Error ? error.message : String(error);
        throw new SlackStartFailed(`Slack did not let us in: ${why}`, { cause: error });
      }
    },
    stop: () => connection.close(),
  };
}

/**
 * No retries: a repeated chat.postMessage is a duplicate, and the queue repeats whole renderings. A rate limit is
 * reported at once, since the client would otherwise stop every call for it. Never `headers` (bolt 5.1 writes the
 * token into that object).
 */
const clientOptions = (config: SlackConfig, logger: Logger): WebClientOptions => ({
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: config.apiTimeoutMs ?? 10_000,
  logger: boltLogger(logger),
  ...(config.slackApiUrl !== undefined && { slackApiUrl: config.slackApiUrl }),
});

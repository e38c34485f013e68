// Everything that the demo runs, in this one process but for Redis: a private Redis, the bot with its worker, and the
// stand-in workspace that people look at.

import { type App, startApp } from '../../src/app.ts';
import type { RunChecklist } from '../../src/checklist/checklist.ts';
import { readConfig } from '../../src/config.ts';
import type { Overrides } from '../../src/ground.ts';
import type { Language } from '../../src/incidents/intent.ts';
import type { Diagnose } from '../../src/incidents/ports.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { startPrivateRedis } from '../support/redis.ts';
import type { PageExtras } from '../support/slack-workspace/page-routes.ts';
import { type SlackWorkspace, startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

export interface DemoOptions {
  /** Name of the cluster that the worker announces. */
  cluster: string;
  /** Absent: the live cluster of `context`. */
  diagnose?: Diagnose;
  /** Absent, though `diagnose` is there: nothing is checked. */
  runChecklist?: RunChecklist;
  context?: string;
  /** Absent: each person's own. */
  language?: Language;
  /** 0 takes any free port. */
  port: number;
  page?: PageExtras;
}

export interface Demo extends AsyncDisposable {
  workspace: SlackWorkspace;
  app: App;
}

export const CHANNEL = 'C0INCIDENTS';

export async function startDemo(options: DemoOptions): Promise<Demo> {
  await using starting = new AsyncDisposableStack();
  const redis = await startPrivateRedis();
  starting.defer(redis.stop);
  const workspace = await startSlackWorkspace({
    port: options.port,
    ...(options.page && { page: options.page }),
  });
  starting.defer(workspace.stop);

  const channels = [...workspace.state.channels.keys()];
  const config = readConfig('all', {
    REDIS_URL: redis.url,
    CLUSTER_NAME: options.cluster,
    SLACK_API_URL: workspace.apiUrl,
    SLACK_BOT_TOKEN: TOKENS.bot,
    SLACK_APP_TOKEN: TOKENS.app,
    CHECKS: 'off',
    KUBECONFIG: process.env.KUBECONFIG,
    KUBE_CONTEXT: options.context,
    CHANNEL_LANGUAGES: options.language && channels.map((id) => `${id}=${options.language}`).join(','),
  });
  const overrides: Overrides = { logger: createLogger('warn', process.stderr) };
  if (options.diagnose) {
    overrides.diagnose = options.diagnose;
    // A recorded cluster has no accounts: `doctor` shows how it looks when all is well.
    overrides.reviewRights = async () => ({ lacks: [], beyond: [], unseen: [] });
  }
  if (options.runChecklist) overrides.runChecklist = options.runChecklist;
  const app = await startApp('all', config, overrides);
  starting.defer(app.stop);

  const running = starting.move();
  return { workspace, app, [Symbol.asyncDispose]: () => running.disposeAsync() };
}

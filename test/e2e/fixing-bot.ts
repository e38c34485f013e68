// The whole product on one lab, as people meet it: the bot in this process with (a stand-in for) Slack, worker and remediator
// in the lab with their own service accounts and no right that `cni rbac` did not write. It presses buttons and reads
// messages; what ought to come of it is for the tests.

import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type App, startApp } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import type { Incident } from '../../src/incidents/incident.ts';
import { createLogger } from '../../src/ops/logger.ts';
import { automaticRemediation, catalogue } from '../../src/remediation/catalog/index.ts';
import { generateKeys } from '../../src/remediation/signature.ts';
import { mustRun } from '../lab/command.ts';
import { kubeconfigPath } from '../lab/credentials.ts';
import type { Lab } from '../lab/fault.ts';
import { openWayOut, type Running, startInLab } from '../lab/long-running.ts';
import { labDir, repositoryDir } from '../lab/paths.ts';
import { logDir } from '../lab/state.ts';
import { wordsOfMessage } from '../support/slack-workspace/reading.ts';
import type { Message } from '../support/slack-workspace/state.ts';
import { startSlackWorkspace, TOKENS } from '../support/slack-workspace/workspace.ts';

const CHANNEL = 'C0INCIDENTS';
const REDIS_PORT = 6379;
const CNI = 'kube-flannel/kube-flannel-ds/kube-flannel-cfg';
const APPROVERS = 'rules: [{ risks: [low, medium, high], users: [U0ANNA, U0SAM, U0LIWEI] }]';
const PATIENCE_MS = 120_000;

export const people = { anna: 'U0ANNA', sam: 'U0SAM', liwei: 'U0LIWEI' } as const;
type Person = (typeof people)[keyof typeof people];

export interface FixingBot {
  /** Anna types `/cni diagnose …`. Resolves when the verdict is in the thread. */
  diagnose(words: readonly string[]): Promise<Incident>;
  /** Anna presses that fix under the verdict. Resolves when its plan, or why there is none, is in the thread. */
  ask(incident: Incident, remediation: string): Promise<Fix>;
  /** All is well with what these words ask for, so that its settings begin to count as healthy. */
  seeHealthy(words: readonly string[]): Promise<void>;
  /** The same once more, so much later that they do count. */
  seeHealthyAgain(words: readonly string[]): Promise<void>;
  /** Anna closes every incident that is open, so that the next diagnosis opens one of its own. */
  closeAll(): Promise<void>;
  /** Anna types `/cni audit 1h`. Resolves with the file of JSON lines. */
  audit(): Promise<string>;
  stop(): Promise<void>;
}

export interface Fix {
  /** Its message as it is now. */
  words(): string;
  press(person: Person, action: 'approve' | 'reject' | 'stop'): Promise<void>;
  /** The same of somebody who may not. Resolves with what they alone are told. */
  pressInVain(person: Person, action: 'approve' | 'reject'): Promise<string>;
  /** Resolves with the words of its message when that holds of them. */
  until(what: string, isSo: (words: string) => boolean): Promise<string>;
  /** Resolves with its words when it is over. */
  end(): Promise<string>;
  /** Anna presses Undo; resolves with the fix that takes this one back. */
  undo(): Promise<Fix>;
}

/** How long a setting has to have been there before it counts as healthy (`ripen`), and a bit. */
export const RIPE_MS = 5 * 60_000 + 5000;

const OVER = /^(✅|🟡|❌|❔|🛡|↩|⛔|⏹|⌛)/u;

export async function startFixingBot(lab: Lab, namespaces: readonly string[]): Promise<FixingBot> {
  await using starting = new AsyncDisposableStack();
  const workspace = await startSlackWorkspace();
  starting.defer(() => workspace.stop());
  const { app, settings } = await startRoles(lab, namespaces, workspace.apiUrl, (running) =>
    starting.defer(() => running.stop()),
  );
  await grantRights(lab, settings);
  const running = starting.move();

  const threadOf = ({ thread }: Incident): Message[] =>
    workspace
      .messagesIn(CHANNEL)
      .filter(({ threadTs }) => threadTs !== undefined && threadTs === thread.rootTs);
  const type = async (text: string): Promise<void> => {
    await workspace.people.type({ user: people.anna, channel: CHANNEL }, text);
  };

  async function diagnose(words: readonly string[]): Promise<Incident> {
    const known = new Set((await openedSoFar(app)).map(({ id }) => id));
    await type(`/cni diagnose ${words.join(' ')} --cluster ${lab.name}`);
    let opened: Incident | undefined;
    await lab.waitFor(
      `there is a verdict on ${words.join(' ')}`,
      async () => {
        opened = (await openedSoFar(app)).find(({ id }) => !known.has(id));
        return opened?.diagnosis !== undefined && !opened.diagnosing;
      },
      PATIENCE_MS,
    );
    return opened as Incident;
  }

  function fixAt(incident: Incident, ts: string): Fix {
    const message = (): Message => threadOf(incident).find((each) => each.ts === ts) as Message;
    const fix: Fix = {
      words: () => wordsOfMessage(message()),
      async press(user, action) {
        await workspace.people.click({ user }, message(), `fix-${action}`);
      },
      async pressInVain(user, action) {
        const before = workspace.shownOnlyTo(user).length;
        await fix.press(user, action);
        const told = () => workspace.shownOnlyTo(user).slice(before).map(wordsOfMessage);
        await lab.waitFor(`${user} is told why not`, async () => told().length > 0);
        return told().join('\n');
      },
      async until(what, isSo) {
        await lab
          .waitFor(what, async () => isSo(fix.words()), PATIENCE_MS * 2)
          .catch((error: unknown) => {
            throw new Error(`${String(error)}\nIts message says:\n${fix.words()}`);
          });
        return fix.words();
      },
      end: () => fix.until('the fix is over', (words) => OVER.test(words)),
      undo: () =>
        newFix(incident, () => workspace.people.click({ user: people.anna }, message(), 'fix-undo')),
    };
    return fix;
  }

  /** The message that comes into the thread when that is done. */
  async function newFix(incident: Incident, act: () => Promise<unknown>): Promise<Fix> {
    const before = new Set(threadOf(incident).map(({ ts }) => ts));
    await act();
    let added: Message | undefined;
    await lab.waitFor(
      'the plan is in the thread',
      async () => {
        added = threadOf(incident).find(({ ts, blocks }) => {
          const buttons = JSON.stringify(blocks);
          return !before.has(ts) && (buttons.includes('fix-approve') || /[⛔⚠]/u.test(buttons));
        });
        return added !== undefined;
      },
      PATIENCE_MS,
    );
    return fixAt(incident, (added as Message).ts);
  }

  async function ask(incident: Incident, remediation: string): Promise<Fix> {
    const offered = () => buttonFor(threadOf(incident), incident.diagnosis?.id ?? '', remediation);
    await lab
      .waitFor(`${remediation} is offered`, async () => offered() !== undefined)
      .catch((error: unknown) => {
        throw new Error(`${String(error)}\n${threadOf(incident).map(wordsOfMessage).join('\n')}`);
      });
    const { message, action } = offered() as NonNullable<ReturnType<typeof offered>>;
    return newFix(incident, () => workspace.people.click({ user: people.anna }, message, action));
  }

  async function closeAll(): Promise<void> {
    const open = async () => (await openedSoFar(app)).filter(({ state }) => state !== 'resolved');
    for (const { id } of await open()) await type(`/cni resolve ${id}`);
    await lab.waitFor('all incidents are closed', async () => (await open()).length === 0);
  }

  let healthySinceMs = Number.POSITIVE_INFINITY;
  async function seeHealthy(words: readonly string[]): Promise<void> {
    await diagnose(words);
    await closeAll();
    healthySinceMs = Math.min(healthySinceMs, Date.now());
  }

  return {
    ...{ diagnose, ask, closeAll, seeHealthy },
    async seeHealthyAgain(words) {
      const isRipe = async () => Date.now() - healthySinceMs > RIPE_MS;
      await lab.waitFor('what was healthy has been so for a while', isRipe, 2 * RIPE_MS);
      await seeHealthy(words);
    },
    async audit() {
      const files = () => workspace.messagesIn(CHANNEL).flatMap((each) => each.files);
      const before = files().length;
      await type('/cni audit 1h');
      const added = () =>
        files()
          .slice(before)
          .find(({ name }) => name.endsWith('.jsonl'));
      await lab.waitFor('the audit is there', async () => added() !== undefined);
      return added()?.content ?? '';
    },
    stop: () => running.disposeAsync(),
  };
}

const openedSoFar = (app: App): Promise<Incident[]> => app.store.listOpenedSince(new Date(0).toISOString());

function buttonFor(thread: Message[], diagnosisId: string, remediation: string) {
  for (const message of thread)
    for (const block of message.blocks)
      for (const control of (block.elements ?? []) as { action_id?: string; value?: string }[])
        if (control.value?.includes(`/${diagnosisId}/`) && control.value.endsWith(`/${remediation}`))
          return { message, action: control.action_id ?? '' };
  return undefined;
}

interface Settings {
  REMEDIATIONS: string;
  REMEDIATION_CNI: string;
  REMEDIATION_NAMESPACES: string;
}

async function startRoles(
  lab: Lab,
  namespaces: readonly string[],
  slackApiUrl: string,
  keep: (running: Running) => void,
): Promise<{ app: App; settings: Settings }> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-fixes-'));
  keep({ stop: () => rm(folder, { recursive: true }) });
  const keys = generateKeys();
  const [privateKey, publicKey, approvers] = ['private.pem', 'public.pem', 'approvers.yaml'].map((name) =>
    join(folder, name),
  ) as [string, string, string];
  await Promise.all([
    writeFile(privateKey, keys.privateKey),
    writeFile(publicKey, keys.publicKey),
    writeFile(approvers, APPROVERS),
  ]);
  const redis = new URL(inject('redisUrl'));
  const prefix = `e2e-${randomUUID().slice(0, 8)}`;
  const app = await startApp(
    'bot',
    readConfig('bot', {
      ...{ REDIS_URL: redis.href, REDIS_PREFIX: prefix },
      ...{ SLACK_API_URL: slackApiUrl, SLACK_BOT_TOKEN: TOKENS.bot, SLACK_APP_TOKEN: TOKENS.app },
      ...{ APPROVAL_KEY_FILE: privateKey, APPROVERS: approvers, CHANNEL_LANGUAGES: `${CHANNEL}=en` },
    }),
    { logger: createLogger('warn', process.stderr) },
  );
  keep(app);
  keep(
    await openWayOut(lab.name, REDIS_PORT, { host: redis.hostname, port: Number(redis.port || REDIS_PORT) }),
  );
  redis.host = `127.0.0.1:${REDIS_PORT}`;
  const settings: Settings = {
    REMEDIATIONS: everyRemediation().join(','),
    REMEDIATION_CNI: CNI,
    REMEDIATION_NAMESPACES: namespaces.join(','),
  };
  const roles = {
    worker: { MEASURE_SECONDS: '0', CHECKS: 'off' },
    remediator: { APPROVAL_PUBLIC_KEY_FILE: publicKey },
  };
  for (const [role, own] of Object.entries(roles)) {
    const environment = Object.entries({
      ...{ REDIS_URL: redis.href, REDIS_PREFIX: prefix, CLUSTER_NAME: lab.name },
      ...{ KUBECONFIG: kubeconfigPath(labDir(lab.name), role), ...settings, ...own },
    }).map(([name, value]) => `${name}=${value}`);
    const program = [process.execPath, join(repositoryDir, 'src/main.ts'), role];
    keep(await startInLab(lab.name, role, ['env', ...environment, ...program]));
  }
  for (const role of Object.keys(roles)) {
    const log = join(logDir(labDir(lab.name)), `${role}.log`);
    await lab.waitFor(`the ${role} has started`, async () =>
      (await readFile(log, 'utf8')).includes('"msg":"started"'),
    );
  }
  return { app, settings };
}

const everyRemediation = (): string[] =>
  catalogue.map(({ id }) => id).filter((id) => automaticRemediation(id) !== undefined);

/** As deploy/README.md says it: what `cni rbac` prints, applied. */
async function grantRights(lab: Lab, settings: Settings): Promise<void> {
  const roles = await mustRun([
    ...[process.execPath, join(repositoryDir, 'src/cli.ts'), 'rbac', '--enable', settings.REMEDIATIONS],
    ...['--cni', settings.REMEDIATION_CNI, '--namespaces', settings.REMEDIATION_NAMESPACES],
  ]);
  await lab.kubectl(['apply', '--validate=false', '--filename', '-'], roles);
}

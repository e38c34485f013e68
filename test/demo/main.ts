// `npm run demo`: a local workspace in the browser where one types `/cni diagnose dns` and sees the thread; no Slack,
// no cluster, no account. `--once` plays one conversation, prints it and exits.

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createReplayDiagnose } from '../../src/diagnose.ts';
import { isObjectName } from '../../src/diagnosis/target.ts';
import type { PageExtras } from '../support/slack-workspace/page-routes.ts';
import { type DemoOptions, startDemo } from './demo.ts';
import { playOnce } from './play-once.ts';
import { labelOf, readScenarios, type Scenario } from './scenarios.ts';

const USAGE = `npm run demo -- [options]
  --scenario NAME   recorded cluster to stand in front of
  --context NAME    a real cluster of your kubeconfig in place of a recorded one
  --lang en|zh      language of all channels (otherwise each person's own)
  --once            play one conversation, print the thread, exit
  --port NUMBER     port of the page (otherwise any free one)`;

const DEFAULT_SCENARIO = 'coredns-scaled-to-zero';
const CLUSTER = 'demo';

const OPTIONS = {
  scenario: { type: 'string' },
  context: { type: 'string' },
  lang: { type: 'string' },
  once: { type: 'boolean' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const { lang: language } = values;
  if (values.help || (language !== undefined && language !== 'en' && language !== 'zh')) return usage();

  const cluster = values.context === undefined ? await recorded(values.scenario) : live(values.context);
  if (typeof cluster === 'string') {
    console.error(cluster);
    return 2;
  }
  await using demo = await startDemo({
    ...cluster,
    ...(language && { language }),
    port: Number(values.port ?? 0),
  });
  // Awaited here: the demo ends when this block does.
  if (values.once) return await playOnce(demo, language ?? 'en');
  console.log(`Open ${demo.workspace.url} and type /cni diagnose dns   (Ctrl-C ends everything)`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return 0;
}

function usage(): number {
  console.log(USAGE);
  return 2;
}

type Cluster = Omit<DemoOptions, 'port' | 'language'>;

/** A sentence when there is no such scenario. */
async function recorded(wanted: string | undefined): Promise<Cluster | string> {
  const scenarios = await readScenarios();
  const byName = (name: string | undefined): Scenario | undefined =>
    scenarios.find((each) => each.name === name);
  let chosen = byName(wanted ?? DEFAULT_SCENARIO) ?? (wanted === undefined ? scenarios[0] : undefined);
  if (!chosen)
    return `There is no scenario ${wanted ?? ''}. There are: ${scenarios.map(({ name }) => name).join(', ')}`;
  const page: PageExtras = {
    title: 'The cluster is',
    choices: scenarios.map((scenario) => ({ name: scenario.name, label: labelOf(scenario) })),
    chosen: () => chosen?.name ?? '',
    choose: (name) => {
      chosen = byName(name) ?? chosen;
    },
  };
  // The switch may be turned between two diagnoses.
  const diagnose = createReplayDiagnose(() => (chosen as Scenario).bundle);
  return { cluster: CLUSTER, diagnose, page };
}

const live = (context: string): Cluster => ({
  cluster: isObjectName(context) ? context : CLUSTER,
  context,
});

process.exitCode = await main();

// `npm run demo`: a local workspace in the browser where one types `/cni diagnose dns` and sees the thread; no Slack,
// no cluster, no account. `--once` plays one conversation, prints it and exits.

import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { createReplayDiagnose } from '../../src/diagnose.ts';
import { isObjectName } from '../../src/diagnosis/target.ts';
import { createReplayChecklist } from '../../src/run-checklist.ts';
import { isRecordedCheck, readRecordedCheck } from '../support/recorded-check.ts';
import type { PageExtras } from '../support/slack-workspace/page-routes.ts';
import { type DemoOptions, startDemo } from './demo.ts';
import { playOnce } from './play-once.ts';
import { labelOf, readScenarios, type Scenario, shownScenarios } from './scenarios.ts';

const USAGE = `npm run demo -- [options]
  --scenario NAME   recorded cluster to stand in front of
  --context NAME    a real cluster of your kubeconfig in place of a recorded one
  --words WORDS     what to type after /cni diagnose (otherwise those of the scenario, or dns)
  --lang en|zh      language of all channels (otherwise each person's own)
  --once            play one conversation, print the thread, exit
  --port NUMBER     port of the page (otherwise any free one)`;

const DEFAULT_SCENARIO = 'dns-coredns-scaled-to-zero';
const CLUSTER = 'demo';

const OPTIONS = {
  scenario: { type: 'string' },
  context: { type: 'string' },
  words: { type: 'string' },
  lang: { type: 'string' },
  once: { type: 'boolean' },
  port: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

async function main(): Promise<number> {
  const { values } = parseArgs({ options: OPTIONS });
  const { lang: language } = values;
  if (values.help || (language !== undefined && language !== 'en' && language !== 'zh')) return usage();

  const place = values.context === undefined ? recorded(values.scenario) : live(values.context);
  if (typeof place === 'string') {
    console.error(place);
    return 2;
  }
  await using demo = await startDemo({
    ...place.cluster,
    ...(language && { language }),
    port: Number(values.port ?? 0),
  });
  // Awaited here: the demo ends when this block does.
  const command = `/cni diagnose ${values.words ?? place.words.join(' ')}`;
  if (values.once) return await playOnce(demo, command, language ?? 'en');
  console.log(`Open ${demo.workspace.url} and type ${command}   (Ctrl-C ends everything)`);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  return 0;
}

function usage(): number {
  console.log(USAGE);
  return 2;
}

interface Place {
  cluster: Omit<DemoOptions, 'port' | 'language'>;
  words: readonly string[];
}

/** A sentence when there is no such scenario. */
function recorded(wanted = DEFAULT_SCENARIO): Place | string {
  const scenarios = readScenarios();
  const byName = (name: string | undefined): Scenario | undefined =>
    scenarios.find((each) => each.name === name);
  let chosen = byName(wanted);
  if (!chosen)
    return `There is no scenario ${wanted}. There are: ${scenarios.map(({ name }) => name).join(', ')}`;
  const { words } = chosen;
  const page: PageExtras = {
    title: 'The cluster is',
    choices: shownScenarios(scenarios).map((scenario) => ({ name: scenario.name, label: labelOf(scenario) })),
    chosen: () => chosen?.name ?? '',
    choose: (name) => {
      chosen = byName(name) ?? chosen;
    },
  };
  // The switch may be turned between two diagnoses.
  const diagnose = createReplayDiagnose(() => (chosen as Scenario).bundle);
  const runChecklist = createReplayChecklist(async () => {
    const drill = chosen?.name ?? '';
    return isRecordedCheck(drill) ? (await readRecordedCheck(drill)).answers : undefined;
  });
  return { cluster: { cluster: CLUSTER, diagnose, runChecklist, page }, words };
}

const live = (context: string): Place => ({
  cluster: { cluster: isObjectName(context) ? context : CLUSTER, context },
  words: ['dns'],
});

process.exitCode = await main();

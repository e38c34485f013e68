// `npm run bench -- verdict …`: drills on the lab with their times; `… replay …`: recorded ones with the playbooks of today;
// `… storm`: ten thousand alerts in a minute. Parses the arguments and picks the verb, nothing else.

import { parseArgs } from 'node:util';
import { type CniName, cniNames } from '../lab/topology.ts';
import { replayDrills } from './replay.ts';
import { benchStorm } from './storm-report.ts';
import { benchVerdicts } from './verdicts.ts';

const USAGE = `usage: npm run bench -- <verb> …
  verdict                   break the lab, diagnose, judge, mend: drill by drill
    --lab NAME              a lab that is up (otherwise one is raised and ended)
    --cni ${cniNames.join('|')}
                            which lab to raise (default: ${cniNames[0]})
    --area AREA --fault NAME  only these
    --record DIR            keep the answers there; the tests read test/playbooks/recorded
    --write                 put the results into docs/accuracy.md
  replay                    judge the recorded drills
    --write                 store the verdicts of today where they are right
  storm                     alerts against the real bot and worker
    --alerts N              how many (default: 10000)
    --seconds N             within how many seconds (default: 60)`;

const { values, positionals } = parseArgs({
  options: {
    lab: { type: 'string' },
    cni: { type: 'string', default: cniNames[0] },
    area: { type: 'string' },
    fault: { type: 'string' },
    record: { type: 'string' },
    write: { type: 'boolean', default: false },
    alerts: { type: 'string', default: '10000' },
    seconds: { type: 'string', default: '60' },
  },
  allowPositionals: true,
});
const { lab, area, fault, record, write } = values;

const isCniName = (name: string): name is CniName => (cniNames as readonly string[]).includes(name);

function usage(): number {
  console.error(USAGE);
  return 2;
}

async function main(): Promise<number> {
  const only = { ...(area !== undefined && { area }), ...(fault !== undefined && { fault }) };
  switch (positionals[0]) {
    case 'verdict': {
      if (!isCniName(values.cni)) return usage();
      const place = lab === undefined ? { raise: values.cni } : { lab };
      return (await benchVerdicts({ place, only, write, ...(record !== undefined && { recordTo: record }) }))
        ? 0
        : 1;
    }
    case 'replay':
      return (await replayDrills({ only, write })) ? 0 : 1;
    case 'storm':
      return (await benchStorm(Number(values.alerts), Number(values.seconds))) ? 0 : 1;
    default:
      return usage();
  }
}

process.exitCode = await main();

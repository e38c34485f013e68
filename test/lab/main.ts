// The command line of the lab: `npm run lab -- <verb> …`. Parses the arguments and picks the verb, nothing else.
// Exit code: that of the inner command; 2 for a usage error, 3 when the lab cannot run here, 1 for any other failure.

import { parseArgs } from 'node:util';
import { runInForeground } from './command.ts';
import { openLab } from './lab.ts';
import { buildParts, down, status, up } from './launch.ts';
import { CannotRunHere, requireRootOnLinux } from './machine.ts';
import { type CniName, cniNames, maxNodes } from './topology.ts';

const usage = `usage: npm run lab -- <verb> [--name NAME] …
  up [--cni ${cniNames.join('|')}] [--nodes N]   boot a cluster (default: ${cniNames[0]}, 3 nodes)
  down                                           end it
  status                                         which labs there are
  build                                          only build what \`up\` needs
  kubectl …                                      kubectl as admin
  exec NODE -- COMMAND…                          in the node's namespaces
  netns NAMESPACE/POD -- COMMAND…                in the pod's network namespace, with this machine's programs
  switch -- COMMAND…                             where the bridge between the nodes is (ports ul-n1, ul-n2, …)
  run -- COMMAND…                                beside the API server, with KUBECONFIG (admin) and
                                                 CNI_TRIAGE_KUBECONFIG (the worker's service account) set`;

class UsageError extends Error {}

const main = async (args: readonly string[]): Promise<number> => {
  const { name, rest } = takeName(args);
  const [verb, ...operands] = rest;
  switch (verb) {
    case 'up':
      requireRootOnLinux();
      await up({ name, ...parseUp(operands) });
      return 0;
    case 'build':
      requireRootOnLinux();
      await buildParts();
      return 0;
    case 'down':
      requireRootOnLinux();
      await down(name);
      return 0;
    case 'status':
      await status();
      return 0;
    case 'kubectl':
    case 'exec':
    case 'netns':
    case 'switch':
    case 'run':
      requireRootOnLinux();
      return await runInForeground(await commandIn(name, verb, operands));
    default:
      throw new UsageError(verb === undefined ? 'A verb is missing.' : `There is no verb "${verb}".`);
  }
};

const commandIn = async (name: string, verb: string, operands: readonly string[]): Promise<string[]> => {
  const lab = await openLab(name);
  if (verb === 'kubectl') return lab.kubectl(operands);
  const command = operands.slice(operands.indexOf('--') + 1);
  if (!operands.includes('--') || command.length === 0) throw new UsageError('The command goes after "--".');
  if (verb === 'switch') return lab.switch(command);
  if (verb === 'run') return lab.run(command);
  const [place] = operands;
  if (place === undefined || place === '--') throw new UsageError(`"${verb}" needs a place before "--".`);
  return verb === 'exec' ? lab.exec(place, command) : await lab.netns(place, command);
};

/** `--name` may stand right before or right after the verb; further on, words belong to kubectl or to the command. */
const takeName = (args: readonly string[]): { name: string; rest: string[] } => {
  const index = args.slice(0, 2).indexOf('--name');
  const isUp = args.includes('up') && !args.includes('--') ? args.indexOf('--name') : index;
  if (isUp < 0) return { name: 'default', rest: [...args] };
  const name = args[isUp + 1];
  if (name === undefined || !/^[a-z0-9][a-z0-9-]{0,30}$/.test(name)) {
    throw new UsageError('--name takes lower-case letters, digits and dashes, at most 31.');
  }
  return { name, rest: [...args.slice(0, isUp), ...args.slice(isUp + 2)] };
};

const parseUp = (operands: readonly string[]): { cni: CniName; nodes: number } => {
  const { cni, nodes } = parseUpOptions(operands);
  const count = Number(nodes);
  if (!isCniName(cni)) throw new UsageError(`--cni takes ${cniNames.join(' or ')}.`);
  if (!Number.isInteger(count) || count < 1 || count > maxNodes)
    throw new UsageError(`--nodes takes 1 to ${maxNodes}.`);
  return { cni, nodes: count };
};

const parseUpOptions = (operands: readonly string[]) => {
  const options = {
    cni: { type: 'string', default: cniNames[0] },
    nodes: { type: 'string', default: '3' },
  } as const;
  try {
    return parseArgs({ args: [...operands], options }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
};

const isCniName = (name: string): name is CniName => (cniNames as readonly string[]).includes(name);

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  console.error(error instanceof UsageError ? `${message}\n${usage}` : message);
  process.exitCode = error instanceof UsageError ? 2 : error instanceof CannotRunHere ? 3 : 1;
}

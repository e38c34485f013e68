// `node src/main.ts <role>`: picks the role and nothing else.

const USAGE = 'usage: node src/main.ts bot | worker | remediator | all';

// Roles of the design that are no process of this program (yet); whoever starts them hears why.
const elsewhere: Record<string, string> = {
  agent:
    'The agent has no process of its own: the worker runs cni-agent in the idle pod of deploy/kubernetes/agent.yaml.',
};

const [role = ''] = process.argv.slice(2);
if (role === 'bot' || role === 'worker' || role === 'remediator' || role === 'all') {
  // Everything else is loaded only when there is something to run.
  const { runProcess } = await import('./process.ts');
  await runProcess(role);
} else {
  process.stderr.write(`${elsewhere[role] ?? USAGE}\n`);
  process.exitCode = 2;
}

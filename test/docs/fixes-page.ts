// Writes docs/fixes.md: each fix of the catalogue with its risk, the codes that it mends, its rights, and the faults of the lab
// on which it was tried. Pure.

import { remediationName } from '../../src/messages/remediation-names.ts';
import { approvalsNeeded } from '../../src/remediation/approval.ts';
import type {
  AutomaticRemediation,
  ManualRemediation,
  RbacRule,
  Remediation,
  Scope,
} from '../../src/remediation/remediation.ts';
import type { Remedy } from '../e2e/remedies.ts';

/** Made up, and told as such on the page. */
const scope: Scope = {
  cni: { namespace: 'kube-flannel', daemonSet: 'kube-flannel-ds', configMap: 'kube-flannel-cfg' },
  namespaces: ['shop'],
};

const TITLE = `# Fixes

<!-- Written by \`npm run docs\` from src/remediation/catalog and test/e2e/remedies.ts. Change those, not this page. -->

What can be offered under a verdict. Nothing is enabled by itself: [how to](../deploy/README.md#fixes), and
[what is guarded against whom](SECURITY.md). Every fix is planned for the finding at hand, approved by people, rehearsed by the API
server, carried out step by step and proven by the diagnosis that found the fault; what was set can be taken back.

Rights are those of the remediator's account with flannel's usual names and the application namespace \`shop\`.
"On the lab" names the faults of a real cluster on which \`npm run test:e2e\` carries the fix out, from the words in Slack to the proof.
`;

export function fixesPage(catalogue: readonly Remediation[], remedies: readonly Remedy[]): string {
  const automatic = catalogue.filter((each) => each.kind === 'automatic');
  const manual = catalogue.filter((each) => each.kind === 'manual');
  return [TITLE, ...automatic.map((fix) => section(fix, remedies)), byHand(manual)].join('\n');
}

function section(fix: AutomaticRemediation, remedies: readonly Remedy[]): string {
  const tried = remedies.filter(({ remediation }) => remediation === fix.id).map(({ fault }) => fault.name);
  const rows = [
    ['Risk', `${fix.risk}: ${approvals(fix.risk)}`],
    ['For', codes(fix.fixes)],
    ['Rights', fix.rules(scope).map(rightOf).join('; ')],
    ['On the lab', tried.length === 0 ? 'not tried' : tried.join(', ')],
  ];
  return `## ${fix.id}

${sentence(remediationName(fix.id, 'en'))}

${rows.map(([name, value]) => `- **${name}:** ${value}`).join('\n')}
`;
}

const byHand = (manual: readonly ManualRemediation[]): string => `## By hand

What a machine must not do: the thread has the steps to copy, with real names, and a button to check again.

${manual.map(({ id, fixes }) => `- **${sentence(remediationName(id, 'en'))}** ${codes(fixes)}`).join('\n')}
`;

const approvals = (risk: AutomaticRemediation['risk']): string =>
  ({
    low: 'one approval, which may be by whoever asked',
    medium: 'one approval by somebody else than who asked',
    high: `${approvalsNeeded('high')} approvals by others than who asked`,
  })[risk];

const codes = (list: readonly string[]): string => list.map((code) => `\`${code}\``).join(', ');

function rightOf({ namespace, group, resource, names, verbs }: RbacRule): string {
  const kind = group === '' ? resource : `${resource}.${group}`;
  const which = names === undefined ? '' : ` ${names.join(', ')}`;
  return `${verbs.join(', ')} ${kind}${which} ${namespace === undefined ? 'in the cluster' : `in ${namespace}`}`;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;

// The sentences of `doctor`: what is wrong in a cluster, what could not be told, and what to do about it. In which order they come
// is `doctor.ts`.

import type { Complaint, Fixes, Role, Unseen } from '../doctor/examination.ts';
import type { Language } from '../incidents/intent.ts';
import { durationWords } from './durations.ts';
import { code, type Line, line, quoted, shortened } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { remediationName } from './remediation-names.ts';
import { everywhere, purposeWords, rightsLine } from './rights.ts';

const DETAIL_LIMIT = 120;

export const roleNames: Record<Role, Label> = {
  worker: { en: 'worker', zh: 'worker' },
  remediator: { en: 'remediator', zh: 'remediator' },
};

type Simple = Exclude<Complaint['kind'], 'lacks' | 'beyond' | 'unseen' | 'unreported' | 'outdated'>;

const simple: Record<Simple, Label> = {
  'no-worker': {
    en: 'No worker is alive, so nothing is diagnosed here.',
    zh: '没有 worker 在线，无法诊断。',
  },
  'no-remediator': {
    en: 'No remediator is alive, so approved fixes are not carried out.',
    zh: '没有 remediator 在线，已批准的修复不会执行。',
  },
  'no-approvals': {
    en: 'The bot has neither key nor approvers, so nobody is offered a fix.',
    zh: 'bot 未配置审批密钥与审批人，不会提供任何修复。',
  },
  'planned-only': {
    en: 'The worker plans what the remediator refuses:',
    zh: 'worker 会制定、但 remediator 会拒绝的修复：',
  },
  'carried-out-only': {
    en: 'The remediator has rights for what the worker never plans:',
    zh: 'remediator 拥有权限、但 worker 从不制定的修复：',
  },
  'beyond-in-part': {
    en: 'Which rights are too many is known in part only: this API server does not list every right.',
    zh: '多余的权限只能查到一部分：该 API server 不会列出全部权限。',
  },
  'scope-differs': {
    en: 'Worker and remediator were told of different CNIs or namespaces, so plans may be refused.',
    zh: 'worker 与 remediator 配置的 CNI 或命名空间不同，方案可能被拒绝。',
  },
};

const mayNot: Record<Language, (role: string, rights: Line, consequence: string) => Line> = {
  en: (role, rights, consequence) => line(`The ${role} may not `, rights, `: ${consequence}`),
  zh: (role, rights, consequence) => line(`${role} 缺少权限（`, rights, `）：${consequence}`),
};
const mayTooMuch: Phrase<[role: string]> = {
  en: (role) => `The ${role} may do more than it needs: `,
  zh: (role) => `${role} 的权限过大：`,
};
const unreported: Phrase<[role: string]> = {
  en: (role) =>
    `The ${role} has not said yet what it may do. Ask again in a minute; an older version never says it.`,
  zh: (role) => `${role} 尚未上报自身权限，请一分钟后再查；旧版本不会上报。`,
};
const outdated: Phrase<[role: string, span: string]> = {
  en: (role, span) => `What the ${role} may do was last checked ${span} ago, which is too long.`,
  zh: (role, span) => `${role} 的权限上次检查在 ${span}前，已过时。`,
};
const unseen: Record<Unseen['kind'], Phrase<[role: string]>> = {
  faulty: {
    en: (role) => `What the ${role} may do could not be told completely: `,
    zh: (role) => `${role} 的权限无法完整获知：`,
  },
  unreadable: {
    en: (role) => `What the ${role} may do could not be checked: `,
    zh: (role) => `无法检查 ${role} 的权限：`,
  },
  unanswered: {
    en: (role) => `Whether the ${role} has these rights could not be told: `,
    zh: (role) => `无法确认 ${role} 是否有以下权限：`,
  },
  'cni-unknown': {
    en: (role) => `Where the CNI runs could not be told, so what the ${role} may do there was not checked.`,
    zh: (role) => `无法确定 CNI 所在的命名空间，未检查 ${role} 在其中的权限。`,
  },
};

export function complaintLine(complaint: Complaint, language: Language, nowMs: number): Line {
  if (!('role' in complaint)) {
    const names = 'remediations' in complaint ? complaint.remediations : [];
    const listed = names.map((id) => remediationName(id, language)).join(language === 'en' ? ', ' : '、');
    return line(simple[complaint.kind][language], listed === '' ? '' : ` ${listed}`);
  }
  const role = roleNames[complaint.role][language];
  switch (complaint.kind) {
    case 'unreported':
      return line(unreported[language](role));
    case 'outdated':
      return line(outdated[language](role, durationWords(nowMs - Date.parse(complaint.at), language)));
    case 'beyond':
      return line(mayTooMuch[language](role), rightsLine(complaint.rights, language));
    case 'lacks':
      return mayNot[language](
        role,
        rightsLine(complaint.rights, language),
        purposeWords(complaint.serves, language),
      );
    case 'unseen':
      return line(unseen[complaint.unseen.kind][language](role), unseenLine(complaint.unseen, language));
  }
}

/** What it is, or where, and why. */
function unseenLine(unseen: Unseen, language: Language): Line {
  if (unseen.kind === 'cni-unknown') return [];
  const reason = unseen.detail === '' ? '' : ` (${quoted(shortened(unseen.detail, DETAIL_LIMIT))})`;
  if (unseen.kind === 'unanswered') return line(rightsLine(unseen.rights, language), reason);
  return line(unseen.namespace === undefined ? everywhere[language] : code(unseen.namespace), reason);
}

const advice = {
  startWorker: {
    en: 'Start the worker: `deploy/kubernetes/worker.yaml`',
    zh: '启动 worker：`deploy/kubernetes/worker.yaml`',
  },
  startRemediator: {
    en: 'Start the remediator: `deploy/kubernetes/remediator.yaml`',
    zh: '启动 remediator：`deploy/kubernetes/remediator.yaml`',
  },
  approvals: {
    en: 'Set `APPROVAL_KEY_FILE` and `APPROVERS` at the bot (deploy/README.md, Fixes)',
    zh: '在 bot 上设置 `APPROVAL_KEY_FILE` 与 `APPROVERS`（见 deploy/README.md 的 Fixes）',
  },
  workerRights: {
    en: '`kubectl apply -f deploy/kubernetes/worker-rbac.yaml`; with another CNI than flannel, change the namespace `kube-flannel` in it first',
    zh: '`kubectl apply -f deploy/kubernetes/worker-rbac.yaml`；若 CNI 不是 flannel，请先修改其中的命名空间 `kube-flannel`',
  },
  tooMuch: {
    en: 'Find the binding with `kubectl get rolebindings,clusterrolebindings -A -o wide`, and delete it',
    zh: '用 `kubectl get rolebindings,clusterrolebindings -A -o wide` 找到对应绑定并删除',
  },
  sameFixes: {
    en: 'Give worker and remediator the same `REMEDIATIONS`, `REMEDIATION_CNI` and `REMEDIATION_NAMESPACES`',
    zh: '为 worker 与 remediator 设置相同的 `REMEDIATIONS`、`REMEDIATION_CNI` 与 `REMEDIATION_NAMESPACES`',
  },
  log: { en: 'The log of that process says why', zh: '原因见该进程的日志' },
} satisfies Record<string, Label>;

const askSingly: Phrase<[command: string]> = {
  en: (command) => `Ask for single rights: ${command}`,
  zh: (command) => `逐项确认：${command}`,
};

/** One that helps; undefined: there is nothing to do but to wait. `fixes`: those of the remediator. */
export function adviceLine(
  complaint: Complaint,
  fixes: Fixes | undefined,
  language: Language,
): Line | undefined {
  const say = (key: keyof typeof advice): Line => line(advice[key][language]);
  switch (complaint.kind) {
    case 'no-worker':
      return say('startWorker');
    case 'no-remediator':
      return say('startRemediator');
    case 'no-approvals':
      return say('approvals');
    case 'planned-only':
    case 'carried-out-only':
    case 'scope-differs':
      return say('sameFixes');
    case 'beyond':
      return say('tooMuch');
    case 'lacks':
      return complaint.role === 'worker' ? say('workerRights') : line(code(rbacCommand(fixes)));
    case 'outdated':
      return say('log');
    case 'unseen': {
      // The names of the accounts are those of deploy/kubernetes.
      const account = `system:serviceaccount:cni-triage:cni-triage-${complaint.role}`;
      return complaint.unseen.kind === 'faulty' || complaint.unseen.kind === 'unanswered'
        ? line(askSingly[language](quoted(`kubectl auth can-i VERB RESOURCE --as=${account}`)))
        : undefined;
    }
    case 'unreported':
    case 'beyond-in-part':
      return undefined;
  }
}

/** Ready to copy: the rights of exactly what is enabled. */
function rbacCommand(fixes: Fixes | undefined): string {
  const { enabled = [], scope } = fixes ?? {};
  const { namespace = '', daemonSet = '', configMap } = scope?.cni ?? {};
  const cni = [namespace, daemonSet, ...(configMap === undefined ? [] : [configMap])].join('/');
  const namespaces = scope?.namespaces.length ? ` --namespaces ${scope.namespaces.join(',')}` : '';
  return `npx cni rbac --enable ${enabled.join(',')} --cni ${cni}${namespaces} | kubectl apply -f -`;
}

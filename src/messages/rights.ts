// How rights are said: `get, list nodes`, where, and what suffers without them. Whether a right is lacking is for `doctor/`.

import type { DiagnosisPart, Purpose } from '../doctor/examination.ts';
import type { Language } from '../incidents/intent.ts';
import type { Right } from '../remediation/step-rights.ts';
import { code, type Fragment, type Line, line } from './fragment.ts';
import type { Label, Phrase } from './phrase.ts';
import { remediationName } from './remediation-names.ts';

const SHOWN = 3;

const everything: Label = { en: 'everything', zh: '所有操作' };
export const everywhere: Label = { en: 'everywhere', zh: '所有命名空间' };

const inNamespace: Record<Language, (right: Fragment, namespace: Fragment) => Line> = {
  en: (right, namespace) => line(right, ' in ', namespace),
  zh: (right, namespace) => line(namespace, ' 中的 ', right),
};

const more: Phrase<[count: number]> = {
  en: (count) => ` and ${count} more`,
  zh: (count) => ` 等，另有 ${count} 项`,
};

const separators: Label = { en: ', ', zh: '、' };

const diagnosisParts: Record<DiagnosisPart, Label> = {
  'every-diagnosis': { en: 'no diagnosis works', zh: '所有诊断都无法进行' },
  services: { en: 'Services and their endpoints are not seen', zh: '无法查看 Service 及其端点' },
  components: { en: 'CoreDNS and the CNI’s agents are not seen', zh: '无法查看 CoreDNS 与 CNI agent' },
  events: { en: 'it is not seen why pods do not start', zh: '无法得知 Pod 为何不能启动' },
  policies: { en: 'NetworkPolicies and namespaces are not seen', zh: '无法查看 NetworkPolicy 与命名空间' },
  permissions: {
    en: 'it is not seen what CoreDNS and the CNI may not read',
    zh: '无法得知 CoreDNS 与 CNI 缺少哪些权限',
  },
  logs: { en: 'logs of CoreDNS and the CNI are not read', zh: '无法读取 CoreDNS 与 CNI 的日志' },
  settings: {
    en: 'settings of CoreDNS, kube-proxy and the CNI are not read',
    zh: '无法读取 CoreDNS、kube-proxy 与 CNI 的配置',
  },
  nodes: { en: 'nothing can be asked on nodes', zh: '无法在节点上执行检查' },
  planned: { en: 'nothing suffers today', zh: '目前没有影响' },
};

const entrance: Label = {
  en: 'it does not reach the API server while kube-proxy is down',
  zh: 'kube-proxy 故障时无法访问 API server',
};

const remediation: Phrase<[name: string]> = {
  en: (name) => `the fix “${name}” fails`,
  zh: (name) => `修复项“${name}”无法执行`,
};

/** What does not work without it. */
export function purposeWords(serves: Purpose, language: Language): string {
  switch (serves.kind) {
    case 'diagnosis':
      return diagnosisParts[serves.part][language];
    case 'remediation':
      return remediation[language](remediationName(serves.id, language));
    case 'entrance':
      return entrance[language];
  }
}

/** The first few, those of one kind together. */
export function rightsLine(rights: readonly Right[], language: Language): Line {
  const groups = Object.values(
    Object.groupBy(rights, ({ verb: _, name: __, ...what }) => JSON.stringify(what)),
  );
  const shown = groups.slice(0, SHOWN).map((equal = []) => groupLine(equal, language));
  const rest = groups.length - shown.length;
  return line(...separated(shown, separators[language]), rest > 0 ? more[language](rest) : '');
}

export const separated = (lines: Line[], separator: string): Line[] =>
  lines.flatMap((each, at) => (at === 0 ? [each] : [line(separator), each]));

function groupLine(equal: readonly Right[], language: Language): Line {
  const [first] = equal;
  if (!first) return [];
  const { namespace, group, resource } = first;
  const verbs = [...new Set(equal.map(({ verb }) => verb))];
  const names = [...new Set(equal.flatMap(({ name }) => name ?? []))];
  const hidden = names.length - SHOWN;
  const objects = [names.slice(0, SHOWN).join(', '), hidden > 0 ? more[language](hidden) : ''].join('');
  const isEverything = [group, resource, ...verbs].every((part) => part === '*');
  const right = isEverything
    ? { kind: 'strong' as const, text: everything[language] }
    : code([verbs.join(', '), resource, objects].filter((part) => part !== '').join(' '));
  return namespace === undefined ? line(right) : inNamespace[language](right, code(namespace));
}

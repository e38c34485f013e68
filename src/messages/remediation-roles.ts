// What `cni rbac` says when it cannot write the remediator's rights.

import type { Language } from '../incidents/intent.ts';

export const rolesUsage: Record<Language, string> = {
  en: 'Name known fixes and the CNI: cni rbac --enable restart-coredns,restart-cni-agent --cni kube-flannel/kube-flannel-ds/kube-flannel-cfg [--namespaces shop]',
  zh: '请写明已知的修复项和 CNI：cni rbac --enable restart-coredns,restart-cni-agent --cni kube-flannel/kube-flannel-ds/kube-flannel-cfg [--namespaces shop]',
};

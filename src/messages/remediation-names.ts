// What remediations, risks and hazards are called. Which remediation does what is remediation/catalog/.

import type { Language } from '../incidents/intent.ts';
import type { Hazard, Risk } from '../remediation/plan.ts';
import type { Label } from './phrase.ts';

const names: Record<string, Label> = {
  'scale-coredns': { en: 'give CoreDNS its replicas back', zh: '恢复 CoreDNS 副本数' },
  'delete-coredns-replica': { en: 'replace the bad CoreDNS replica', zh: '替换异常的 CoreDNS 副本' },
  'restart-coredns': { en: 'restart CoreDNS, one replica at a time', zh: '逐个重启 CoreDNS 副本' },
  'fix-dns-service': { en: 'mend the DNS Service', zh: '修复 DNS Service' },
  'restore-corefile': { en: 'put the last healthy Corefile back', zh: '恢复最近一次正常的 Corefile' },
  'correct-service-selector': { en: 'correct the Service’s selector', zh: '修正 Service 的 selector' },
  'correct-service-target-port': { en: 'correct the Service’s targetPort', zh: '修正 Service 的 targetPort' },
  'correct-dns-policy': { en: 'correct the Deployment’s dnsPolicy', zh: '修正 Deployment 的 dnsPolicy' },
  'restart-cni-agent': { en: 'restart the CNI agent on one node', zh: '重启单个节点的 CNI agent' },
  'restart-kube-proxy': { en: 'restart kube-proxy on one node', zh: '重启单个节点的 kube-proxy' },
  'recreate-stale-pods': { en: 'have stale pods made anew', zh: '重建网络异常的 Pod' },
  'clear-zombie-pods': { en: 'clear zombie pods', zh: '清理僵尸 Pod' },
  'restore-cni-daemonset': { en: 'bring the CNI’s missing agents back', zh: '恢复缺失的 CNI agent' },
  'restore-cni-settings': {
    en: 'put the CNI’s last healthy settings back',
    zh: '恢复最近一次正常的 CNI 配置',
  },
  'set-flannel-mtu': { en: 'set flannel’s MTU', zh: '设置 flannel 的 MTU' },
  'restart-cni-agents': { en: 'restart all CNI agents, node by node', zh: '逐节点重启所有 CNI agent' },
  'cordon-node': { en: 'keep new pods off the node', zh: '禁止新 Pod 调度到该节点' },
  'change-node-firewall': { en: 'change firewall rules on a node', zh: '修改节点的防火墙规则' },
  'mend-underlay': { en: 'mend the network between the nodes', zh: '修复节点之间的物理网络' },
  'change-node-settings': { en: 'change settings of a node', zh: '修改节点设置' },
  'mend-cni-files': { en: 'mend the CNI’s files on a node', zh: '修复节点上的 CNI 文件' },
  'plan-address-ranges': { en: 'plan address ranges anew', zh: '重新规划地址段' },
  'grant-access': { en: 'grant access to the API server', zh: '授予 API server 访问权限' },
  'mend-installation': { en: 'mend the installation', zh: '修复安装' },
  'mend-application': { en: 'mend the application or its objects', zh: '修复应用或其对象' },
};

/** One that is not known keeps its id. */
export const remediationName = (id: string, language: Language): string => names[id]?.[language] ?? id;

export const riskNames: Record<Risk, Label> = {
  low: { en: 'low', zh: '低' },
  medium: { en: 'medium', zh: '中' },
  high: { en: 'high', zh: '高' },
};

export const hazardWords: Record<Hazard, Label> = {
  'dns-pauses': {
    en: 'look-ups may be slow or fail for some seconds',
    zh: '数秒内域名解析可能变慢或失败',
  },
  'connections-break': { en: 'open connections of the replaced pods end', zh: '被替换 Pod 的现有连接会中断' },
  'manager-may-revert': {
    en: 'GitOps or an add-on manager may put the old value back',
    zh: 'GitOps 或插件管理器可能会改回旧值',
  },
  'old-pods-keep-mtu': {
    en: 'running pods keep their MTU until they are made anew',
    zh: '运行中的 Pod 在重建前仍使用原 MTU',
  },
  'no-new-pods-on-node': { en: 'no new pods go to that node', zh: '新 Pod 不会调度到该节点' },
  'traffic-moves': {
    en: 'the Service’s traffic goes to other pods at once',
    zh: 'Service 流量会立即切换到其他 Pod',
  },
  'node-learns-nothing': {
    en: 'while an agent is away, its node learns of no changes; running pods keep their network',
    zh: 'agent 重启期间节点不会感知新变化，运行中的 Pod 网络不受影响',
  },
  'alerts-fire': {
    en: 'alerts about these nodes may fire; `@cni-triage silence 30m` in this thread mutes those of this incident',
    zh: '可能触发相关节点的告警；在本话题中发送 `@cni-triage silence 30m` 可静默本事件的告警',
  },
  'traces-lost': { en: 'logs of the deleted pods are lost', zh: '被删除 Pod 的日志会丢失' },
};

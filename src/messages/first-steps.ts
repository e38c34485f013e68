// The first steps of the source guide (7.2) for each fault type: what a person does when no verdict tells better.

import type { FaultType } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';

const steps: Record<FaultType, Record<Language, string[]>> = {
  cluster: {
    en: ['confirm the CNI components are up', 'check the node network', 'emergency restart'],
    zh: ['确认 CNI 组件状态', '检查节点网络', '应急重启'],
  },
  pod: {
    en: ['confirm the CNI components are up', 'check the node network', 'emergency restart'],
    zh: ['确认 CNI 组件状态', '检查节点网络', '应急重启'],
  },
  dns: {
    en: ['check CoreDNS', 'verify network policies for port 53', 'restart CoreDNS'],
    zh: ['检查 CoreDNS', '验证 53 端口的网络策略', '重启 CoreDNS'],
  },
  'cross-node': {
    en: ['check the tunnel or BGP', 'verify the routes', 'adjust the network settings'],
    zh: ['检查隧道/BGP', '验证路由配置', '调整网络设置'],
  },
  ipam: {
    en: ['extend the IP pool', 'clear zombie pods', 'tune IP reclaim'],
    zh: ['扩展 IP 池', '清理僵尸 Pod', '优化 IP 回收'],
  },
  policy: {
    en: [
      'read the policies that select the pod',
      'check the CNI enforces policies',
      'test with TCP, not ping',
    ],
    zh: ['查看选中该 Pod 的策略', '确认 CNI 支持并执行策略', '用 TCP 而非 ping 验证'],
  },
  'cni-health': {
    en: [
      'look at the CNI pods and their logs',
      'compare the CNI configuration and plugins on the nodes',
      'restart the CNI pod of one node',
    ],
    zh: ['查看 CNI Pod 及其日志', '对比各节点的 CNI 配置与插件', '重启单个节点的 CNI Pod'],
  },
  mtu: {
    en: [
      'compare the MTU of nodes, tunnel and pods',
      'ping with a fixed size (-M do)',
      'correct the MTU of the CNI',
    ],
    zh: ['对比节点、隧道与 Pod 的 MTU', '用固定大小的 ping（-M do）测试', '修正 CNI 的 MTU 配置'],
  },
};

export const firstSteps = (fault: FaultType, language: Language): string[] => steps[fault][language];

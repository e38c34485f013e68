// The fixed words of the interface: buttons, states, names of faults and layers, reasons why something was not seen.
// Sentences about findings are in findings.ts, about refusals in refusals.ts.

import type { Unavailable } from '../diagnosis/evidence.ts';
import type { Layer, Priority } from '../diagnosis/finding.ts';
import type { ElsewhereReason, FaultType } from '../diagnosis/playbook.ts';
import type { Language } from '../incidents/intent.ts';
import type { Label, Phrase } from './phrase.ts';

export const buttons = {
  acknowledge: { en: 'Acknowledge', zh: '确认' },
  assign: { en: 'Assign…', zh: '指派…' },
  silenceHour: { en: 'Silence for 1 h', zh: '静默 1 小时' },
  silenceHours: { en: 'Silence for 4 h', zh: '静默 4 小时' },
  escalate: { en: 'Escalate', zh: '升级' },
  note: { en: 'Note…', zh: '备注…' },
  noteTitle: { en: 'Note', zh: '备注' },
  save: { en: 'Save', zh: '保存' },
  cancel: { en: 'Cancel', zh: '取消' },
  resolve: { en: 'Resolve', zh: '标记为已解决' },
  checkAgain: { en: 'Check again', zh: '重新检查' },
  evidence: { en: 'Evidence', zh: '查看证据' },
  right: { en: '👍 Right', zh: '👍 判断正确' },
  wrong: { en: '👎 Wrong', zh: '👎 判断有误' },
} satisfies Record<string, Label>;

const faultNames: Record<FaultType, Label> = {
  cluster: { en: 'cluster network', zh: '集群网络' },
  pod: { en: 'pod network', zh: 'Pod 网络' },
  dns: { en: 'DNS', zh: 'DNS' },
  'cross-node': { en: 'cross-node traffic', zh: '跨节点通信' },
  policy: { en: 'NetworkPolicy', zh: 'NetworkPolicy' },
  ipam: { en: 'IP addresses', zh: 'IP 地址' },
  mtu: { en: 'MTU', zh: 'MTU' },
  'cni-health': { en: 'CNI components', zh: 'CNI 组件' },
};

/** A playbook is named after its fault; an unknown one keeps its id. */
export const faultName = (playbook: string, language: Language): string =>
  playbook in faultNames ? faultNames[playbook as FaultType][language] : playbook;

export const layerNames: Record<Layer, Label> = {
  app: { en: 'application (Pod)', zh: '应用（Pod）' },
  cni: { en: 'CNI plugin', zh: 'CNI 插件' },
  virtual: { en: 'virtual network', zh: '虚拟网络' },
  host: { en: 'host network stack', zh: '主机网络栈' },
  physical: { en: 'physical network', zh: '物理网络' },
  k8s: { en: 'Kubernetes objects', zh: 'Kubernetes 对象' },
};

/** The word stands beside the sign everywhere: colour is never the only sign. */
export const prioritySigns: Record<Priority, string> = { P0: '🔴', P1: '🔴', P2: '🟡' };

export const stateSigns = { diagnosing: '⏳', cleared: '✅', inconclusive: '❔', failed: '⚠️' };

export const unavailableWords: Record<Unavailable['reason'], Label> = {
  timeout: { en: 'no answer in time', zh: '超时无响应' },
  forbidden: { en: 'permission denied', zh: '没有权限' },
  'no-vantage': { en: 'no cni-triage agent to ask there', zh: '该处没有可用的 cni-triage agent' },
  'tool-missing': { en: 'the tool is not in the agent image', zh: 'agent 镜像中缺少所需工具' },
  unparsable: { en: 'the answer could not be read', zh: '返回内容无法解析' },
  cancelled: { en: 'stopped before the answer came', zh: '结果返回前已被取消' },
  budget: { en: 'left out, the probe budget was used up', zh: '探测预算已用完，未执行' },
};

/** What a person can do so that the question is answered next time. `where` is a node, a pod, or the API server. */
export const settlingWords: Record<Unavailable['reason'], Phrase<[where: string]>> = {
  timeout: {
    en: (where) => `Make ${where} answer (is it up, is its kubelet reachable?), then check again`,
    zh: (where) => `确认 ${where} 可以响应（是否在线、kubelet 是否可达），然后重新检查`,
  },
  forbidden: {
    en: (where) => `Grant the worker's service account that read on ${where}, then check again`,
    zh: (where) => `为 worker 的 ServiceAccount 授予在 ${where} 上的读取权限，然后重新检查`,
  },
  'no-vantage': {
    en: (where) => `Get the cni-triage agent running on ${where}, then check again`,
    zh: (where) => `让 cni-triage agent 在 ${where} 上运行起来，然后重新检查`,
  },
  'tool-missing': {
    en: (where) => `Update the cni-triage agent image on ${where}, then check again`,
    zh: (where) => `更新 ${where} 上的 cni-triage agent 镜像，然后重新检查`,
  },
  unparsable: {
    en: (where) => `Read what ${where} returned in the evidence file; the tool there may be another version`,
    zh: (where) => `在证据文件中查看 ${where} 的原始返回，该处的工具版本可能不同`,
  },
  cancelled: { en: () => 'Check again and let it finish', zh: () => '重新检查并等待其完成' },
  budget: {
    en: () => 'Name one pod or one node, so that fewer checks are needed',
    zh: () => '指定单个 Pod 或节点，以减少所需的检查',
  },
};

/** Complete evidence that points past what the playbook covers. */
export const elsewhereWords: Record<ElsewhereReason, Label> = {
  'path-between-nodes': {
    en: 'The evidence points to the path between nodes, which this diagnosis does not examine',
    zh: '证据指向节点之间的网络路径，不在本次诊断范围内',
  },
  'pod-network': {
    en: "The evidence points to the pod's own network, which this diagnosis does not examine",
    zh: '证据指向 Pod 自身的网络，不在本次诊断范围内',
  },
  'service-path': {
    en: 'The evidence points to the path through the Service (kube-proxy), which this diagnosis does not examine',
    zh: '证据指向 Service 转发路径（kube-proxy），不在本次诊断范围内',
  },
  'pod-not-running': {
    en: 'The pod is not running, so nothing could be asked from its network',
    zh: 'Pod 未处于 Running 状态，无法从其网络内发起探测',
  },
  'traffic-unexplained': {
    en: 'The traffic was seen to fail, and nothing on its way explains why: a NetworkPolicy, or something that was not looked at',
    zh: '已确认流量不通，但沿途看到的状态都无法解释：可能是 NetworkPolicy，或是尚未检查的环节',
  },
  'beyond-cluster': {
    en: 'The other end is outside the cluster, and the node itself does not reach it either',
    zh: '对端在集群之外，节点自身也无法访问它',
  },
  'name-unresolved': {
    en: 'The name does not resolve in the pod, so there is no address to connect to',
    zh: '该名称在 Pod 内无法解析，没有可连接的地址',
  },
  'address-unused': {
    en: 'No pod has that address now: whoever uses it remembers a pod that is gone',
    zh: '目前没有 Pod 使用该地址：使用它的一方记住的是已经消失的 Pod',
  },
  'family-missing': {
    en: 'The pod has no address of that IP family, so it has no way there: this is how the cluster is set up',
    zh: '该 Pod 没有这一 IP 协议族的地址，因此无法到达：这是集群本身的配置',
  },
  'protocol-untestable': {
    en: 'The address is reached; nobody has to answer over this protocol, so whether the application takes it cannot be tried',
    zh: '该地址可达；此协议无需应答，无法验证应用是否接受',
  },
  'pings-filtered': {
    en: 'TCP gets through and pings are filtered, so how large packets may be could not be tried: let ICMP echo through for a moment, or watch a large transfer',
    zh: 'TCP 可达但 ping 被过滤，无法测试能通过多大的报文：请临时放行 ICMP echo，或直接观察一次大数据传输',
  },
  'mtu-remembered': {
    en: 'Linux keeps to a smaller MTU that it was told of earlier, for up to ten minutes; nothing there is that small now, so check again then',
    zh: 'Linux 仍在沿用先前获知的较小 MTU（最多保留十分钟），而目前沿途并没有这么小的 MTU，请届时重新检查',
  },
  'answer-unexplained': {
    en: 'CoreDNS answers wrongly, and nothing that was seen explains why',
    zh: 'CoreDNS 的回答不对，而已看到的证据都无法解释原因',
  },
};

// Chinese sentences of the findings about nodes and the way between them.

import type { Finding } from '../diagnosis/finding.ts';
import type { SentencesIn } from './finding-sentences.ts';
import { type NodeCode, restartAgent } from './node-commands.ts';

type Agent = Parameters<typeof restartAgent>[0];

const list = (items: string[]): string => items.join('、');
const podsOn = (peers: string[]): string =>
  peers.length === 0 ? '其他节点上的 Pod' : `${list(peers)} 上的 Pod`;

const place = ({ subject, node }: Finding): string => {
  if (node !== undefined) return `${node} 与其他节点之间`;
  return subject.kind === 'cluster'
    ? '所有节点之间'
    : `${(subject.name ?? '').replace(' <-> ', ' 与 ')} 之间`;
};

const restart = (agent: Agent, node: string | undefined): string[] => {
  const command = restartAgent(agent, node);
  return [
    command === ''
      ? `重启 ${node} 上的 CNI agent，它会重新下发该节点的配置。`
      : `重启该节点的 CNI agent，它会重新下发配置：${command}`,
    '如果再次出现，排查 CNI 之外谁在改动节点网络：NetworkManager、systemd-networkd 或脚本。',
  ];
};

export const nodeChinese: SentencesIn<NodeCode> = {
  'node.not-ready': {
    headline: ({ node }) => `节点 ${node} 未就绪（NotReady）`,
    cause: ({ node, params }) => `Kubernetes 认为 ${node} 不可用：${params.message}`,
    steps: ({ node }) => [
      `\`kubectl describe node ${node}\``,
      `在 ${node} 上执行 \`systemctl status kubelet containerd\`、\`journalctl -u kubelet -n 50\`，启动没有运行的服务。`,
    ],
  },
  'node.underlay-unreachable': {
    headline: (finding) => `${place(finding)}的底层网络不通：节点地址互相无法访问`,
    cause: ({ params }) =>
      `${list(params.addresses)} 的 ping 和 TCP 均不通${params.peers.length > 0 ? `（对端 ${list(params.peers)}，它们之间正常）` : ''}。`,
    steps: ({ params }) => [
      `检查链路：在节点上执行 \`ip -s link\`、\`ip neigh\`，再查交换机端口、VLAN 或安全组（${list(params.addresses)}）。`,
      '确认机器本身是否在运行。',
    ],
  },
  'node.tunnel-port-blocked': {
    headline: (finding) => `${place(finding)}的隧道报文被拦截（UDP ${finding.params.port}）`,
    cause: ({ params }) =>
      `节点地址互通，但隧道报文不通：节点之间有设备丢弃了 UDP ${params.port}。${params.sent === undefined ? '' : `其间隧道接口发出 ${params.sent} 个包，收到 ${params.received} 个。`}`,
    steps: ({ params }) => [
      `放通所有节点之间的 UDP ${params.port}：安全组、云防火墙、交换机 ACL。`,
      `确认报文在哪里消失：在两端执行 \`tcpdump -ni any udp port ${params.port}\`。`,
    ],
  },
  'node.tunnel-missing': {
    headline: ({ node, params }) => `${node} 上没有隧道接口 ${params.device}：该节点的 Pod 无法访问其他节点`,
    cause: ({ node, params }) => `${node} 上不存在 ${params.device}，跨节点的 Pod 流量要从它发出。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.tunnel-down': {
    headline: ({ node, params }) =>
      `${node} 的隧道接口 ${params.device} 已关闭：该节点的 Pod 无法访问其他节点`,
    cause: ({ node, params }) => `${node} 上的 ${params.device} 处于 down 状态，经过它的路由也随之消失。`,
    steps: ({ node, params }) => [
      `仅将接口 up 不会恢复路由。${restart(params.agent, node)[0]}`,
      '查清是谁关闭了它。',
    ],
  },
  'node.tunnel-mismatch': {
    headline: ({ node, params }) =>
      `${node} 的隧道与对端不一致：${settingName[params.setting]} 为 ${params.actual}，应为 ${params.expected}`,
    cause: ({ node, params }) =>
      `${node} 上 ${params.device} 的${settingName[params.setting]}为 ${params.actual}，其他节点按 ${params.expected} 通信，双方无法互通。`,
    steps: ({ node, params }) => [
      `在 ${node} 上删除该接口，由 agent 重建：\`ip link del ${params.device}\``,
      ...restart(params.agent, node),
    ],
  },
  'node.fdb-missing': {
    headline: ({ node, params }) => `${node} 缺少发往 ${podsOn(params.peers)}的隧道转发表项（FDB）`,
    cause: ({ node, params }) =>
      `${node} 上 ${params.device} 的转发表没有 ${params.mac} 的表项（应指向 ${params.destination}）。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.fdb-wrong': {
    headline: ({ node, params }) => `${node} 把发往 ${podsOn(params.peers)}的隧道报文送到了错误的地址`,
    cause: ({ node, params }) =>
      `${node} 上 ${params.device} 的转发表把 ${params.mac} 指向 ${params.actual}，而对端是 ${params.destination}。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.neighbour-missing': {
    headline: ({ node, params }) => `${node} 缺少 ${podsOn(params.peers)}所在隧道的邻居表项`,
    cause: ({ node, params }) =>
      `${node} 的 ${params.device} 上没有 ${params.address} 的 MAC（应为 ${params.mac}）。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.neighbour-wrong': {
    headline: ({ node, params }) =>
      params.leadsTo === 'tunnel'
        ? `${node} 上 ${podsOn(params.peers)}所在隧道的邻居表项有误`
        : `${node} 上 ${list(params.peers)} 节点地址的邻居表项有误`,
    cause: ({ node, params }) =>
      `${node} 的 ${params.device} 上 ${params.address} 对应 ${params.actual}，而对端的 MAC 是 ${params.mac}。`,
    steps: ({ node, params }) =>
      params.leadsTo === 'tunnel'
        ? restart(params.agent, node)
        : [
            `在 ${node} 上执行 \`ip neigh del ${params.address} dev ${params.device}\``,
            `如果再次出现，说明有其他机器应答 ${params.address}：在 ${node} 上执行 \`arping -c 3 -I ${params.device} ${params.address}\` 查看应答的 MAC。`,
          ],
  },
  'node.bridge-down': {
    headline: ({ node, params }) =>
      `${node} 上的网桥 ${params.device} ${params.cause === 'down' ? '已关闭' : '不存在'}：该节点的 Pod 网络中断`,
    cause: ({ node, params }) =>
      params.cause === 'down'
        ? `${node} 上的 ${params.device} 处于 down 状态，该节点所有 Pod 都接在它上面。`
        : `${node} 上已没有 ${params.device}，Pod 的 veth 没有接到任何网桥。`,
    steps: ({ node, params }) =>
      params.cause === 'down'
        ? [`在 ${node} 上执行 \`ip link set ${params.device} up\``, '查清是谁关闭了它。']
        : [
            `重建 ${node} 上的 Pod，插件会重新创建网桥和端口：\`kubectl drain ${node} --ignore-daemonsets\`，然后 \`kubectl uncordon ${node}\``,
            '查清是谁删除了它。',
          ],
  },
  'node.route-missing': {
    headline: ({ node, params }) =>
      params.peers.length === 0
        ? `${node} 没有到本节点 Pod 网段的路由（${params.range}）`
        : `${node} 没有到 ${podsOn(params.peers)}的路由`,
    cause: ({ node, params }) => `${node} 的路由表中没有 ${params.range}，应为 \`${params.expected}\`。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.route-wrong': {
    headline: ({ node, params }) =>
      `${node} 上到${params.peers.length === 0 ? '本节点 Pod' : ` ${podsOn(params.peers)}`}的路由有误`,
    cause: ({ node, params }) =>
      ({
        rejects: `${node} 上的路由 \`${params.actual}\` 直接丢弃流量，应为 \`${params.expected}\`。`,
        device: `${node} 上的路由是 \`${params.actual}\`，应为 \`${params.expected}\`。`,
        gateway: `${node} 上的路由是 \`${params.actual}\`，应为 \`${params.expected}\`。`,
        shadowed: `${node} 上更具体的路由 \`${params.actual}\` 抢走了 ${params.range} 的部分流量，本应走 \`${params.expected}\`。`,
        'rule-rejects': `${node} 上的策略路由（\`ip rule\`）直接丢弃流量（${params.actual}），本应走 \`${params.expected}\`。`,
        rule: `${node} 上的策略路由（\`ip rule\`）使流量走 \`${params.actual}\`，本应走 \`${params.expected}\`。`,
      })[params.cause],
    steps: ({ node, params }) => [
      params.cause === 'rule' || params.cause === 'rule-rejects'
        ? `在 ${node} 上执行 \`ip rule show\`，删除不属于 CNI 的规则。`
        : `在 ${node} 上删除不属于 CNI 的路由：\`ip route del ${params.actual}\``,
      ...restart(params.agent, node),
    ],
  },
  'node.ip-forward-off': {
    headline: ({ node }) => `${node} 未开启 IP 转发：该节点的 Pod 无法访问其他节点`,
    cause: ({ node, params }) => `${node} 的 IPv4 转发已关闭（${list(params.interfaces)}）。`,
    steps: ({ node }) => [
      `在 ${node} 上执行 \`sysctl -w net.ipv4.ip_forward=1\``,
      '同时写入 /etc/sysctl.d，并查清是什么关闭了它：安全加固脚本或其他网络管理程序。',
    ],
  },
  'node.rp-filter-drop': {
    headline: ({ node }) => `${node} 的反向路径过滤（rp_filter）丢弃了报文`,
    cause: ({ node, params }) =>
      `报文进入的接口与 ${node} 回包所走的接口不同，严格模式${params.device === '' ? '' : `（${params.device}）`}将其丢弃${params.dropped === undefined ? '' : `：测试期间丢了 ${params.dropped} 个`}。`,
    steps: ({ node, params }) => [
      `修正 ${node} 上不对称的路由，或改为宽松模式：\`sysctl -w net.ipv4.conf.all.rp_filter=2\``,
      ...(params.source === ''
        ? []
        : [`在 ${node} 上执行 \`ip route get ${params.source}\` 可以看到回程路径。`]),
    ],
  },
  'node.conntrack-full': {
    headline: ({ node }) => `${node} 的连接跟踪表已满，新连接失败`,
    cause: ({ node, params }) => `${node} 跟踪了 ${params.entries} 条连接，上限 ${params.limit}。`,
    steps: ({ node }) => [
      `在 ${node} 上查看谁占用最多：\`conntrack -L | awk '{print $5}' | sort | uniq -c | sort -rn | head\``,
      '如果负载确实需要，调高 net.netfilter.nf_conntrack_max（kube-proxy：conntrack.maxPerCore）。',
    ],
  },
  'node.packet-loss': {
    headline: (finding) => `${place(finding)}丢包：${finding.params.sent} 个中丢了 ${finding.params.lost} 个`,
    cause: ({ params }) =>
      `${params.sent} 个 ping 丢了 ${params.lost} 个${params.peers.length > 0 ? `（对端 ${list(params.peers)}，它们之间不丢包）` : ''}。节点本身没有丢弃这些报文。`,
    steps: () => [
      '在两端查看链路错误计数：`ip -s link`、`ethtool -S`。',
      '再查网线、交换机端口或虚拟化网络：包丢在路上。',
    ],
  },
  'node.latency-high': {
    headline: (finding) => `${place(finding)}延迟很高：${Math.round(finding.params.ms)} ms`,
    cause: ({ params }) =>
      `该路径 ping 需要 ${Math.round(params.ms)} ms，其他节点之间为 ${params.usualMs.toFixed(1)} ms。`,
    steps: () => ['排查链路是否打满（`ip -s link` 看两次）、是否有限速（`tc -s qdisc`）或底层网络绕路。'],
  },
  'node.masquerade-missing': {
    headline: ({ node }) => `${node} 上的 Pod 无法访问集群外：其流量没有做 SNAT`,
    cause: ({ node, params }) =>
      `${node} 本身能访问 ${params.outside}，其 Pod 不能；${node} 上没有对 ${params.range} 做 MASQUERADE 的规则。`,
    steps: ({ node, params }) => restart(params.agent, node),
  },
  'node.address-wrong': {
    headline: ({ node, params }) => `CNI 为 ${node} 登记的地址有误：${params.registered}`,
    cause: ({ node, params }) =>
      params.sharedWith === undefined
        ? `其他节点把报文发往 ${params.registered}，但 ${node} 没有这个地址，它的地址是 ${list(params.own)}。`
        : `${node} 与 ${params.sharedWith} 登记了同一个地址 ${params.registered}。`,
    steps: ({ node, params }) => [
      '检查 agent 如何选择网卡（flannel：`--iface`、`--public-ip`）。',
      ...restart(params.agent, node),
    ],
  },
  'node.cidr-missing': {
    headline: ({ node }) => `节点 ${node} 没有分配 Pod 网段`,
    cause: ({ node }) => `${node} 的 spec.podCIDR 为空，CNI 在该节点没有地址可分配。`,
    steps: () => [
      '网段由 kube-controller-manager 分配：检查 `--allocate-node-cidrs`，以及 `--cluster-cidr` 是否还有剩余。',
    ],
  },
  'node.cidr-overlap': {
    headline: ({ node, params }) =>
      `${node} 的 Pod 网段与${{ pods: ` ${params.with.name} 的 Pod 网段`, services: ' Service 网段', 'node-address': ` ${params.with.name} 的节点地址` }[params.with.kind]}重叠`,
    cause: ({ params }) => `${params.range} 与 ${params.with.range} 有相同的地址。`,
    steps: () => ['没有快速的修复办法：需要重新规划网段；先排空其中一方的 Pod（drain），再修改。'],
  },
};

const settingName = { vni: ' VNI ', port: ' UDP 端口', mac: ' MAC ' };

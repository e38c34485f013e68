// Chinese sentences of the findings about MTUs. Sizes are bytes of the whole IP packet.

import type { Finding } from '../diagnosis/finding.ts';
import type { CodesOf, SentencesIn } from './finding-sentences.ts';
import { CLAMP, deletePod, editSetting, type Remedy, restartAgents } from './mtu-commands.ts';
import { removalCommand, ruleChinese } from './netfilter-rule.ts';

const SHOWN_PODS = 5;

const list = (items: string[]): string => items.join('、');

const place = ({ subject, node }: Finding): string => {
  if (node !== undefined) return `${node} 与其他节点之间`;
  return subject.kind === 'cluster'
    ? '所有节点之间'
    : `${(subject.name ?? '').replace(' <-> ', ' 与 ')} 之间`;
};

const setMtu = (remedy: Remedy | undefined, podMtu: number): string[] => [
  ...(remedy === undefined
    ? [`调整 CNI 的 MTU 设置，使 Pod 的 MTU 为 ${podMtu}，并重启 CNI agent。`]
    : [
        `将 ${remedy.key} 设为 ${remedy.value}（Pod 的 MTU 即为 ${podMtu}）：${editSetting(remedy)}，然后 ${restartAgents(remedy)}`,
      ]),
  '已有的 Pod 在重建之前仍保持原来的 MTU：之后需要重启工作负载。',
];

export const mtuChinese: SentencesIn<CodesOf<'mtu'>> = {
  'mtu.path-black-hole': {
    headline: (finding) =>
      `${place(finding)}超过 ${finding.params.largest} 字节的${finding.params.between === 'nodes' ? '报文' : ' Pod 报文'}被静默丢弃`,
    cause: ({ params }) =>
      `不超过 ${params.largest} 字节的报文可以通过，更大的没有任何 ICMP 提示就消失了，而两端都以为可以发 ${params.believed} 字节${params.peers.length > 0 ? `（对端 ${list(params.peers)}）` : ''}。表现为连接能建立，但 TLS 握手或大响应卡住。${params.dropped === undefined ? '' : ruleChinese(`${params.dropped.node} 上`, params.dropped.rule)}`,
    steps: ({ params }) =>
      params.dropped === undefined
        ? [
            params.between === 'nodes'
              ? `查找路径上 MTU 小于 ${params.believed} 的设备：交换机端口、VPN、云网络；调大它，并放行 ICMP“需要分片”消息。`
              : '节点地址之间能通过这么大的报文：请检查只处理 Pod 报文的环节，例如策略引擎或 eBPF 程序（`tc filter show`、`bpftool net`）。',
            `临时缓解（仅对 TCP 有效），在节点上执行：${CLAMP}`,
            ...setMtu(params.remedy, params.podMtu),
          ]
        : [
            `需要人在 ${params.dropped.node} 上删除该规则（我不修改节点防火墙）：${removalCommand(params.dropped.rule)}`,
            '查清是谁加的，否则还会再出现。',
          ],
  },
  'mtu.overlay-too-large': {
    headline: ({ params }) =>
      params.of === 'tunnel'
        ? `${list(params.nodes)} 的隧道 MTU 过大：${params.mtu} + ${params.overhead} 超过 ${params.carrier} 的 ${params.carrierMtu}`
        : `${list(params.nodes)} 上 CNI 分配给 Pod 的 MTU 为 ${params.mtu}，而 ${params.carrier} 只有 ${params.carrierMtu}`,
    cause: ({ params }) =>
      params.of === 'tunnel'
        ? `${params.device} 中 ${params.mtu} 字节的报文封装后为 ${params.mtu + params.overhead} 字节，而 ${params.carrier} 的 MTU 为 ${params.carrierMtu}。正确值是 ${params.podMtu}。`
        : `Pod 的报文经 ${params.carrier} 离开节点，超过 ${params.carrierMtu} 字节就无法发出。正确值是 ${params.podMtu}。`,
    steps: ({ params }) => setMtu(params.remedy, params.podMtu),
  },
  'mtu.pod-mismatch': {
    headline: ({ node, params }) => {
      const [first] = params.pods;
      const others = params.pods.length - 1;
      return `${node} 上 ${first?.pod} 的 MTU 为 ${first?.cableMtu === undefined ? first?.mtu : `${first.mtu}（节点侧 veth 为 ${first.cableMtu}）`}，新建的 Pod 为 ${params.expected}${others > 0 ? `；另有 ${others} 个同样的 Pod` : ''}`;
    },
    cause: ({ params }) =>
      `Pod 的 MTU 只在接入网络时设置一次。${list(
        params.pods
          .slice(0, SHOWN_PODS)
          .map(
            ({ pod, mtu, cableMtu }) =>
              `${pod} 为 ${mtu}${cableMtu === undefined ? '' : `（节点侧 ${cableMtu}）`}`,
          ),
      )}${params.pods.length > SHOWN_PODS ? ` 等 ${params.pods.length} 个` : ''}；CNI 目前分配的是 ${params.expected}。`,
    steps: ({ params }) => [
      `重建${params.pods.length === 1 ? '该 Pod' : '这些 Pod'}：${params.pods
        .slice(0, SHOWN_PODS)
        .map(({ pod }) => deletePod(pod))
        .join('、')}`,
      '如果新 Pod 的 MTU 仍然不对，排查 CNI 之外谁在修改它。',
    ],
  },
  'mtu.node-mismatch': {
    headline: ({ node, params }) =>
      node === undefined
        ? `节点之间 ${params.device} 的 MTU 不一致：${params.mtu} 与 ${params.usual}`
        : `${node} 上 ${params.device} 的 MTU 为 ${params.mtu}，${params.what === 'route' ? '而其出口设备为' : '其他节点为'} ${params.usual}`,
    cause: ({ node, params }) =>
      params.largest === undefined
        ? `目前没有流量受影响，但超过 ${Math.min(params.mtu, params.usual)} 字节的报文无法通过该处。`
        : `进出 ${node ?? list(params.others)} 的报文最大只能通过 ${params.largest} 字节：${params.device} 为 ${params.mtu}，其余为 ${params.usual}。`,
    steps: ({ node, params }) =>
      params.what === 'route'
        ? [`在 ${node} 上恢复该路由，去掉其中的 \`mtu\`：\`${params.device}\``]
        : [
            `${node === undefined ? '将两端设为一致' : `在 ${node} 上执行`}：\`ip link set ${params.device} mtu ${params.usual}\`，并修改设置它的网络配置。`,
            ...(params.what === 'underlay'
              ? ['如果较小的值才是正确的，则在所有节点上按它调整 CNI 的 MTU，并重启 CNI agent。']
              : []),
          ],
  },
  'mtu.fragmentation': {
    headline: (finding) => `${place(finding)}的 Pod 大报文全部被分片`,
    cause: ({ params }) =>
      `Pod 的 ${params.packet} 字节报文封装后为 ${params.outer} 字节，而${params.device === undefined ? '途中' : ` ${params.device} `}只能整包通过 ${params.underlay} 字节，于是被分片传输（测试期间重组了 ${params.reassembled} 个）。业务可用但变慢，丢一个分片就丢整个报文。`,
    steps: ({ params }) => [
      ...(params.device === undefined
        ? [`查找路径上 MTU 只有 ${params.underlay} 的设备。`]
        : [`如果 ${params.device} 本应更大：\`ip link set ${params.device} mtu ${params.outer}\``]),
      ...setMtu(params.remedy, params.podMtu),
    ],
  },
};

// Chinese sentences of the pod findings.

import type { SentencesIn } from './finding-sentences.ts';
import { describeCommand, logsCommand, type PodCode, replaceCommand } from './pod-commands.ts';

const list = (items: (string | number)[]): string => items.join('、');
const quote = (detail: string): string => (detail === '' ? '' : `Kubernetes 的说明：${detail}`);
const replace = (pod: string): string[] => [
  replaceCommand(pod),
  '如果再次出现，排查是什么在改动该 Pod 的网络：agent、脚本或特权 sidecar。',
];
const to = (destination: string): string => (destination === 'default' ? '节点以外' : destination);

export const podChinese: SentencesIn<PodCode> = {
  'pod.not-running': {
    headline: ({ params }) =>
      ({
        unschedulable: `Pod ${params.pod} 尚未调度到任何节点，没有可连接的对象`,
        image: `Pod ${params.pod} 没有启动：镜像拉取失败`,
        crashing: `Pod ${params.pod} 反复崩溃，并非网络故障`,
        ended: `Pod ${params.pod} 已经结束，不再提供服务`,
        terminating: `Pod ${params.pod} 正在删除`,
        waiting: `Pod ${params.pod} 还没有运行`,
      })[params.cause],
    cause: ({ params }) =>
      ({
        unschedulable: `调度器找不到可以运行 ${params.pod} 的节点。${quote(params.detail)}`,
        image: `容器 ${params.container} 在等待镜像。${quote(params.detail)}`,
        crashing: `容器 ${params.container} 已退出 ${params.restarts} 次，仍在不断重启。${quote(params.detail)}`,
        ended: `${params.pod} 的容器全部已退出。${quote(params.detail)}`,
        terminating: `${params.pod} 正在终止，已没有运行中的容器。`,
        waiting: `${params.pod} 还没有容器在运行。${quote(params.detail)}`,
      })[params.cause],
    steps: ({ params }) =>
      params.cause === 'crashing'
        ? [
            `${logsCommand(params.pod)} --previous -c ${params.container}`,
            '根据退出前的日志修复应用，网络没有问题。',
          ]
        : [describeCommand(params.pod), '解决其中指出的问题，然后重新检查。'],
  },
  'pod.not-ready': {
    headline: ({ params }) => `Pod ${params.pod} 未就绪，Service 不会把流量转发给它`,
    cause: ({ params }) =>
      `其网络正常；容器 ${params.container} 在运行，但就绪检查失败。${quote(params.detail)}`,
    steps: ({ params }) => [
      describeCommand(params.pod),
      '查清应用为什么没有通过就绪检查；通过后会自动加入 Service。',
    ],
  },
  'pod.sandbox-failed': {
    headline: ({ params }) => `Pod ${params.pod} 没有网络：CNI 插件执行失败`,
    cause: ({ params }) => `kubelet 无法为该 Pod 配置网络：${params.detail}`,
    steps: ({ node, params }) => [
      `原因在节点上：\`/cni diagnose cni-health${node === undefined ? '' : ` ${node}`}\` 会检查该节点的 CNI；在节点上执行 \`journalctl -u kubelet -u containerd -n 50\` 可查看更多信息。`,
      `kubelet 会自动重试，插件恢复后 ${params.pod} 即可启动。`,
    ],
  },
  'pod.interface-missing': {
    headline: ({ params }) => `Pod ${params.pod} 没有网络接口`,
    cause: ({ params }) => `Pod 内只有 lo，而 Kubernetes 分配给它的地址是 ${params.address || '（未知）'}。`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.interface-down': {
    headline: ({ params }) =>
      params.cause === 'down'
        ? `Pod ${params.pod} 与网络断开：接口 ${params.interface} 处于 down 状态`
        : `Pod ${params.pod} 与网络断开：接口 ${params.interface} 关闭了 ARP`,
    cause: ({ params }) =>
      params.cause === 'down'
        ? `Pod 内的 ${params.interface} 被置为 down，路由也随之消失。`
        : `Pod 内的 ${params.interface} 关闭了 ARP，网桥上的其他设备找不到该 Pod，它也找不到自己的网关。`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.loopback-down': {
    headline: ({ params }) => `Pod ${params.pod} 无法访问自身：lo 处于 down 状态`,
    cause: () => '回环接口 lo 处于 down 状态，在 Pod 内访问 127.0.0.1 和 Pod 自己的地址都没有应答。',
    steps: ({ params }) => replace(params.pod),
  },
  'pod.address-missing': {
    headline: ({ params }) => `Pod ${params.pod} 上没有它的地址 ${params.expected}`,
    cause: ({ params }) =>
      `Kubernetes 记录的地址是 ${params.expected}，而 Pod 的 ${params.interface} 上${params.actual.length === 0 ? '没有地址' : `是 ${list(params.actual)}`}。`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.route-missing': {
    headline: ({ params }) => `Pod ${params.pod} 没有到${to(params.destination)}的路由`,
    cause: ({ params }) =>
      params.destination === 'default'
        ? 'Pod 没有默认路由，只能访问自己的子网。'
        : `Pod 的内核中没有到 ${params.destination} 的路由。`,
    steps: ({ params }) => replace(params.pod),
  },
  'pod.route-wrong': {
    headline: ({ params }) => `Pod ${params.pod} 发往${to(params.destination)}的流量走错了路`,
    cause: ({ params }) =>
      ({
        device: `${params.destination} 的路由指向 ${params.actual}，而 Pod 的出口是 ${params.expected}。`,
        gateway: `${params.destination} 的路由经由 ${params.actual}，而节点网桥的地址是 ${params.expected}。`,
        'on-link': `路由把 ${params.destination} 当作 ${params.actual} 上的直连邻居，正确的路径是经由网关 ${params.expected}。`,
        rejected: `Pod 内有一条路由丢弃发往 ${params.destination} 的包（${params.actual}）。`,
      })[params.cause],
    steps: ({ params }) => replace(params.pod),
  },
  'pod.host-veth-down': {
    headline: ({ node, params }) =>
      params.cause === 'down'
        ? `Pod ${params.pod} 与网络断开：${node} 上的 ${params.interface} 处于 down 状态`
        : `Pod ${params.pod} 与网络断开：veth 在 ${node} 上没有对端`,
    cause: ({ node, params }) =>
      params.cause === 'down'
        ? `该 Pod 的 veth 在节点 ${node} 一侧的 ${params.interface} 被置为 down。`
        : `该 Pod 的 veth 对端不在 ${node} 的网络命名空间里。`,
    steps: ({ node, params }) =>
      params.cause === 'down'
        ? [
            `在 ${node} 上执行：\`ip link set ${params.interface} up\``,
            `或者重建 Pod：\`${replaceCommand(params.pod)}\``,
          ]
        : replace(params.pod),
  },
  'pod.host-veth-detached': {
    headline: ({ node, params }) =>
      params.cause === 'no-route'
        ? `Pod ${params.pod} 与网络断开：${node} 上没有到它的路由`
        : `Pod ${params.pod} 与网络断开：没有接入 ${node} 的 ${params.bridge}`,
    cause: ({ node, params }) =>
      ({
        'no-bridge': `该 Pod 在节点一侧的 ${params.interface} 不属于任何网桥，应当接在 ${params.bridge} 上。`,
        'other-bridge': `该 Pod 在节点一侧的 ${params.interface} 接在 ${params.actual} 上，应当接在 ${params.bridge} 上。`,
        'port-closed': `${node} 的 ${params.bridge} 不转发端口 ${params.interface} 的流量：端口状态为 ${params.actual}。`,
        isolated: `${node} 的 ${params.bridge} 把端口 ${params.interface} 设为隔离（isolated），它与其他隔离端口互不可达。`,
        'no-route': `${node} 上没有经由 ${params.interface} 到该 Pod 地址的路由。`,
      })[params.cause],
    steps: ({ node, params }) => [
      ...{
        'no-bridge': [`在 ${node} 上执行：\`ip link set ${params.interface} master ${params.bridge}\``],
        'other-bridge': [`在 ${node} 上执行：\`ip link set ${params.interface} master ${params.bridge}\``],
        'port-closed': [
          `在 ${node} 上执行：\`bridge link set dev ${params.interface} state 3\`（forwarding）`,
        ],
        isolated: [`在 ${node} 上执行：\`bridge link set dev ${params.interface} isolated off\``],
        'no-route': [],
      }[params.cause],
      `或者重建 Pod：\`${replaceCommand(params.pod)}\``,
    ],
  },
  'pod.duplicate-ip': {
    headline: ({ node, params }) =>
      params.of === 'pod'
        ? `Pod ${params.pod} 的地址 ${params.address} 被重复使用`
        : `${node} 上的 Pod 丢失网关 ${params.address}：有其他设备在应答这个地址`,
    cause: ({ params }) =>
      `有 ${params.owners.length} 方应答 ${params.address}：${list(params.owners)}。包会发给最后应答的一方。`,
    steps: ({ node, params }) =>
      params.of === 'pod'
        ? [
            `重建两者中较新的一个，以释放该地址：\`${replaceCommand(params.pod)}\``,
            `对照 ${node} 上的地址记录（/var/lib/cni/networks）与运行中的 Pod：其中一方不在记录里。`,
          ]
        : [`重建占用该地址的 Pod：\`${replaceCommand(params.pod)}\``, '查清其中是什么手工设置了地址。'],
  },
  'pod.neighbour-stale': {
    headline: ({ params }) =>
      params.of === 'gateway'
        ? `Pod ${params.pod} 中网关的 ARP 表项错误`
        : `${params.holder} 上 Pod ${params.entry} 的表项错误`,
    cause: ({ params }) =>
      params.table === 'forwarding'
        ? `${params.holder} 的 ${params.device} 把 ${params.entry} 的帧发往端口 ${params.actual}，而该 Pod 在 ${params.expected} 后面。`
        : `${params.holder} 的${params.permanent ? '静态' : ''}表项认为 ${params.entry} 的 MAC 是 ${params.actual}，实际是 ${params.expected}。`,
    steps: ({ params }) =>
      params.table === 'forwarding'
        ? [`在 ${params.holder} 上执行：\`bridge fdb del ${params.entry} dev ${params.actual} master\``]
        : params.holder.includes('/')
          ? [
              `在 ${params.holder} 的网络命名空间内执行：\`ip neigh del ${params.entry} dev ${params.device}\``,
              `或者重建 Pod：\`${replaceCommand(params.holder)}\``,
            ]
          : [
              `在 ${params.holder} 上执行：\`ip neigh del ${params.entry} dev ${params.device}\`，内核会重新学习。`,
            ],
  },
  'pod.not-listening': {
    headline: ({ params }) =>
      `${params.place} 没有进程监听 ${params.protocol.toUpperCase()} 端口 ${params.port}，并非网络故障`,
    cause: ({ params }) =>
      `包已到达 ${params.place} 并被拒绝：没有进程监听端口 ${params.port}。${params.listening.length === 0 ? '' : `正在监听的端口：${list(params.listening)}。`}`,
    steps: ({ params }) => [
      `让应用监听端口 ${params.port}，或改为访问它实际监听的端口。`,
      ...(params.place.includes('/') ? [logsCommand(params.place)] : []),
    ],
  },
  'pod.listening-on-loopback': {
    headline: ({ params }) => `${params.place} 的端口 ${params.port} 只对自身开放`,
    cause: ({ params }) =>
      `${params.protocol.toUpperCase()} 端口 ${params.port} 上的进程绑定在 ${params.address}，${params.place} 以外无法访问。`,
    steps: ({ params }) => [`让应用绑定 0.0.0.0（或 [::]）而不是 ${params.address}，然后重启。`],
  },
  'pod.application-slow': {
    headline: ({ params }) => `${params.pod} 中的应用接受连接但没有应答`,
    cause: ({ params }) =>
      `端口 ${params.port} 在 ${params.connectMs} ms 内接受了连接，但 ${params.waitedS} s 内没有 HTTP 应答：原因不在网络。`,
    steps: ({ params }) => [`排查应用：\`${logsCommand(params.pod)}\`，以及它的 CPU 限额和它自己的依赖。`],
  },
};

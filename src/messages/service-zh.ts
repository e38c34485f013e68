// Chinese sentences of findings about Services.

import type { SentencesIn } from './finding-sentences.ts';
import { describeCommand, logsCommand } from './pod-commands.ts';
import {
  labelsCommand,
  proxyRestartCommand,
  proxyStateCommand,
  type ServiceCode,
  scaleCommand,
  serviceCommand,
  slicesCommand,
} from './service-commands.ts';

const list = (items: string[]): string => items.join('、');
const place = (address: string, pod: string): string => (pod === '' ? address : `${address}（${pod}）`);

export const serviceChinese: SentencesIn<ServiceCode> = {
  'service.missing': {
    headline: ({ params }) =>
      params.port === undefined
        ? `Service ${params.service} 不存在`
        : `Service ${params.service} 没有端口 ${params.port}`,
    cause: ({ params }) => {
      if (params.port !== undefined)
        return `${params.service} 的端口是 ${list(params.nearest) || '（无）'}，没有 ${params.port}。`;
      const meant = params.nearest.length > 0 ? `是不是想查 ${list(params.nearest)}？` : '';
      return `API server 中没有 Service ${params.service}。${meant}`;
    },
    steps: ({ params }) =>
      params.port === undefined
        ? ['kubectl get services -A', '更正调用方配置的名称，或创建该 Service。']
        : [serviceCommand('get', params.service), '改用它已有的端口，或在 Service 中加上这个端口。'],
  },
  'service.selector-matches-nothing': {
    headline: ({ params }) => `Service ${params.service} 没有选中任何 Pod：selector 与标签不匹配`,
    cause: ({ params: { service, selector, nearest } }) => {
      if (!nearest) return `${service} 所在的命名空间里没有带标签 ${selector} 的 Pod。`;
      const has = nearest.actual === '' ? '没有这个标签' : `的标签是 ${nearest.label}=${nearest.actual}`;
      return `${service} 的 selector 是 ${selector}；最接近的 Pod ${nearest.pod} ${has}，而这里要求 ${nearest.label}=${nearest.wanted}。`;
    },
    steps: ({ params }) => [
      labelsCommand(params.service),
      `让 selector 与 Pod 标签一致：${serviceCommand('edit', params.service)}`,
    ],
  },
  'service.no-ready-endpoints': {
    headline: ({ params }) => `Service ${params.service} 没有就绪的 endpoint`,
    cause: ({ params: { service, cause, pods, workload } }) =>
      ({
        'not-ready': `${service} 的 Pod 均未就绪：${pods.map(({ name, why }) => (why === '' ? name : `${name}（${why}）`)).join('；')}。`,
        'scaled-to-zero': `${service} 背后没有 Pod：Deployment ${workload} 的副本数为 0。`,
        unlisted: `${service} 的 Pod 已就绪，但 EndpointSlice 没有反映：kube-controller-manager 滞后或没有运行。`,
        'none-made': `${service} 没有 selector，EndpointSlice 需要自行创建，目前没有任何 endpoint。`,
      })[cause],
    steps: ({ params: { service, cause, pods, workload } }) => {
      const [first] = pods;
      const [namespace = ''] = service.split('/');
      switch (cause) {
        case 'scaled-to-zero':
          return [scaleCommand(service, workload)];
        case 'not-ready':
          return first
            ? [
                describeCommand(`${namespace}/${first.name}`),
                logsCommand(`${namespace}/${first.name}`),
                '只要有一个 Pod 就绪，Service 就会恢复。',
              ]
            : [labelsCommand(service)];
        case 'unlisted':
          return [slicesCommand(service), '检查 kube-controller-manager 及其日志。'];
        case 'none-made':
          return [slicesCommand(service), '为 Service 设置 selector，或为它创建 EndpointSlice。'];
      }
    },
  },
  'service.target-port-mismatch': {
    headline: ({ params }) =>
      params.cause === 'headless'
        ? `Headless Service ${params.service} 背后没有进程监听 ${params.port}`
        : `Service ${params.service} 的端口 ${params.port} 转发到了 Pod 的错误端口`,
    cause: ({ params: { service, port, targetPort, cause, instead } }) =>
      ({
        'nobody-listens': `${service} 的端口 ${port} 转发到 ${targetPort}，但没有一个 Pod 监听该端口；Pod 监听的是 ${list(instead)}。`,
        'name-absent': `${service} 的端口 ${port} 转发到名为“${targetPort}”的端口，但没有 Pod 声明这个名称；已声明的是 ${list(instead) || '（无）'}。`,
        headless: `${service} 是 headless Service：客户端直接访问 Pod，不做端口转换。Pod 监听的是 ${list(instead)}，不是 ${targetPort}。`,
      })[cause],
    steps: ({ params: { service, cause, instead } }) =>
      cause === 'headless'
        ? [`改为访问端口 ${list(instead)}，或让该 Service 使用 ClusterIP。`]
        : [`把 targetPort 改为 ${list(instead) || 'Pod 实际的端口'}：${serviceCommand('edit', service)}`],
  },
  'service.dead-endpoint': {
    headline: ({ params: { service, dead, alive } }) =>
      alive === 0
        ? `Service ${service} 的 endpoint 全部无应答`
        : `Service ${service} 的 ${dead.length + alive} 个 endpoint 中有 ${dead.length} 个失效`,
    cause: ({ params: { service, dead, alive } }) => {
      const seen = dead.map(({ address, pod, result }) => `${place(address, pod)}：${result}`).join('；');
      const share = alive === 0 ? '' : `。${service} 转发到这些地址的连接会失败，其余正常`;
      return `以下地址不接受连接：${seen}${share}。`;
    },
    steps: ({ params: { service, dead } }) => {
      const [first] = dead;
      return first?.pod
        ? [
            logsCommand(first.pod),
            `确认进程是否在监听该端口；请配置就绪探针，使失效的 Pod 自动退出 ${service}。`,
          ]
        : [slicesCommand(service), '从 EndpointSlice 中删除该地址，或恢复该地址上的服务。'];
    },
  },
  'service.traffic-policy-no-local-endpoint': {
    headline: ({ node, params }) => `Service ${params.service} 只用本节点的 endpoint，而 ${node} 上没有`,
    cause: ({ node, params }) =>
      `${params.service} 的 internalTrafficPolicy 为 Local：${node} 发往它的流量在本节点被丢弃。它的 endpoint 在 ${list(params.nodes) || '其他节点'}。`,
    steps: ({ node, params: { service } }) => [
      `在 ${node} 上也运行它的 Pod（例如用 DaemonSet），或把 internalTrafficPolicy 改为 Cluster：${serviceCommand('edit', service)}`,
    ],
  },
  'service.hairpin-broken': {
    headline: ({ params }) => `Pod ${params.pod} 无法通过 Service ${params.service} 访问自己`,
    cause: ({ node, params }) =>
      `当 ${params.service} 选中发起请求的 Pod 自己时，报文必须从进入 ${node} 网桥 ${params.bridge} 的同一端口返回，而 ${params.interface} 的 hairpin 模式是关闭的。其他 endpoint 正常。`,
    steps: ({ params }) => [
      '在 CNI 配置的 bridge 部分设置 `"hairpinMode": true`（flannel：ConfigMap kube-flannel-cfg 的 delegate）。',
      `然后重建该 Pod 使其生效：${describeCommand(params.pod).replace(' describe ', ' delete ')}`,
    ],
  },
  'service.not-programmed': {
    headline: ({ node, params }) => `Service ${params.service} 在 ${node} 上不可用：该节点的规则不对`,
    cause: ({ node, params: { address, cause, targets, chains } }) =>
      ({
        missing: `${node} 的 iptables 没有把 ${address} 转发出去（止于 ${list(chains) || '（无对应链）'}），而该 Service 有就绪的 endpoint。`,
        rejected: `${node} 的 iptables 把 ${address} 当作没有 endpoint 而拒绝，实际上有。`,
        stale: `${node} 的 iptables 把 ${address} 转发到 ${list(targets)}，而这已不是它的 endpoint。`,
        incomplete: `${node} 的 iptables 使 ${address} 的一部分连接没有去处：${list(chains)} 中没有规则。`,
        unmasqueraded: `${node} 的 iptables 把发往 ${address} 的报文转给 ${list(targets)} 时没有换成节点地址（缺少 masquerade），应答因此回不来。`,
      })[cause],
    steps: ({ node }) => [
      `查看 ${node} 上 kube-proxy 的日志，找出它为什么没有写入规则。`,
      proxyRestartCommand(node),
    ],
  },
  'node.kube-proxy-down': {
    headline: ({ node, params }) =>
      params.rules === 'wrong'
        ? `${node} 上的 kube-proxy 不工作：该节点上的 Service 不可用`
        : `${node} 上的 kube-proxy 不工作：该节点上的 Service 不再随变更更新`,
    cause: ({ node, params }) => {
      const seen = {
        refused: `${node} 上 kube-proxy 的健康检查端口无人监听`,
        silent: `${node} 上的 kube-proxy 接受连接但不应答`,
        behind: `${node} 上的 kube-proxy 自己报告规则落后`,
      }[params.cause];
      return params.rules === 'wrong'
        ? `${seen}，其规则已经过期。`
        : `${seen}。目前规则仍然正确，endpoint 一旦变化就会出错。`;
    },
    steps: ({ node }) => [`${proxyStateCommand(node)}（并查看其日志）`, proxyRestartCommand(node)],
  },
};

// Chinese sentences of the dns findings.

import type { CodesOf, SentencesIn } from './finding-sentences.ts';
import { removalCommand, ruleChinese } from './netfilter-rule.ts';

const list = (items: string[]): string => items.join('、');
const nearest = (items: string[]): string => (items.length === 0 ? '' : `相近的名称：${list(items)}。`);

export const dnsChinese: SentencesIn<CodesOf<'dns'>> = {
  'dns.coredns-down': {
    headline: ({ params }) =>
      params.ready === 0
        ? `CoreDNS 不可用：${params.deployment} 没有副本应答`
        : `${params.deployment} 有一个副本无法启动，其余 ${params.ready} 个副本正常应答`,
    cause: ({ params }) =>
      ({
        'scaled-to-zero': `Deployment ${params.deployment} 的副本数被设为 0。`,
        'deployment-missing': `集群中没有 CoreDNS 的 Deployment（查找的是 ${params.deployment}）。`,
        unschedulable: `没有节点能调度 CoreDNS Pod：${params.detail}`,
        image: `CoreDNS 镜像拉取失败：${params.detail}`,
        sandbox: `CNI 没能给 CoreDNS Pod 配好网络：${params.detail}`,
        'not-created': `${params.deployment} 的 Pod 没有被创建：${params.detail}`,
        'not-ready': `CoreDNS Pod 在运行，但没有一个就绪。${params.detail}`,
        hangs: 'CoreDNS 进程挂起：查询已到达其 Pod，但积压在套接字中无人读取，因此网络路径是正常的。',
      })[params.cause],
    steps: ({ params }) => {
      const [namespace = 'kube-system', name = 'coredns'] = params.deployment.split('/');
      switch (params.cause) {
        case 'scaled-to-zero':
          return [
            `kubectl -n ${namespace} scale deployment ${name} --replicas=2`,
            '查清是谁、为什么把它缩到 0。',
          ];
        case 'deployment-missing':
          return ['用集群的附加组件清单重新安装 CoreDNS。'];
        case 'hangs':
          return [
            `kubectl -n ${namespace} rollout restart deployment ${name}`,
            `若可稍等，先查看原因：kubectl -n ${namespace} logs -l k8s-app=kube-dns --tail 50`,
          ];
        default:
          return [
            `kubectl -n ${namespace} describe pods -l k8s-app=kube-dns`,
            '解决其中指出的问题，Pod 会自行恢复。',
          ];
      }
    },
  },
  'dns.coredns-crashing': {
    headline: ({ params }) =>
      params.cause === 'corefile-rejected'
        ? 'Corefile 有错误：CoreDNS 仍在用旧配置，一旦重启将无法启动'
        : params.ready === 0
          ? 'CoreDNS 所有副本都在崩溃，域名全部无法解析'
          : `CoreDNS 副本 ${list(params.pods)} 在崩溃，还有 ${params.ready} 个副本应答`,
    cause: ({ params }) => {
      const line = params.line === '' ? '' : `日志：${params.line}`;
      return {
        'corefile-rejected': `CoreDNS 拒绝了修改后的 Corefile。${line}`,
        'corefile-error': `Corefile 有错误，CoreDNS 拒绝启动。${line}`,
        loop: `CoreDNS 把查询转发给了自己，loop 插件终止了进程。${line}`,
        oom: `CoreDNS 因内存不足被杀（OOMKilled）。${line}`,
        other: `CoreDNS 启动后立即退出。${line}`,
      }[params.cause];
    },
    steps: ({ params }) => {
      switch (params.cause) {
        case 'corefile-error':
        case 'corefile-rejected':
          return [
            'kubectl -n kube-system edit configmap coredns（改正上面指出的那一行）',
            'kubectl -n kube-system rollout restart deployment coredns',
          ];
        case 'loop':
          return [
            '让 Corefile 的 forward 指向真正的上游，或让 kubelet 的 resolvConf 指向不含回环地址的文件（systemd-resolved：/run/systemd/resolve/resolv.conf）',
            'kubectl -n kube-system rollout restart deployment coredns',
            '不要删 loop 插件：它只是报告故障，不是故障本身。',
          ];
        case 'oom':
          return ['提高 coredns Deployment 的内存限制。', '找出大量发查询的客户端。'];
        default:
          return [`kubectl -n kube-system logs ${params.pods[0] ?? '-l k8s-app=kube-dns'} --previous`];
      }
    },
  },
  'dns.replica-bad': {
    headline: ({ params }) =>
      `节点 ${list(params.nodes)} 上的 CoreDNS 副本 ${list(params.replicas)} 异常，一部分解析随之失败`,
    cause: ({ params }) =>
      ({
        'node-not-ready': `它所在的节点 ${list(params.nodes)} 未就绪（${params.detail}）；其余 ${params.good} 个副本正常应答。`,
        unreachable: `其他节点用 UDP 和 TCP 都得不到它的应答；${params.good === 0 ? '它是唯一的副本' : `其余 ${params.good} 个副本对同样的来源应答正常`}。`,
        'answers-differ': `它的应答与其余 ${params.good} 个副本不同：${params.detail}`,
      })[params.cause],
    steps: ({ params }) =>
      params.cause === 'answers-differ'
        ? [`kubectl -n kube-system delete pod ${params.replicas.join(' ')}（Deployment 会新建一个）`]
        : [
            `检查节点 ${list(params.nodes)}：网卡链路、kubelet、CNI 组件。`,
            `先止损：kubectl cordon ${params.nodes.join(' ')}，再 kubectl -n kube-system delete pod ${params.replicas.join(' ')}，让 CoreDNS 到别的节点运行`,
          ],
  },
  'dns.service-misconfigured': {
    headline: ({ params }) =>
      params.cause === 'dead-endpoint'
        ? `发往 ${params.service} 的部分 DNS 查询丢失：endpoint ${params.actual} 无应答`
        : `DNS Service ${params.service} 指向了空处`,
    cause: ({ params }) =>
      ({
        missing: `Pod 查询的是 ${params.expected}，但没有 Service 使用这个地址。`,
        'address-differs': `Pod 查询的是 ${params.expected}，而 Service 的地址是 ${params.actual}。`,
        'port-missing': `Service 没有端口 ${params.expected}，只有 ${params.actual}。`,
        'target-port-wrong': `Service 转发到端口 ${params.actual}，而 CoreDNS 监听的是 ${params.expected}。`,
        'dead-endpoint': `Service 的 endpoint 中有 ${params.actual}，它不是 CoreDNS Pod，也不应答；CoreDNS Pod 是 ${params.expected}。`,
        'selector-matches-nothing': `Service 的 selector ${params.actual} 匹配不到 CoreDNS Pod，应为 ${params.expected}。`,
      })[params.cause],
    steps: ({ params }) => {
      const [namespace = 'kube-system', name = 'kube-dns'] = params.service.split('/');
      return params.cause === 'dead-endpoint'
        ? [
            `找到该 EndpointSlice：\`kubectl -n ${namespace} get endpointslices -l kubernetes.io/service-name=${name}\``,
            `删除包含 ${params.actual} 的那个，并查清是谁创建的。`,
          ]
        : [
            `kubectl -n ${namespace} edit service ${name}：改回 ${params.expected}`,
            '再检查一次：一秒内 endpoints 就会更新。',
          ];
    },
  },
  'dns.resolv-conf-wrong': {
    headline: ({ params }) => `Pod ${params.pod} 使用了错误的 DNS 服务器`,
    cause: ({ params }) => {
      const seen = `它的 /etc/resolv.conf 里是 ${list(params.actual) || '空的'}，集群的是 ${list(params.expected)}。`;
      return {
        'policy-default': `该 Pod 的 dnsPolicy 为 Default，用的是节点的解析器，解析不了任何 Service。${seen}`,
        'policy-none': `该 Pod 的 dnsPolicy 为 None，并自带 dnsConfig。${seen}`,
        'host-network': `该 Pod 使用节点网络且 dnsPolicy 为 ClusterFirst，此时实际用的是节点的解析器。${seen}`,
        'dns-config': `该 Pod 的 dnsConfig 把别的解析器放在了前面。${seen}`,
        'kubelet-differs': `创建该 Pod 时，kubelet 给它写入了别的解析器。${seen}`,
        'search-list': `search 列表不同，短域名无法正确补全。${seen}`,
      }[params.cause];
    },
    steps: ({ params }) => {
      switch (params.cause) {
        case 'policy-default':
          return ['在 Pod 模板中设置 dnsPolicy: ClusterFirst，然后滚动更新。'];
        case 'host-network':
          return ['在 Pod 模板中设置 dnsPolicy: ClusterFirstWithHostNet，然后滚动更新。'];
        case 'kubelet-differs':
          return [
            '核对 kubelet 配置中的 clusterDNS 与 DNS Service 的地址。',
            '重建该 Pod：resolv.conf 只在创建时写一次。',
          ];
        default:
          return [`在 Pod 模板中改正 dnsConfig（nameservers：${list(params.expected)}），然后滚动更新。`];
      }
    },
  },
  'dns.record-missing': {
    headline: ({ params }) => `${params.name} 不存在，DNS 的回答是对的`,
    cause: ({ params }) =>
      ({
        'no-such-service': `没有这个 Service。${nearest(params.nearest)}`,
        'no-such-namespace': `没有这个命名空间。${nearest(params.nearest)}`,
        'no-ready-endpoints': '该 Service 是 headless 且没有就绪的 endpoint，因此没有地址可返回。',
        'upstream-says-no': '上游 DNS 也返回 NXDOMAIN，CoreDNS 只是如实转达。',
      })[params.why],
    steps: ({ params }) =>
      params.why === 'no-ready-endpoints'
        ? ['查看其后端 Pod 为何未就绪。']
        : ['在使用处改正名称，或创建它对应的对象。'],
  },
  'dns.corefile-rewrites-name': {
    headline: ({ params }) => `CoreDNS 对 ${params.name} 给出了错误的回答`,
    cause: ({ params }) =>
      `Corefile 第 ${params.line} 行 \`${params.directive}\` 代替集群作了回答：${params.answered}` +
      `${params.expected === '' ? '' : `，正确的应为 ${params.expected}`}。`,
    steps: ({ params }) => [
      `kubectl -n kube-system edit configmap coredns：删除或改正第 ${params.line} 行`,
      '有 reload 插件时一分钟内生效；没有则需重启 CoreDNS。',
    ],
  },
  'dns.zone-missing': {
    headline: ({ params }) => `CoreDNS 没有提供集群域 ${params.domain}`,
    cause: ({ params }) =>
      params.cause === 'no-kubernetes-plugin'
        ? 'Corefile 中没有 kubernetes 插件，所有 Service 都没有域名。'
        : `kubernetes 插件提供的是 ${list(params.served)}，而 Pod 查询的是 ${params.domain} 下的名称。`,
    steps: ({ params }) => [
      `kubectl -n kube-system edit configmap coredns：kubernetes ${params.domain} in-addr.arpa ip6.arpa { … }`,
    ],
  },
  'dns.upstream-failing': {
    headline: ({ params }) =>
      params.cause === 'answers-errors'
        ? `${params.name} 无法解析：上游 ${list(params.upstreams)} 返回错误`
        : `集群外域名无法解析：上游 ${list(params.upstreams) || '未设置'} 失效`,
    cause: ({ params }) => {
      const who = list(params.upstreams);
      return {
        silent: `上游 ${who} 没有应答，从节点直接查询也一样。集群内的名称解析正常。`,
        refuses: `上游 ${who} 拒绝查询（端口关闭或返回 REFUSED）。`,
        'answers-errors': `上游 ${who} 对 ${params.name} 返回错误。`,
        'unreachable-from-pods': `上游 ${who} 对节点应答，但 Pod 网络中的 CoreDNS 得不到应答。`,
        'not-configured': `Corefile 没有为 ${params.name} 配置转发。`,
      }[params.cause];
    },
    steps: ({ params }) =>
      params.cause === 'unreachable-from-pods'
        ? ['检查 CoreDNS 所在节点的 SNAT（masquerade）和出口策略。']
        : [
            `修复或更换上游 ${list(params.upstreams)}。`,
            '临时办法：在 Corefile 的 `forward . …` 中写一个可用的解析器。',
          ],
  },
  'dns.udp-blocked': {
    headline: ({ params }) =>
      ({
        'from-node': `${params.node} 上的 Pod 得不到 CoreDNS 应答：该节点的 UDP 53 被拦截`,
        'to-node': `到 ${params.node} 上 CoreDNS 的 UDP 53 被拦截`,
        'from-pod': `Pod ${params.pod} 通过 UDP 得不到 CoreDNS 应答，而 ${params.node} 上的其他 Pod 可以`,
        everywhere: '整个集群的 UDP 53 都被拦截',
      })[params.scope],
    cause: ({ params }) =>
      params.rule
        ? ruleChinese(`${params.node} 上`, params.rule)
        : '同样的路径上 TCP 53 有应答，UDP 53 没有。节点上没有找到丢弃它的规则。',
    steps: ({ params }) =>
      params.rule
        ? [
            `需要人在 ${params.node} 上删除该规则（我不修改节点防火墙）：${removalCommand(params.rule)}`,
            '查清是谁加的，否则还会再出现。',
          ]
        : [`检查 ${params.node} 前面的防火墙和安全组。`],
  },
  'dns.truncation': {
    headline: ({ params }) =>
      params.scope === 'everywhere'
        ? '较大的 DNS 应答失败：TCP 53 被拦截'
        : params.scope === 'from-pod'
          ? `Pod ${params.pod} 中较大的 DNS 应答失败：TCP 53 被拦截`
          : `${params.node} 上较大的 DNS 应答失败：TCP 53 被拦截`,
    cause: ({ params }) =>
      params.rule
        ? ruleChinese(`${params.node} 上`, params.rule)
        : '同样的路径上 UDP 53 有应答，TCP 53 没有，超过 512 字节的应答无路可走。',
    steps: () => ['凡是放行 UDP 53 的地方，也放行 TCP 53。'],
  },
  'dns.search-amplification': {
    headline: ({ params }) => `Pod ${params.pod} 解析一个名称要发 ${params.lookups} 次查询`,
    cause: ({ params }) =>
      `ndots:${params.ndots} 使 search 列表先被尝试，所以 ${params.name} 需要 ${params.lookups} 次查询。`,
    steps: () => ['外部域名末尾加点，或在 Pod 模板的 dnsConfig 中设置 ndots:2。'],
  },
  'dns.intermittent-timeout': {
    headline: ({ params }) => `从 ${params.from} 发出的 ${params.sent} 次 DNS 查询丢了 ${params.lost} 次`,
    cause: ({ params }) =>
      params.rule
        ? ruleChinese(`${params.node} 上`, params.rule)
        : `从 ${params.from} 发出的 ${params.sent} 次查询中有 ${params.lost} 次没有应答；每次会让应用多等最长五秒。`,
    steps: ({ params }) =>
      params.rule
        ? [`需要人在 ${params.node} 上删除该规则（我不修改节点防火墙）：${removalCommand(params.rule)}`]
        : [
            '检查节点之间的丢包。',
            '如果只有经 Service 的 UDP 受影响：NodeLocal DNSCache 可以避开 conntrack 竞争。',
          ],
  },
  'dns.api-access-lost': {
    headline: () => 'CoreDNS 与 API server 失联，Service 域名过期或解析失败',
    cause: ({ params }) => {
      const line = params.line === '' ? '' : `日志：${params.line}`;
      return {
        forbidden: `${params.user} 无权 list/watch CoreDNS 需要的对象（RBAC）。${line}`,
        unreachable: `CoreDNS 从它的 Pod 连不上 API server。${line}`,
        unknown: `CoreDNS（${list(params.pods)}）不知道集群里的对象。${line}`,
      }[params.cause];
    },
    steps: ({ params }) =>
      params.cause === 'forbidden'
        ? [
            '恢复 ClusterRole 和 ClusterRoleBinding system:coredns（对 endpointslices、services、pods、namespaces 的 list 和 watch）。',
            '几秒后 CoreDNS 会自行恢复。',
          ]
        : [`检查 ${list(params.pods)} 到 API server 的路径：cni diagnose pod ${params.pods[0] ?? ''}`],
  },
  'dns.node-cache-down': {
    headline: ({ params }) => `${params.node} 上的 NodeLocal DNSCache 没有应答`,
    cause: ({ params }) => `${params.node} 上的 ${params.address} 没有应答，而 CoreDNS 有。`,
    steps: ({ params }) => [
      `kubectl -n kube-system get pods -l k8s-app=node-local-dns -o wide --field-selector spec.nodeName=${params.node}`,
      '删除该 Pod，DaemonSet 会新建一个。',
    ],
  },
  'dns.overloaded': {
    headline: () => 'CoreDNS 过载：应答迟缓',
    cause: ({ params }) =>
      `它内存里已有的名称也要 ${params.medianMs} ms 才应答。${params.line === '' ? '' : `日志：${params.line}`}`,
    steps: () => ['给 coredns Deployment 增加副本或提高 CPU 限制。', '找出大量发查询的客户端。'],
  },
};

// Chinese sentences of the findings about a CNI's own components and its addresses.

import type { Finding } from '../diagnosis/finding.ts';
import { type CniCode, describeDaemonSet, fileName, readLog, restartAgents } from './cni-commands.ts';
import type { SentencesIn } from './finding-sentences.ts';
import { restartAgent } from './node-commands.ts';

type Params<C extends CniCode> = Extract<Finding, { code: C }>['params'];

const SHOWN = 5;

const list = (items: string[]): string =>
  items.length > SHOWN ? `${items.slice(0, SHOWN).join('、')} 等 ${items.length} 个` : items.join('、');

const onNodes = (nodes: string[]): string => (nodes.length === 0 ? '所有节点' : list(nodes));

type Agent = Parameters<typeof restartAgent>[0];

/** 它的 init 容器会重新写入配置和插件。 */
const reinstall = (agent: Agent, node: string | undefined, what: string): string => {
  const command = restartAgent(agent, node);
  return command === ''
    ? `让 CNI 的安装程序在 ${node} 上重新写入${what}。`
    : `重启该节点的 CNI agent，它会重新写入${what}：${command}`;
};

const configFaults: Record<Params<'cni.config-invalid'>['cause'], string> = {
  'not-json': '不是合法的 JSON',
  'no-name': '缺少网络名称（name）',
  'no-plugins': '没有列出任何插件',
  'no-type': '有插件缺少 type',
  'unknown-version': 'cniVersion 无法识别',
  unreadable: '无法读取',
  refused: '被运行时或插件拒绝',
};

const binaryFaults: Record<Params<'cni.binary-missing'>['cause'], string> = {
  missing: '不存在',
  'not-executable': '没有执行权限',
  empty: '是空文件',
  broken: '无法运行',
};

const absences: Record<
  Params<'cni.agent-missing'>['cause'],
  (params: Params<'cni.agent-missing'>) => string
> = {
  'no-daemonset': ({ namespace, daemonSet }) => `DaemonSet ${namespace}/${daemonSet} 不存在。`,
  'not-selected': ({ daemonSet, detail }) => `${daemonSet} 只选择满足 ${detail} 的节点。`,
  'not-tolerated': ({ daemonSet, detail }) => `${daemonSet} 不容忍污点 ${detail}。`,
  'not-created': ({ daemonSet, detail }) =>
    `${daemonSet} 适用于该节点，但没有为它创建 Pod${detail === '' ? '。' : `：${detail}。`}`,
  unschedulable: ({ detail }) => `它的 Pod 无法调度：${detail}。`,
  image: ({ detail }) => `镜像拉取失败，Pod 无法启动：${detail}。`,
  waiting: ({ detail }) => `它的 Pod 没有启动：${detail || 'Kubernetes 没有给出原因'}。`,
};

const crashes: Partial<Record<Params<'cni.agent-crashing'>['cause'], string>> = {
  'settings-invalid': '配置无法解析',
  'range-not-assigned': '节点没有分配 Pod 网段',
  'kernel-module': '缺少内核模块',
  'interface-not-found': '找不到可用的网卡',
  'address-in-use': '地址已被其他节点使用',
  'backend-unsupported': '无法建立隧道',
  'port-in-use': '需要的端口被占用',
  netfilter: '无法写入防火墙规则',
  'out-of-memory': '内存不足被杀',
  'start-failed': '无法启动',
};

const unreached: Record<Params<'cni.api-unreachable'>['cause'], (server: string) => string> = {
  'no-answer': (server) => `${server} 没有应答`,
  lookup: (server) => `${server} 无法解析域名`,
  certificate: (server) => `${server} 的证书不被接受`,
};

export const cniChinese: SentencesIn<CniCode> = {
  'cni.not-initialized': {
    headline: ({ node, params }) =>
      params.cause === 'elsewhere'
        ? `${node} 的 ${params.folder} 为空，但节点处于 Ready`
        : `节点 ${node} 没有 CNI 配置，新 Pod 无法获得网络`,
    cause: ({ params }) => {
      const said = params.message === '' ? '' : `运行时提示：${params.message}`;
      switch (params.cause) {
        case 'no-configuration':
          return `${params.folder} 为空${params.expected === '' ? '' : `，缺少 ${fileName(params.expected)}`}。${said}`;
        case 'not-loaded':
          return `${params.folder} 中的配置是合法的，但运行时没有加载。${said}`;
        case 'unseen':
          return `无法读取 ${params.folder} 的内容。${said}`;
        case 'elsewhere':
          return '运行时很可能使用了别的目录（conf_dir），那样就没有问题；否则它下次重启后就会找不到配置。';
      }
    },
    steps: ({ node, params }) =>
      params.cause === 'not-loaded'
        ? [
            `在 ${node} 上执行 \`systemctl restart containerd\`，运行中的 Pod 不受影响。`,
            '核对运行时配置中的 `conf_dir` 是否就是该目录。',
          ]
        : params.cause === 'elsewhere'
          ? [`在 ${node} 上执行 \`crictl info\`，查看实际使用的目录（confDir）。`]
          : [
              reinstall(params.agent, node, '配置'),
              `查清是谁删除的：在 ${node} 上执行 \`ls -la ${params.folder}\`，并检查会清理该目录的脚本。`,
            ],
  },
  'cni.config-invalid': {
    headline: ({ node, params }) =>
      `${node} 上的 CNI 配置 ${fileName(params.file)} 无效：${configFaults[params.cause]}`,
    cause: ({ params }) =>
      `运行时最先读取 ${params.file || 'CNI 配置'}，而它${configFaults[params.cause]}：${params.detail}`,
    steps: ({ node, params }) =>
      params.file === '' || params.file === params.expected
        ? [
            reinstall(params.agent, node, '自己的配置文件'),
            '如果重写后仍然无效，请修正 CNI 的 ConfigMap 中的模板。',
          ]
        : [
            `它不是当前 CNI 的配置文件；需要人在 ${node} 上移走它：\`mv ${params.file} ${params.file}.disabled\``,
          ],
  },
  'cni.config-conflict': {
    headline: ({ node, params }) =>
      `${node} 上的 ${fileName(params.file)} 排在 CNI 自己的配置之前，新 Pod 会接入别的网络`,
    cause: ({ params }) =>
      `运行时按文件名取第一个配置：用的是 ${params.file}（${list(params.plugins)}），而不是 ${params.expected}。${params.strangers.length === 0 ? '' : `因此 ${list(params.strangers)} 拿到了其他网段的地址。`}`,
    steps: ({ node, params }) => [
      `需要人在 ${node} 上移走它：\`mv ${params.file} ${params.file}.disabled\``,
      params.strangers.length === 0
        ? '然后重建这段时间在该节点启动的 Pod。'
        : `然后重建 ${list(params.strangers)}，否则它们会一直留在错误的网络中。`,
    ],
  },
  'cni.binary-missing': {
    headline: ({ node, params }) =>
      `${node} 上的 CNI 插件 ${list(params.plugins)} ${binaryFaults[params.cause]}，新 Pod 无法获得网络`,
    cause: ({ params }) =>
      `该节点的 CNI 配置需要 ${list(params.plugins)}，而它在 ${params.folder} 中${binaryFaults[params.cause]}。`,
    steps: ({ node, params }) => [
      `从其他节点把 ${list(params.plugins)} 复制到 ${node} 的 ${params.folder}，或安装 CNI 官方插件（软件包 \`containernetworking-plugins\`）。`,
      `检查：\`ls -l ${params.folder}\``,
    ],
  },
  'cni.bridge-address-conflict': {
    headline: ({ node, params }) =>
      `${node} 的 ${params.bridge} 上还是旧地址 ${list(params.actual)}，新 Pod 无法获得网络`,
    cause: ({ params }) =>
      `按节点的 Pod 网段，${params.bridge} 应为 ${params.expected}，实际是 ${list(params.actual)}；插件拒绝修改已有地址，运行中的 Pod 也失去了网关。`,
    steps: ({ node, params }) => [
      `需要人在 ${node} 上修正：\`ip addr flush dev ${params.bridge} && ip addr add ${params.expected} dev ${params.bridge}\``,
      '仍使用旧网段地址的 Pod 需要重建。',
    ],
  },
  'cni.state-file-missing': {
    headline: ({ node, params }) =>
      params.cause === 'missing'
        ? `${node} 上缺少 ${params.file}，新 Pod 无法获得网络`
        : params.cause === 'incomplete'
          ? `${node} 上的 ${params.file} 内容不完整，新 Pod 无法获得网络`
          : `${node} 上的 ${params.file} 与节点的网段不一致，新 Pod 会得到错误的地址`,
    cause: ({ params }) =>
      params.cause === 'missing'
        ? '它由 CNI agent 在启动时写入，插件每创建一个 Pod 都要读取；agent 运行期间不会补写。'
        : params.cause === 'incomplete'
          ? `插件每创建一个 Pod 都要读取它，而其中缺少 ${params.detail}。`
          : `插件每创建一个 Pod 都要读取它：${params.detail}。`,
    steps: ({ node, params }) => [
      reinstall(params.agent, node, '该文件'),
      '它位于 /run，重启机器后会清空；请确认没有其他程序清理该目录。',
    ],
  },
  'cni.network-unavailable': {
    headline: ({ node }) => `节点 ${node} 被标记为 NetworkUnavailable，不会再调度新 Pod`,
    cause: ({ params }) =>
      `节点状况显示：${params.reason}${params.message === '' ? '' : `，${params.message}`}`,
    steps: ({ node, params }) => [
      params.reason === 'NoRouteCreated' || params.reason === 'RouteController'
        ? '检查云平台的路由表及其配额：路由控制器没能为该节点添加路由。'
        : `\`kubectl describe node ${node}\`；该状况要由设置它的一方清除：CNI agent 或云平台的路由控制器。`,
      '如果是 CNI agent 设置的，请重启该节点的 CNI agent。',
    ],
  },
  'cni.agent-missing': {
    headline: ({ params }) =>
      params.cause === 'no-daemonset'
        ? `CNI 的 DaemonSet ${params.daemonSet} 已不存在，所有节点都没有 agent`
        : `${onNodes(params.nodes)} 上没有运行 CNI agent（${params.daemonSet}）`,
    cause: ({ params }) =>
      `${absences[params.cause](params)}现有流量依靠内核中的配置继续工作，但新节点、对端变化和重启都不会再被处理。`,
    steps: ({ params }) => {
      switch (params.cause) {
        case 'no-daemonset':
          return [
            `重新应用 CNI 的清单或 Helm chart；配置位于命名空间 ${params.namespace}。`,
            `检查：\`kubectl -n ${params.namespace} get daemonset ${params.daemonSet}\``,
          ];
        case 'not-selected':
          return [
            `修正 DaemonSet 的节点选择条件，或节点的标签：\`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\`、\`kubectl get nodes --show-labels\``,
          ];
        case 'not-tolerated':
          return [
            `让 DaemonSet 容忍所有污点（\`operator: Exists\`）：\`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``,
          ];
        default:
          return [
            describeDaemonSet(params),
            `\`kubectl -n ${params.namespace} get pods -o wide\`，再 \`describe\` 没有启动的那个 Pod。`,
          ];
      }
    },
  },
  'cni.agent-crashing': {
    headline: ({ params }) =>
      `CNI agent ${list(params.pods)} 反复崩溃${crashes[params.cause] === undefined ? '' : `：${crashes[params.cause]}`}`,
    cause: ({ params }) =>
      `${onNodes(params.nodes)} 上的容器 ${params.container} 退出${params.restarts > 0 ? `，已重启 ${params.restarts} 次` : ''}${params.ended === '' ? '' : `（${params.ended}）`}。${params.line === '' ? '日志为空。' : `日志：${params.line}`}`,
    steps: ({ params }) => [
      params.cause === 'settings-invalid' && params.configMap !== ''
        ? `修正它的配置：\`kubectl -n ${params.namespace} edit configmap ${params.configMap}\``
        : params.cause === 'out-of-memory'
          ? `调大内存上限：\`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``
          : `查看退出前的日志：${readLog(params, params.pods[0])}`,
      `它会自行重试，最长间隔五分钟；立即重试：\`kubectl -n ${params.namespace} delete pod ${params.pods.slice(0, SHOWN).join(' ')}\``,
    ],
  },
  'cni.agent-not-ready': {
    headline: ({ params }) => `CNI agent ${list(params.pods)} 在运行，但未就绪`,
    cause: ({ params }) =>
      `${onNodes(params.nodes)}：${params.message || '就绪探针失败'}${params.line === '' ? '' : `。日志：${params.line}`}`,
    steps: ({ params }) => [
      `\`kubectl -n ${params.namespace} describe pod ${params.pods[0]}\`、${readLog(params, params.pods[0])}`,
      `如果是探针本身配置有误，请修正：\`kubectl -n ${params.namespace} edit daemonset ${params.daemonSet}\``,
    ],
  },
  'cni.agent-unauthorized': {
    headline: ({ params }) =>
      `API server 拒绝了 CNI agent ${params.pods.length === 0 ? params.daemonSet : list(params.pods)} 的请求`,
    cause: ({ params }) =>
      `${params.user || '它的 token'} ${params.denied.length === 0 ? '被拒绝' : `没有权限：${list(params.denied)}`}。${params.line === '' ? '' : `日志：${params.line}。`}仍在运行的 agent 只能沿用已知信息，感知不到新节点。`,
    steps: ({ params }) => [
      params.user === ''
        ? `token 可能已过期：${restartAgents(params)}`
        : `从 CNI 的清单恢复 ClusterRole 与 ClusterRoleBinding；检查：\`kubectl auth can-i list nodes --as ${params.user}\``,
      `然后重启崩溃的 agent：${restartAgents(params)}`,
    ],
  },
  'cni.api-unreachable': {
    headline: ({ params }) => `${onNodes(params.nodes)} 上的 CNI agent 连不上 API server ${params.server}`,
    cause: ({ params }) =>
      `${params.line === '' ? `从该节点看，${unreached[params.cause](params.server)}。` : `日志：${params.line}。`}${params.seen === '' ? '' : `从节点直接测试同样失败：${params.seen}。`}`,
    steps: ({ params }) => [
      `在节点上执行 \`curl -k -m 3 https://${params.server}/readyz\`，再用 API server 自身的地址测试一次。`,
      '如果只有 Service 地址不通，请检查该节点的 kube-proxy 和防火墙规则。',
    ],
  },
  'cni.version-skew': {
    headline: ({ params }) => `${params.daemonSet} 的 agent 运行着 ${params.versions.length} 个不同版本`,
    cause: ({ params }) =>
      `${params.versions.map(({ image, nodes }) => `${list(nodes)} 上是 ${image}`).join('；')}。滚动升级期间属于正常现象。`,
    steps: ({ params }) => [
      `确认是否正在滚动升级：\`kubectl -n ${params.namespace} rollout status daemonset ${params.daemonSet}\``,
    ],
  },
  'ipam.node-range-exhausted': {
    headline: ({ node, params }) =>
      `${node} 的 Pod 地址已用尽：${params.range} 的 ${params.capacity} 个地址已占用 ${params.used} 个`,
    cause: ({ params }) =>
      params.pods === undefined || params.pods >= params.used
        ? `${params.range} 的 ${params.capacity} 个地址全部在用。`
        : `${params.folder} 中登记了 ${params.used} 个 ${params.range} 的地址，而该节点只有 ${params.pods} 个 Pod 在使用：其余 ${params.used - params.pods} 个是已消失的 Pod 遗留的。`,
    steps: ({ node, params }) =>
      params.pods === undefined || params.pods >= params.used
        ? [
            `把部分 Pod 迁移到其他节点：先 \`kubectl cordon ${node}\`，再重建一些 Pod。`,
            '新节点请使用更大的网段（node-cidr-mask-size），或调低 maxPods。',
          ]
        : [
            `需要人在 ${node} 上对照 \`crictl pods -o json\` 检查 ${params.folder} 中的文件，删除沙箱已不存在的地址。`,
            '或者排空（drain）该节点，清空该目录，再让 Pod 回来。',
          ],
  },
};

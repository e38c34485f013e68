// Sentences of findings about Services on a node.

import type { SentencesOf } from './finding-sentences.ts';

export const serviceSentences: SentencesOf<'service.not-programmed' | 'node.kube-proxy-down'> = {
  'service.not-programmed': {
    en: {
      headline: ({ node, params }) =>
        `Service ${params.service} does not work on ${node}: its rules there are wrong`,
      cause: ({ node, params }) =>
        ({
          missing: `The iptables rules of ${node} have none for ${params.address}, though the Service has ready endpoints.`,
          rejected: `The iptables rules of ${node} reject ${params.address} as if it had no endpoint; it has.`,
          stale: `The iptables rules of ${node} lead ${params.address} to ${params.targets.join(', ') || 'nowhere'}, which are no longer its endpoints.`,
        })[params.cause],
      steps: ({ node }) => [
        `Look at kube-proxy on ${node}: its log says why it does not write the rules.`,
        `Restart it there: \`kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\``,
      ],
    },
    zh: {
      headline: ({ node, params }) => `Service ${params.service} 在 ${node} 上不可用：该节点的规则不对`,
      cause: ({ node, params }) =>
        ({
          missing: `${node} 的 iptables 中没有 ${params.address} 的规则，而该 Service 有就绪的 endpoint。`,
          rejected: `${node} 的 iptables 把 ${params.address} 当作没有 endpoint 而拒绝，实际上有。`,
          stale: `${node} 的 iptables 把 ${params.address} 转发到 ${params.targets.join('、') || '空处'}，这些已不是它的 endpoint。`,
        })[params.cause],
      steps: ({ node }) => [
        `查看 ${node} 上 kube-proxy 的日志，找出它为什么没有写入规则。`,
        `重启该节点的 kube-proxy：\`kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\``,
      ],
    },
  },
  'node.kube-proxy-down': {
    en: {
      headline: ({ node }) => `kube-proxy on ${node} is down: Services do not work there`,
      cause: ({ node, params }) =>
        ({
          refused: `Nothing listens on kube-proxy’s health port on ${node}, and its rules are out of date.`,
          silent: `kube-proxy on ${node} takes connections and answers nothing, and its rules are out of date.`,
          behind: `kube-proxy on ${node} says itself that its rules are behind.`,
        })[params.cause],
      steps: ({ node }) => [
        `\`kubectl -n kube-system get pods -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\`, and its log`,
        `Restart it there: \`kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\``,
      ],
    },
    zh: {
      headline: ({ node }) => `${node} 上的 kube-proxy 不工作：该节点上的 Service 不可用`,
      cause: ({ node, params }) =>
        ({
          refused: `${node} 上 kube-proxy 的健康检查端口无人监听，其规则也已过期。`,
          silent: `${node} 上的 kube-proxy 接受连接但不应答，其规则也已过期。`,
          behind: `${node} 上的 kube-proxy 自己报告规则落后。`,
        })[params.cause],
      steps: ({ node }) => [
        `\`kubectl -n kube-system get pods -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\`，并查看其日志`,
        `重启该节点的 kube-proxy：\`kubectl -n kube-system delete pod -l k8s-app=kube-proxy --field-selector spec.nodeName=${node}\``,
      ],
    },
  },
};

// Sentences of findings about a netfilter rule that drops traffic, in a node's or a pod's network.

import type { SentencesOf } from './finding-sentences.ts';
import { removalCommand, ruleChinese, ruleEnglish } from './netfilter-rule.ts';

export const netfilterSentences: SentencesOf<'node.forward-drop' | 'node.firewall-drop' | 'pod.firewalled'> =
  {
    'node.forward-drop': {
      en: {
        headline: ({ node }) => `Pods on ${node} are cut off: a FORWARD rule there drops their traffic`,
        cause: ({ node, params: { rule } }) => ruleEnglish(`On ${node}`, rule),
        steps: ({ node, params: { rule } }) => [
          `On ${node}, a person must remove the rule (I do not edit node firewalls): ${removalCommand(rule)}`,
          'Find out who set it, or it comes back.',
        ],
      },
      zh: {
        headline: ({ node }) => `${node} 上的 Pod 被隔断：该节点的 FORWARD 规则丢弃其流量`,
        cause: ({ node, params: { rule } }) => ruleChinese(`${node} 上`, rule),
        steps: ({ node, params: { rule } }) => [
          `需要人在 ${node} 上删除该规则（我不修改节点防火墙）：${removalCommand(rule)}`,
          '查清是谁加的，否则还会再出现。',
        ],
      },
    },
    'node.firewall-drop': {
      en: {
        headline: ({ node }) => `A firewall rule on ${node} drops the traffic`,
        cause: ({ node, params: { rule } }) => ruleEnglish(`On ${node}`, rule),
        steps: ({ node, params: { rule } }) => [
          `On ${node}, a person must remove the rule (I do not edit node firewalls): ${removalCommand(rule)}`,
          'Find out who set it, or it comes back.',
        ],
      },
      zh: {
        headline: ({ node }) => `${node} 上的防火墙规则丢弃了流量`,
        cause: ({ node, params: { rule } }) => ruleChinese(`${node} 上`, rule),
        steps: ({ node, params: { rule } }) => [
          `需要人在 ${node} 上删除该规则（我不修改节点防火墙）：${removalCommand(rule)}`,
          '查清是谁加的，否则还会再出现。',
        ],
      },
    },
    'pod.firewalled': {
      en: {
        headline: ({ params }) => `Pod ${params.pod} drops its own traffic by a firewall rule inside it`,
        cause: ({ params: { rule } }) => ruleEnglish('In the pod’s own network', rule),
        steps: ({ params }) => [
          `Restart pod ${params.pod}: its rules go with it.`,
          'If they come back, look for a sidecar or init container that sets them.',
        ],
      },
      zh: {
        headline: ({ params }) => `Pod ${params.pod} 内部的防火墙规则丢弃了自己的流量`,
        cause: ({ params: { rule } }) => ruleChinese('该 Pod 的网络命名空间中', rule),
        steps: ({ params }) => [
          `重建 Pod ${params.pod}：规则会随之消失。`,
          '如果规则又出现，检查是哪个 sidecar 或 init 容器设置的。',
        ],
      },
    },
  };

// A netfilter rule in a sentence, and the command that removes it, for a person to copy.

interface Rule {
  /** As iptables-save or nft prints it. */
  text: string;
  table: string;
  chain: string;
  packets?: number;
  backend: string;
}

export function ruleEnglish(place: string, rule: Rule): string {
  const count = rule.packets === undefined ? 'it does not count packets' : `${rule.packets} packets so far`;
  return `${place} a rule in ${rule.table}/${rule.chain} drops it: \`${rule.text}\`, ${count} (${rule.backend}).`;
}

export function ruleChinese(place: string, rule: Rule): string {
  const count = rule.packets === undefined ? '该规则不计数' : `已丢弃 ${rule.packets} 个包`;
  return `${place} ${rule.table}/${rule.chain} 的规则丢弃了它：\`${rule.text}\`，${count}（${rule.backend}）。`;
}

/** The same in every language. */
export function removalCommand(rule: Rule): string {
  switch (rule.backend) {
    case 'nftables':
      if (rule.text === 'policy drop')
        return `\`nft add chain ${rule.table} ${rule.chain} '{ policy accept; }'\``;
      return `\`nft -a list chain ${rule.table} ${rule.chain}\`, \`nft delete rule ${rule.table} ${rule.chain} handle N\``;
    case 'iptables-legacy':
      return `\`iptables-legacy -t ${rule.table} ${undo(rule.text)}\``;
    default:
      return `\`iptables -t ${rule.table} ${undo(rule.text)}\``;
  }
}

/** A rule is deleted; a chain's policy is set back. */
const undo = (text: string): string => text.replace(/^-A /, '-D ').replace(/^(-P \S+) DROP$/, '$1 ACCEPT');

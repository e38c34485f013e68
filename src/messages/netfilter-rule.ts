// The command that removes a netfilter rule, for a person to copy. The same in every language.

export function removalCommand(rule: {
  text: string;
  table: string;
  chain: string;
  backend: string;
}): string {
  switch (rule.backend) {
    case 'nftables':
      return `nft -a list chain ${rule.table} ${rule.chain}; nft delete rule ${rule.table} ${rule.chain} handle N`;
    case 'iptables-legacy':
      return `iptables-legacy -t ${rule.table} ${rule.text.replace(/^-A /, '-D ')}`;
    default:
      return `iptables -t ${rule.table} ${rule.text.replace(/^-A /, '-D ')}`;
  }
}

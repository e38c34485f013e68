// What the running kubelet is configured with, as far as DNS and pod limits go. Its flags and file are read where the
// process sees them; nothing else of them leaves the node.

import { readdir, readFile } from 'node:fs/promises';
import { parse } from 'yaml';
import type { OrderResult } from '../cluster/agent-protocol.ts';
import { readInsideRoot } from './read-file.ts';

/** The members of KubeletConfiguration that are read (k8s.io/kubelet/config/v1beta1); any may be absent. */
interface KubeletFile {
  clusterDNS?: string[];
  clusterDomain?: string;
  resolvConf?: string;
  maxPods?: number;
}

const failed = (detail: string): OrderResult => ({ kind: 'failed', reason: 'not-readable', detail });

export async function readKubeletSettings(): Promise<OrderResult> {
  const pid = await findKubelet();
  if (pid === undefined) return failed('no kubelet process on this node');
  const flags = parseFlags((await readFile(`/proc/${pid}/cmdline`, 'utf8')).split('\0'));
  const config = await readConfig(pid, flags.get('config'));
  if (!config.ok) return failed(config.detail);
  // Flags win over the file (kubernetes cmd/kubelet/app/server.go).
  const clusterDns = flags.get('cluster-dns')?.split(',') ?? config.value.clusterDNS ?? [];
  const resolvConfPath = String(flags.get('resolv-conf') ?? config.value.resolvConf ?? '/etc/resolv.conf');
  const resolvConf =
    resolvConfPath === '' ? undefined : await readInsideRoot(`/proc/${pid}/root`, resolvConfPath);
  return {
    kind: 'object',
    object: {
      clusterDns,
      clusterDomain: flags.get('cluster-domain') ?? config.value.clusterDomain ?? '',
      resolvConfPath,
      resolvConf: resolvConf?.kind === 'text' ? resolvConf.text : '',
      maxPods: Number(flags.get('max-pods') ?? config.value.maxPods ?? 110),
    },
  };
}

async function findKubelet(): Promise<string | undefined> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue;
    try {
      if ((await readFile(`/proc/${pid}/comm`, 'utf8')).trim() === 'kubelet') return pid;
    } catch {
      // It ended between being listed and being read.
    }
  }
  return undefined;
}

/** `--name=value` and `--name value`. */
function parseFlags(argv: string[]): Map<string, string> {
  const flags = new Map<string, string>();
  argv.forEach((word, index) => {
    const [, name, value] = /^--?([a-z][a-z-]*)(?:=(.*))?$/.exec(word) ?? [];
    if (name !== undefined) flags.set(name, value ?? argv[index + 1] ?? '');
  });
  return flags;
}

async function readConfig(
  pid: string,
  file: string | undefined,
): Promise<{ ok: true; value: KubeletFile } | { ok: false; detail: string }> {
  if (file === undefined) return { ok: true, value: {} };
  const content = await readInsideRoot(`/proc/${pid}/root`, file);
  if (content.kind === 'failed') return { ok: false, detail: content.detail };
  return { ok: true, value: (parse(content.text) ?? {}) as KubeletFile };
}

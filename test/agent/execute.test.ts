// Which files and folders of a node the agent reads, and which not, whoever asks.

import { describe, expect, test } from 'vitest';
import { execute } from '../../src/agent/execute.ts';
import type { NodeCommand } from '../../src/cluster/access.ts';

const asked = (command: NodeCommand) => execute({ id: 1, netns: 'host', command, timeoutMs: 2000 });
const read = (path: string) => asked({ kind: 'read-node-file', path });
const list = (path: string) => asked({ kind: 'list-node-folder', path });
const notAllowed = { kind: 'failed', reason: 'not-allowed' };

describe('a file of the node', () => {
  test('that holds a setting of the kernel is read', async () => {
    expect(await read('/proc/sys/net/ipv4/ip_forward')).toMatchObject({
      kind: 'text',
      text: expect.stringMatching(/^[01]\n$/),
    });
  });

  test.each([
    '/etc/cni/net.d/10-flannel.conflist',
    '/etc/cni/net.d/99-loopback.conf',
    '/run/flannel/subnet.env',
    '/var/lib/calico/nodename',
  ])('%s may be read: where there is none, that is what is said', async (path) => {
    const result = await read(path);

    expect(result).not.toMatchObject({ reason: 'not-allowed' });
  });

  test.each([
    // Credentials that CNIs keep beside their configuration.
    '/etc/cni/net.d/calico-kubeconfig',
    '/etc/cni/net.d/multus.d/multus.kubeconfig',
    '/etc/cni/net.d/multus.d/secret.conf',
    '/etc/cni/net.d/.conflist/token',
    // The way out of an allowed folder.
    '/etc/cni/net.d/../../kubernetes/admin.conf',
    '/run/flannel/../secrets/kubernetes.io/token.env',
    '/proc/sys/net/../../1/environ',
    '/sys/class/net/../../../etc/shadow',
    // Not ours at all.
    '/etc/shadow',
    '/etc/kubernetes/admin.conf',
    '/var/lib/kubelet/config.yaml',
    '/var/lib/cni/networks/cbr0/10.244.1.2',
    '/proc/1/environ',
    'etc/cni/net.d/10-flannel.conflist',
    '',
  ])('%s is not ours to read', async (path) => {
    expect(await read(path)).toMatchObject(notAllowed);
  });
});

describe('a folder of the node', () => {
  test.each([
    '/etc/cni/net.d',
    '/opt/cni/bin',
    '/run/flannel',
    '/var/lib/cni/networks',
    '/var/lib/cni/networks/cbr0',
  ])('%s is listed, and said not to exist where it does not', async (path) => {
    expect(await list(path)).toMatchObject({
      kind: 'object',
      object: { exists: expect.any(Boolean), entries: expect.any(Array) },
    });
  });

  test.each([
    '/',
    '/etc',
    '/etc/cni',
    '/etc/cni/net.d/',
    '/etc/cni/net.d/multus.d',
    '/opt/cni/bin/..',
    '/var/lib/cni/networks/..',
    '/var/lib/cni/networks/cbr0/..',
    '/var/lib/cni/networks/cbr0/deeper',
    '/var/lib/kubelet/pods',
    '/root',
    '',
  ])('%s is not ours to list', async (path) => {
    expect(await list(path)).toMatchObject(notAllowed);
  });
});

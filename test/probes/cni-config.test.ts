// CNI configuration files as the runtime reads them: which one counts, what it needs, what is wrong with it.

import { describe, expect, test } from 'vitest';
import {
  addressFolderOf,
  type CniConfig,
  configThatCounts,
  isCniConfigName,
  parseCniConfig,
  programsOf,
} from '../../src/probes/cni-config.ts';

const FLANNEL = JSON.stringify({
  name: 'cbr0',
  cniVersion: '0.3.1',
  plugins: [
    { type: 'flannel', delegate: { hairpinMode: true, isDefaultGateway: true } },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});
const CALICO = JSON.stringify({
  name: 'k8s-pod-network',
  cniVersion: '0.3.1',
  plugins: [{ type: 'calico', ipam: { type: 'calico-ipam' } }, { type: 'bandwidth' }],
});

const valid = (file: string, text: string) => {
  const config = parseCniConfig(file, text);
  if (config.kind !== 'valid') throw new Error(config.detail);
  return config;
};

const causeOf = (file: string, content: unknown): string | undefined => {
  const config: CniConfig = parseCniConfig(file, JSON.stringify(content));
  return config.kind === 'invalid' ? config.cause : undefined;
};

describe('what a configuration needs', () => {
  test('flannel has bridge and host-local do the work', () => {
    const config = valid('10-flannel.conflist', FLANNEL);

    expect(programsOf(config)).toEqual(['flannel', 'bridge', 'host-local', 'portmap']);
    expect(addressFolderOf(config)).toBe('/var/lib/cni/networks/cbr0');
  });

  test('Calico keeps its addresses elsewhere', () => {
    const config = valid('10-calico.conflist', CALICO);

    expect(programsOf(config)).toEqual(['calico', 'calico-ipam', 'bandwidth']);
    expect(addressFolderOf(config)).toBeUndefined();
  });

  test('host-local may have another folder', () => {
    const config = valid(
      '20-bridge.conf',
      JSON.stringify({ name: 'net', type: 'bridge', ipam: { type: 'host-local', dataDir: '/run/cni' } }),
    );

    expect(addressFolderOf(config)).toBe('/run/cni/net');
  });
});

describe('what is wrong with a configuration', () => {
  test('a file that ends too early is no JSON, and an empty one is said to be empty', () => {
    expect(parseCniConfig('a.conflist', FLANNEL.slice(0, -4))).toMatchObject({ cause: 'not-json' });
    expect(parseCniConfig('a.conflist', '\n')).toMatchObject({
      cause: 'not-json',
      detail: 'the file is empty',
    });
  });

  test('names, plugins, types and versions are asked for', () => {
    expect(causeOf('a.conflist', { cniVersion: '0.3.1', plugins: [{ type: 'bridge' }] })).toBe('no-name');
    expect(causeOf('a.conflist', { name: 'net', plugins: [] })).toBe('no-plugins');
    expect(causeOf('a.conflist', { name: 'net', plugins: [{}] })).toBe('no-type');
    expect(causeOf('a.conflist', { name: 'net', cniVersion: '9.9.9', plugins: [{ type: 'bridge' }] })).toBe(
      'unknown-version',
    );
  });

  test('a list in a file that is not called so is refused', () => {
    expect(parseCniConfig('10-flannel.conf', FLANNEL)).toMatchObject({ cause: 'no-type' });
  });
});

describe('which configuration counts', () => {
  const broken = parseCniConfig('/etc/cni/net.d/05-broken.conflist', '{');
  const flannel = valid('/etc/cni/net.d/10-flannel.conflist', FLANNEL);

  test('for containerd it is the first by name, even one that is invalid', () => {
    expect(configThatCounts([flannel, broken], 'containerd://1.6.20')).toBe(broken);
  });

  test('CRI-O goes on to the first that is valid', () => {
    expect(configThatCounts([flannel, broken], 'cri-o://1.30.0')).toBe(flannel);
  });

  test('backups are no configuration', () => {
    const names = ['10-flannel.conflist', '10-flannel.conflist.bak', 'calico-kubeconfig', '20-lo.conf'];

    expect(names.filter(isCniConfigName)).toEqual(['10-flannel.conflist', '20-lo.conf']);
  });
});

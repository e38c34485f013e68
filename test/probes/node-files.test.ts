// Folders and files of a node as the agent reports them, from captured reports of a real node.

import { expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { CNI_BINARY_FOLDER, listNodeFolder, readNodeFile } from '../../src/probes/node-files.ts';
import { reportOf } from './output.ts';

const folder = (file: string) => listNodeFolder('n1', '/any').parse(reportOf(file));

test('a configuration folder has its files with their sizes', () => {
  expect(folder('cni-agent-1-folder-config.json')).toEqual({
    exists: true,
    entries: [{ name: '10-flannel.conflist', kind: 'file', bytes: 224, executable: false }],
  });
});

test('plugin binaries can be run', () => {
  const { entries } = folder('cni-agent-1-folder-binaries.json');

  const plugins = entries.filter(({ executable, bytes }) => executable && bytes > 0);

  expect(plugins.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['bridge', 'flannel', 'host-local']),
  );
});

test('host-local keeps a file an address, beside its own', () => {
  const names = folder('cni-agent-1-folder-addresses.json').entries.map(({ name }) => name);

  expect(names).toEqual(['10.244.1.2', '10.244.1.3', '10.244.1.4', 'last_reserved_ip.0', 'lock']);
});

test('a folder that is not there is an answer, and an empty one', () => {
  expect(folder('cni-agent-1-folder-missing.json')).toEqual({ exists: false, entries: [] });
});

test.each([{ exists: true }, { entries: [] }, { exists: true, entries: [{ name: 'a' }] }, null])(
  'the listing %j is unparsable',
  (object) => {
    expect(() => listNodeFolder('n1', '/any').parse({ kind: 'object', object })).toThrow(Unparsable);
  },
);

test('a file is its text', () => {
  const raw = { kind: 'text', text: 'FLANNEL_MTU=1450\n', truncated: false } as const;

  expect(readNodeFile('n1', '/run/flannel/subnet.env').parse(raw)).toBe('FLANNEL_MTU=1450\n');
});

test('each folder and each node is a question of its own', () => {
  const ids = [
    listNodeFolder('n1', CNI_BINARY_FOLDER),
    listNodeFolder('n2', CNI_BINARY_FOLDER),
    listNodeFolder('n1', '/etc/cni/net.d'),
    readNodeFile('n1', '/etc/cni/net.d'),
  ].map(({ id }) => id);

  expect(new Set(ids).size).toBe(ids.length);
});

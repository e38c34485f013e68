// Neighbour and forwarding entries, and the owners of an address, from captured output of ip, bridge and arping.

import { describe, expect, test } from 'vitest';
import { Unparsable } from '../../src/diagnosis/probe.ts';
import { parseForwarding, parseNeighbours, parseOwners } from '../../src/probes/neighbours.ts';
import { exited, outputOf, transcriptOf } from './output.ts';

describe('neighbour entries', () => {
  const entries = parseNeighbours(outputOf('ip-6.1-neighbours-many-states.json'));
  const entryOf = (address: string) => entries.find((each) => each.address === address);

  test('say on which link an address is, at which MAC, and how sure that is', () => {
    expect(entryOf('10.244.1.0')).toEqual({
      address: '10.244.1.0',
      device: 'flannel.1',
      mac: '0a:80:71:cf:83:aa',
      states: ['PERMANENT'],
    });
    expect(entryOf('172.31.0.10')?.states).toEqual(['REACHABLE']);
    expect(entryOf('10.244.2.2')?.states).toEqual(['STALE']);
  });

  test.each([
    ['that nobody answered for', '172.31.0.79', 'FAILED'],
    ['that is being asked for', '172.31.0.80', 'INCOMPLETE'],
  ])('of an address %s have no MAC', (_what, address, state) => {
    expect(entryOf(address)).toEqual({ address, device: 'eth0', states: [state] });
  });
});

describe('forwarding entries', () => {
  test('of the tunnel say at which node a MAC is', () => {
    const tunnel = parseForwarding(outputOf('bridge-6.1-fdb-node.json')).filter(
      ({ device }) => device === 'flannel.1',
    );

    expect(tunnel).toEqual([
      { mac: '0a:80:71:cf:83:aa', device: 'flannel.1', destination: '172.31.0.12', permanent: true },
      { mac: '3e:c6:7d:ee:cc:a1', device: 'flannel.1', destination: '172.31.0.13', permanent: true },
    ]);
  });

  test('of the bridge say behind which port a MAC was seen', () => {
    const learned = parseForwarding(outputOf('bridge-6.1-fdb-node.json')).find(
      ({ master, permanent }) => master === 'cni0' && !permanent,
    );

    expect(learned).toMatchObject({ mac: 'c6:0f:ed:cb:9d:55', device: 'veth748f3639' });
  });

  test('of a pod are those of its own link', () => {
    const entries = parseForwarding(transcriptOf('bridge-6.1-fdb-pod.txt'));

    expect(new Set(entries.map(({ device }) => device))).toEqual(new Set(['eth0']));
  });
});

describe('who answers for an address', () => {
  test.each([
    ['one owner', 'arping-20221126-owner.txt', ['c6:0f:ed:cb:9d:55']],
    ['two owners', 'arping-20221126-two-owners.txt', ['1a:e8:46:88:4b:19', 'ee:ae:c3:3f:e9:b0']],
    ['nobody', 'arping-20221126-nobody.txt', []],
  ])('%s', (_what, file, macs) => {
    expect(parseOwners(transcriptOf(file))).toEqual(macs);
  });

  test('cannot be told on a link that is not there', () => {
    expect(() => parseOwners(transcriptOf('arping-20221126-no-device.txt'))).toThrow(
      'Device cni7 not available',
    );
  });
});

test.each([
  ['neighbours', parseNeighbours],
  ['forwarding entries', parseForwarding],
])('%s in another form are unparsable', (_what, parse) => {
  expect(() => parse(exited('[{"address":"10.0.0.1"}]'))).toThrow(Unparsable);
  expect(() => parse(exited('Command line is not complete.', { code: 255 }))).toThrow(Unparsable);
});

// kube-proxy of the asker's node hangs or has ended: harmless until something changes that its rules do not follow. Seen with
// the rules flushed: a timeout; with a stale endpoint: a timeout or a refusal by whoever has the address now.

import type { Fault, Injection, Lab } from '../../fault.ts';
import { must, signalOn } from '../../node-network.ts';
import { labDir } from '../../paths.ts';
import { ASKER, fluctuates, type Shelf, shelfDrill, toShelf, works } from './shelf.ts';

const PROXY_CONFIG = '/var/lib/kube-proxy/config.conf';

export const proxyDown = (cause: 'refused' | 'silent'): Injection['expect'] => ({
  outcome: 'root-cause',
  causes: [
    {
      code: 'node.kube-proxy-down',
      subject: { kind: 'node', name: ASKER },
      node: ASKER,
      params: { cause, rules: 'wrong' },
    },
  ],
});

const hang = (lab: Lab) => signalOn(lab, ASKER, 'kube-proxy', 'STOP');
const goOn = (lab: Lab) => signalOn(lab, ASKER, 'kube-proxy', 'CONT');
export const endProxy = (lab: Lab) => must(lab, ASKER, 'sh', '-c', 'kill $(pgrep -x kube-proxy)');
/** Its first round writes all rules anew. */
const start = (lab: Lab) =>
  must(
    lab,
    ASKER,
    ...['sh', '-c', 'pgrep -r R,S,D,T -x kube-proxy || setsid "$0" "$1" >/dev/null 2>&1 </dev/null &'],
    ...[`${labDir(lab.name)}/bin/kube-proxy`, `--config=${PROXY_CONFIG}`],
  );

/** Nobody writes them anew. */
export const hangAndFlush = async (lab: Lab) => {
  await hang(lab);
  await must(lab, ASKER, 'iptables', '-t', 'nat', '-F', 'KUBE-SERVICES');
};

const untilServed = (lab: Lab, { address }: Shelf) =>
  lab.waitFor('the Service works first', () => works(lab, { address, pods: {} }));

export const restarted = async (lab: Lab) => {
  await start(lab);
  await lab.waitFor('kube-proxy keeps its rules up again', async () => {
    const { stdout } = await lab.exec(ASKER, ['iptables-save', '-t', 'nat']);
    return stdout.includes('default/kubernetes:https') && stdout.includes('shop/web');
  });
};

export const resumeProxy = async (lab: Lab) => {
  await goOn(lab);
  await restarted(lab);
};

export const rulesFlushed: Fault = shelfDrill({
  name: 'rules-flushed-and-kube-proxy-stopped',
  spoil: async (lab, shelf) => {
    await untilServed(lab, shelf);
    await hangAndFlush(lab);
  },
  expect: proxyDown('silent'),
  mend: resumeProxy,
});

/** With one endpoint in the rules the other is not missed when it is replaced. */
const untilAllServed = (lab: Lab, { pods }: Shelf) =>
  lab.waitFor('the rules know all endpoints', async () => {
    const { stdout } = await lab.exec(ASKER, ['iptables-save', '-t', 'nat']);
    return Object.values(pods).every((address) => stdout.includes(`--to-destination ${address}:`));
  });

/** A pod of the same name comes back with another address. */
const replacePod = async (lab: Lab, shelf: Shelf) => {
  await untilAllServed(lab, shelf);
  await hang(lab);
  const pod = await lab.kubectl(['get', 'pod', 'shelf-b', '-n', 'shop', '-o', 'json']);
  const { metadata, spec } = JSON.parse(pod) as { metadata: { labels: object }; spec: object };
  await lab.kubectl(['delete', 'pod', 'shelf-b', '-n', 'shop', '--grace-period', '1']);
  const anew = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'shelf-b', namespace: 'shop', labels: metadata.labels },
    spec,
  };
  await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(anew));
  await lab.kubectl(['wait', 'pod', 'shelf-b', '-n', 'shop', '--for', 'condition=Ready']);
};

export const podReplaced: Fault = shelfDrill({
  name: 'pod-replaced-while-kube-proxy-is-stopped',
  spoil: replacePod,
  isBroken: fluctuates,
  expect: proxyDown('silent'),
  mend: goOn,
});

/** Nobody says which Service, and from where. */
export const podReplacedSomewhere: Fault = shelfDrill({
  name: 'pod-replaced-and-everything-asked-for',
  pods: [{ name: 'shelf-b', node: 'n3' }],
  spoil: replacePod,
  words: async () => ['cluster'],
  expect: proxyDown('silent'),
  mend: goOn,
});

/** Its first endpoint comes when nobody notices. */
export const firstEndpointUnnoticed: Fault = shelfDrill({
  name: 'service-made-while-kube-proxy-is-stopped',
  spoil: async (lab) => {
    await lab.kubectl(['delete', 'service', 'shelf', '-n', 'shop']);
    await hang(lab);
    const service = {
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'shelf', namespace: 'shop', labels: { drill: 'shelf' } },
      spec: { selector: { app: 'shelf' }, ports: [{ port: 80, targetPort: 8080 }] },
    };
    await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(service));
  },
  isBroken: async (lab) => {
    const slices = ['get', 'endpointslices', '-n', 'shop', '-l', 'kubernetes.io/service-name=shelf'];
    return (await lab.kubectl([...slices, '-o', 'jsonpath={.items[*].endpoints[*].addresses}'])).includes(
      '.',
    );
  },
  expect: proxyDown('silent'),
  mend: goOn,
});

export const unmasqueraded: Fault = shelfDrill({
  name: 'masquerading-flushed-and-kube-proxy-ended',
  pods: [{ name: 'shelf-a', node: ASKER }],
  spoil: async (lab, shelf) => {
    await untilServed(lab, shelf);
    await endProxy(lab);
    await must(lab, ASKER, 'iptables', '-t', 'nat', '-F', 'KUBE-POSTROUTING');
  },
  isBroken: async () => true,
  words: toShelf(80, 'shop/shelf-a'),
  expect: proxyDown('refused'),
  mend: restarted,
});

/** Nobody notices yet, and it is worth a word. */
export const rulesStillRight: Fault = shelfDrill({
  name: 'kube-proxy-ended-and-nothing-changed',
  spoil: async (lab, shelf) => {
    await untilServed(lab, shelf);
    await endProxy(lab);
  },
  isBroken: works,
  expect: { outcome: 'cleared', advisories: ['node.kube-proxy-down'] },
  mend: restarted,
});

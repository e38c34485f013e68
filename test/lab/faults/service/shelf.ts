// The Service that the service drills break: `shop/shelf`, port 80, with a pod on n2 and one on n3 that serve HTTP on 8080. Asked
// for from the client on n1. Everything carries a label of its own, so that mending is deleting. No fault by itself.

import { clientOn } from '../../cluster-dns.ts';
import type { ExpectedCause, Fault, Injection, Lab } from '../../fault.ts';

export const ASKER = 'n1';
const NAMESPACE = 'shop';
const NAME = 'shelf';
export const SHELF = `${NAMESPACE}/${NAME}`;
const OWN = { drill: 'shelf' };
const LABELS = { app: NAME };

export interface ShelfPod {
  readonly name: string;
  readonly node: string;
  /** Absent: HTTP on 8080. */
  readonly command?: readonly string[];
  /** Replaces members of its container. */
  readonly container?: object;
  /** Replaces members of its spec. */
  readonly spec?: object;
}

export interface Shelf {
  /** Of the Service; empty for a headless one. */
  readonly address: string;
  /** By the pods' names. */
  readonly pods: Readonly<Record<string, string>>;
}

export interface ShelfDrill {
  readonly name: string;
  /** Absent: one each on n2 and n3. */
  readonly pods?: readonly ShelfPod[];
  /** Replaces members of the Service's spec. */
  readonly service?: object;
  /** More objects to create. */
  readonly objects?: (shelf: Shelf) => readonly object[];
  /** Whether the pods get ready; true by default. */
  readonly ready?: boolean;
  readonly spoil?: (lab: Lab, shelf: Shelf) => Promise<unknown>;
  /** By default: the client on n1 gets no answer from the Service's address. */
  readonly isBroken?: (lab: Lab, shelf: Shelf) => Promise<boolean>;
  /** By default: from the client on n1 to port 80 of the Service. */
  readonly words?: (lab: Lab) => Promise<readonly string[]>;
  readonly expect: Injection['expect'];
  /** What is not gone with the objects. */
  readonly mend?: (lab: Lab) => Promise<unknown>;
}

export const bothPods: readonly ShelfPod[] = [
  { name: 'shelf-a', node: 'n2' },
  { name: 'shelf-b', node: 'n3' },
];

/** The one cause that a drill on the Service itself plants. */
export const shelfCause = (
  code: ExpectedCause['code'],
  params: ExpectedCause['params'] = {},
): Injection['expect'] => ({
  outcome: 'root-cause',
  causes: [{ code, subject: { kind: 'service', namespace: NAMESPACE, name: NAME }, params }],
});

export const shelfDrill = (drill: ShelfDrill): Fault => ({
  name: drill.name,
  inject: async (lab): Promise<Injection> => {
    const shelf = await setUp(lab, drill);
    await drill.spoil?.(lab, shelf);
    const isBroken = drill.isBroken ?? fails;
    await lab.waitFor(`${drill.name} is in effect`, () => isBroken(lab, shelf));
    return { words: await (drill.words ?? toShelf())(lab), expect: drill.expect };
  },
  recover: async (lab) => {
    await drill.mend?.(lab);
    const kinds = 'services,endpointslices,deployments,jobs,pods';
    await lab.kubectl([
      ...['delete', kinds, '--namespace', NAMESPACE, '--selector', `drill=${OWN.drill}`],
      ...['--ignore-not-found', '--grace-period', '1'],
    ]);
  },
});

const setUp = async (lab: Lab, drill: ShelfDrill): Promise<Shelf> => {
  const pods = drill.pods ?? bothPods;
  await apply(lab, [...pods.map(podObject), serviceObject(drill.service)]);
  const condition = drill.ready === false ? 'PodReadyToStartContainers' : 'Ready';
  for (const { name } of pods)
    await lab.kubectl([
      ...['wait', 'pod', name, '--namespace', NAMESPACE],
      ...['--for', `condition=${condition}`, '--timeout', '60s'],
    ]);
  const shelf: Shelf = {
    address: (await readField(lab, 'service', NAME, '{.spec.clusterIP}')).replace('None', ''),
    pods: Object.fromEntries(
      await Promise.all(
        pods.map(async ({ name }) => [name, await readField(lab, 'pod', name, '{.status.podIP}')] as const),
      ),
    ),
  };
  await apply(lab, drill.objects?.(shelf) ?? []);
  return shelf;
};

const apply = async (lab: Lab, objects: readonly object[]): Promise<void> => {
  if (objects.length === 0) return;
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(list));
};

const readField = (lab: Lab, kind: string, name: string, path: string): Promise<string> =>
  lab.kubectl(['get', kind, name, '--namespace', NAMESPACE, '--output', `jsonpath=${path}`]);

/** In the drills' namespace, and gone with the drill. */
export const own = (name: string, labels: object = {}) => ({
  name,
  namespace: NAMESPACE,
  labels: { ...OWN, ...labels },
});

const containerOf = (command: readonly string[] = serve('8080')) => ({
  name: 'main',
  image: 'lab.local/tools:1',
  imagePullPolicy: 'Never',
  command,
  ports: [{ containerPort: 8080, name: 'http' }],
});

const podObject = ({ name, node, command, container, spec }: ShelfPod): object => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: own(name, LABELS),
  spec: {
    nodeName: node,
    terminationGracePeriodSeconds: 1,
    containers: [{ ...containerOf(command), ...container }],
    ...spec,
  },
});

const serviceObject = (spec: object = {}): object => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: own(NAME),
  spec: { selector: LABELS, ports: [{ port: 80, targetPort: 8080 }], ...spec },
});

export const serve = (listen: string): readonly string[] => [
  ...['sh', '-c'],
  `mkdir -p /www && echo here > /www/index.html && exec busybox httpd -f -p ${listen} -h /www`,
];
export const idle: readonly string[] = ['sleep', '1000000'];

export const toShelf =
  (port: number | string = 80, from: 'client' | 'node' | string = 'client') =>
  async (lab: Lab): Promise<readonly string[]> => [
    'pod',
    from === 'client' ? await clientOn(lab, ASKER) : from === 'node' ? `node/${ASKER}` : from,
    '->',
    `${NAME}.${NAMESPACE}${port === '' ? '' : `:${port}`}`,
  ];

/** Whether the client on n1 gets a page from there. */
export const gets = async (lab: Lab, host: string, from?: string): Promise<boolean> => {
  const curl = ['curl', '--silent', '--output', '/dev/null', '--max-time', '2', `http://${host}/`];
  return (await lab.netns(from ?? (await clientOn(lab, ASKER)), curl)).code === 0;
};

const fails = async (lab: Lab, { address }: Shelf): Promise<boolean> => !(await gets(lab, address));
export const works = async (lab: Lab, { address }: Shelf): Promise<boolean> => gets(lab, address);
/** It works at times, and at times it does not. */
export const fluctuates = async (lab: Lab, { address }: Shelf): Promise<boolean> => {
  const tries = await Promise.all(Array.from({ length: 12 }, () => gets(lab, address)));
  return tries.includes(true) && tries.includes(false);
};

// The pod that the pod drills break: one of its own, so that nothing else of the lab is hurt and mending it is deleting it.
// It serves HTTP on 8080 unless a drill wants otherwise. No fault by itself.

import { clientOn } from '../../cluster-dns.ts';
import type { ExpectedCause, Fault, Injection, Lab } from '../../fault.ts';

export interface Victim {
  /** `namespace/name` */
  readonly pod: string;
  readonly node: string;
  readonly address: string;
}

export interface VictimDrill {
  readonly name: string;
  /** Replaces members of the pod's container. */
  readonly container?: object;
  /** Replaces members of the pod's spec. */
  readonly spec?: object;
  /** What the pod has to come to first; `Ready` by default. */
  readonly until?: 'Ready' | 'Running' | ((pod: PodObject) => boolean);
  /** Breaks it. */
  readonly spoil?: (lab: Lab, victim: Victim) => Promise<unknown>;
  /** By default: pods on another node get no answer from it. */
  readonly isBroken?: (lab: Lab, victim: Victim) => Promise<boolean>;
  /** By default: `pod` and the victim. */
  readonly words?: (lab: Lab, victim: Victim) => Promise<readonly string[]>;
  readonly expect: (victim: Victim) => Injection['expect'];
  /** What is not gone with the pod. */
  readonly mend?: (lab: Lab) => Promise<unknown>;
}

export interface PodObject {
  readonly status: {
    readonly podIP?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state: { readonly waiting?: { readonly reason: string } };
    }[];
  };
}

const NAMESPACE = 'shop';
const NAME = 'victim';
export const VICTIM = `${NAMESPACE}/${NAME}`;
const HOME = 'n1';
export const serve = (listen: string) => [
  'sh',
  '-c',
  `mkdir -p /www && exec busybox httpd -f -p ${listen} -h /www`,
];

/** The cause that a drill on the victim plants, sitting on its node. */
export const victimCause = (
  code: ExpectedCause['code'],
  params: ExpectedCause['params'] = {},
): ((victim: Victim) => Injection['expect']) => {
  const cause = { code, subject: { kind: 'pod', namespace: NAMESPACE, name: NAME }, params };
  return ({ node }) => ({ outcome: 'root-cause', causes: [node === '' ? cause : { ...cause, node }] });
};

export const victimDrill = (drill: VictimDrill): Fault => ({
  name: drill.name,
  inject: async (lab): Promise<Injection> => {
    const victim = await startVictim(lab, drill);
    await drill.spoil?.(lab, victim);
    const isBroken = drill.isBroken ?? isOutOfReach;
    await lab.waitFor(`${drill.name} is in effect`, () => isBroken(lab, victim));
    return { words: (await drill.words?.(lab, victim)) ?? ['pod', VICTIM], expect: drill.expect(victim) };
  },
  recover: async (lab) => {
    await lab.kubectl([
      'delete',
      'pod',
      NAME,
      '--namespace',
      NAMESPACE,
      '--ignore-not-found',
      '--grace-period',
      '1',
    ]);
    await drill.mend?.(lab);
  },
});

const startVictim = async (lab: Lab, { container, spec, until = 'Ready' }: VictimDrill): Promise<Victim> => {
  const pod = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: NAME, namespace: NAMESPACE },
    spec: {
      nodeName: HOME,
      terminationGracePeriodSeconds: 1,
      containers: [
        {
          name: 'main',
          image: 'lab.local/tools:1',
          imagePullPolicy: 'Never',
          command: serve('8080'),
          ports: [{ containerPort: 8080 }],
          ...container,
        },
      ],
      ...spec,
    },
  };
  await lab.kubectl(['apply', '--filename', '-'], JSON.stringify(pod));
  const read = async () =>
    JSON.parse(
      await lab.kubectl(['get', 'pod', NAME, '--namespace', NAMESPACE, '--output', 'json']),
    ) as PodObject;
  await lab.waitFor(`the victim is as the drill wants it`, async () => hasCome(await read(), until));
  const { status } = await read();
  const address = status.podIP ?? '';
  return { pod: VICTIM, node: spec && 'nodeSelector' in spec ? '' : HOME, address };
};

const hasCome = (pod: PodObject, until: NonNullable<VictimDrill['until']>): boolean => {
  if (typeof until === 'function') return until(pod);
  const type = until === 'Ready' ? 'Ready' : 'PodReadyToStartContainers';
  return pod.status.conditions?.some((each) => each.type === type && each.status === 'True') ?? false;
};

/** Whether the pod (or node) gets an answer from there. */
export const answers = async (lab: Lab, from: string, url: string): Promise<boolean> => {
  const curl = ['curl', '--silent', '--output', '/dev/null', '--max-time', '2', url];
  const { code } = from.includes('/') ? await lab.netns(from, curl) : await lab.exec(from, curl);
  return code === 0;
};

const isOutOfReach = async (lab: Lab, { address }: Victim): Promise<boolean> =>
  !(await answers(lab, await clientOn(lab, 'n2'), `http://${address}:8080/`));

/** From a client pod to the victim's port. */
export const clientToVictim =
  (node: string, port = 8080) =>
  async (lab: Lab): Promise<readonly string[]> => [
    'pod',
    await clientOn(lab, node),
    '->',
    `${VICTIM}:${port}`,
  ];

export const inVictim =
  (...argv: string[]) =>
  (lab: Lab) =>
    lab.netns(VICTIM, argv);

/** The node's end of the victim's cable. */
export const cableOf = async (lab: Lab, { pod, node }: Victim): Promise<string> => {
  const inside = await lab.netns(pod, ['ip', '-json', 'link', 'show', 'eth0']);
  const [link] = JSON.parse(inside.stdout) as { link_index: number }[];
  const onNode = await lab.exec(node, ['ip', '-json', 'link']);
  const links = JSON.parse(onNode.stdout) as { ifindex: number; ifname: string }[];
  const end = links.find(({ ifindex }) => ifindex === link?.link_index);
  if (!end) throw new Error(`The cable of ${pod} has no end on ${node}.`);
  return end.ifname;
};

/** `10.244.0.1` for the pods of `10.244.0.7`: the lab's ranges are /24, and the bridge has the first address. */
export const gatewayOf = ({ address }: Victim): string => address.replace(/\.\d+$/, '.1');

/** A MAC that nobody has: locally administered. */
export const NOBODY = '02:00:00:00:00:99';

// The settings that the API server holds: nodes, what the CNI's agents are told, CoreDNS, kube-proxy, NetworkPolicies.
// Read with who wrote them. It judges nothing; a list that was refused makes its kind unseen.

import canonicalize from 'canonicalize';
import { z } from 'zod';
import type { Evidence } from '../diagnosis/evidence.ts';
import type { Ask } from '../diagnosis/playbook.ts';
import type { SettingKind } from '../diagnosis/recent-changes.ts';
import type { CniNetwork } from '../playbooks/cni/network.ts';
import { Node, Workload } from '../probes/api-objects.ts';
import { listObjects } from '../probes/api-reads.ts';
import { getWritten, listWritten, type WrittenObject } from '../probes/written-objects.ts';
import { digestValue, type Seen, type Setting, textValue, writeOf } from './snapshot.ts';

const SYSTEM = 'kube-system';

export async function readObjectSettings(ask: Ask, cni: CniNetwork): Promise<Seen> {
  const seen = await Promise.all([
    readNodes(ask, cni),
    ...settingsMaps(cni).map(({ namespace, name }) => readConfigMap(ask, 'cni-settings', namespace, name)),
    readConfigMap(ask, 'corefile', SYSTEM, 'coredns'),
    readConfigMap(ask, 'kube-proxy-settings', SYSTEM, 'kube-proxy', ['config.conf']),
    readDnsServices(ask),
    readDnsWorkloads(ask),
    readPolicies(ask),
  ]);
  return {
    settings: seen.flatMap(({ settings }) => settings),
    unseen: seen.flatMap(({ unseen }) => unseen),
  };
}

/** Where each CNI's own manifests and charts put its settings (reference: the projects' repositories). */
const SETTINGS_MAPS: Record<string, string[]> = {
  calico: ['calico-config', 'canal-config'],
  cilium: ['cilium-config'],
  terway: ['eni-config'],
};

function settingsMaps({ cni, agent }: CniNetwork): { namespace: string; name: string }[] {
  const names = agent.configMap === undefined ? (SETTINGS_MAPS[cni] ?? []) : [agent.configMap];
  return names.map((name) => ({ namespace: agent.namespace || SYSTEM, name }));
}

/** One setting a key. A ConfigMap that is not there has none. */
async function readConfigMap(
  ask: Ask,
  kind: SettingKind,
  namespace: string,
  name: string,
  keys?: string[],
): Promise<Seen> {
  const found = await ask(getWritten('configmaps', name, namespace));
  if (found.status === 'unavailable') return { settings: [], unseen: [{ kind, reason: found.reason }] };
  if (!found.value.found) return { settings: [], unseen: [] };
  const { data, lastWrite } = found.value.object;
  const settings = Object.entries(data)
    .filter(([key]) => keys === undefined || keys.includes(key))
    .map(
      async ([key, text]): Promise<Setting> => ({
        kind,
        subject: `${namespace}/${name} ${key}`,
        value: await textValue(text),
        ...writeOf(lastWrite),
      }),
    );
  return { settings: await Promise.all(settings), unseen: [] };
}

// Where a node stands and what may run there: topology, system, role, and what CNIs read for themselves.
const TELLING_LABELS =
  /^(topology\.kubernetes\.io\/|kubernetes\.io\/(os|arch)$|node-role\.kubernetes\.io\/|([a-z.]+\.)?(projectcalico\.org|cilium\.io)\/|terway-config$|k8s\.aliyun\.com\/)/;

async function readNodes(ask: Ask, { agent }: CniNetwork): Promise<Seen> {
  const [nodes, daemonSets] = await Promise.all([
    ask(listObjects('nodes', Node)),
    ask(listObjects('daemonsets', Workload)),
  ]);
  const kinds: SettingKind[] = ['node', 'pod-range', 'kubelet', 'node-label'];
  if (nodes.status === 'unavailable')
    return { settings: [], unseen: kinds.map((kind) => ({ kind, reason: nodes.reason })) };
  const selecting =
    daemonSets.status === 'observed'
      ? daemonSets.value
          .filter(({ metadata }) => metadata.namespace === agent.namespace)
          .flatMap(({ spec }) => Object.keys(spec.template?.spec.nodeSelector ?? {}))
      : [];
  const tells = (label: string): boolean => TELLING_LABELS.test(label) || selecting.includes(label);
  return { settings: nodes.value.flatMap((node) => settingsOfNode(node, tells)), unseen: [] };
}

function settingsOfNode({ metadata, spec, status }: Node, tells: (label: string) => boolean): Setting[] {
  const { name, creationTimestamp, labels } = metadata;
  const since = creationTimestamp === undefined ? {} : { at: creationTimestamp };
  const ranges = spec.podCIDRs.length > 0 || spec.podCIDR === undefined ? spec.podCIDRs : [spec.podCIDR];
  return [
    { kind: 'node', subject: name, value: '', node: name, ...since },
    { kind: 'pod-range', subject: name, value: ranges.join(', '), node: name },
    { kind: 'kubelet', subject: name, value: status.nodeInfo.kubeletVersion, node: name },
    ...Object.entries(labels)
      .filter(([label]) => tells(label))
      .map(
        ([label, value]): Setting => ({
          kind: 'node-label',
          subject: `${name} ${label}`,
          value,
          node: name,
        }),
      ),
  ];
}

// As the dns playbook looks for it: the names under which distributions install it.
const DNS_NAMES = ['kube-dns', 'coredns', 'rke2-coredns-rke2-coredns', 'core-dns'];
const isDns = ({ name, labels }: WrittenObject): boolean =>
  DNS_NAMES.includes(name) || labels['k8s-app'] === 'kube-dns';

const readDnsServices = async (ask: Ask): Promise<Seen> =>
  fromList('dns-service', await ask(listWritten('services', { namespace: SYSTEM })), isDns, ({ spec }) => {
    const { type, clusterIP, selector, ports, internalTrafficPolicy } = spec;
    return textValue(canonical({ type, clusterIP, selector, ports, internalTrafficPolicy }));
  });

const WorkloadSpec = z.object({
  replicas: z.number().default(1),
  template: z.object({
    spec: z.object({ containers: z.array(z.object({ image: z.string().default('') })) }),
  }),
});

const readDnsWorkloads = async (ask: Ask): Promise<Seen> =>
  fromList(
    'dns-workload',
    await ask(listWritten('deployments', { namespace: SYSTEM })),
    isDns,
    ({ spec }) => {
      const { success, data } = WorkloadSpec.safeParse(spec);
      if (!success) return digestValue(canonical(spec));
      const images = data.template.spec.containers.map(({ image }) => image);
      return textValue([...images, `replicas ${data.replicas}`].join(', '));
    },
  );

/** What they say, not what they are called by: labels and annotations change nothing. */
const readPolicies = async (ask: Ask): Promise<Seen> =>
  fromList(
    'policy',
    await ask(listWritten('networkpolicies')),
    () => true,
    ({ spec }) => digestValue(canonical(spec)),
  );

async function fromList(
  kind: SettingKind,
  listed: Evidence<WrittenObject[]>,
  isMeant: (object: WrittenObject) => boolean,
  toValue: (object: WrittenObject) => Promise<string>,
): Promise<Seen> {
  if (listed.status === 'unavailable') return { settings: [], unseen: [{ kind, reason: listed.reason }] };
  const settings = listed.value.filter(isMeant).map(
    async (object): Promise<Setting> => ({
      kind,
      subject: `${object.namespace}/${object.name}`,
      value: await toValue(object),
      ...writeOf(object.lastWrite ?? createdOf(object)),
    }),
  );
  return { settings: await Promise.all(settings), unseen: [] };
}

const createdOf = ({ createdAt }: WrittenObject) =>
  createdAt === undefined ? undefined : { by: '', at: createdAt };

/** RFC 8785: the same text for the same content, in whatever order its members came. */
const canonical = (value: unknown): string => canonicalize(value) ?? '';

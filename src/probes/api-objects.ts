// Kubernetes objects as far as we read them. Schemas are loose: unknown fields are dropped, absent ones defaulted,
// so that an object of a newer Kubernetes still parses.

import { z } from 'zod';

const labels = z.record(z.string(), z.string()).default({});

const metadata = z.object({
  name: z.string(),
  namespace: z.string().default(''),
  uid: z.string().default(''),
  labels,
  annotations: labels,
  creationTimestamp: z.string().optional(),
  deletionTimestamp: z.string().optional(),
});

const condition = z.object({
  type: z.string(),
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});

const containerState = z.object({
  running: z.object({ startedAt: z.string().optional() }).optional(),
  waiting: z.object({ reason: z.string().default(''), message: z.string().default('') }).optional(),
  terminated: z
    .object({
      exitCode: z.number(),
      reason: z.string().default(''),
      message: z.string().default(''),
      finishedAt: z.string().optional(),
    })
    .optional(),
});

const containerStatus = z.object({
  name: z.string(),
  ready: z.boolean().default(false),
  restartCount: z.number().default(0),
  state: containerState.default({}),
  lastState: containerState.default({}),
});

const portReference = z.union([z.number(), z.string()]);

const probe = z.object({
  httpGet: z
    .object({ path: z.string().default('/'), port: portReference, scheme: z.string().default('HTTP') })
    .optional(),
});

const container = z.object({
  name: z.string(),
  image: z.string().default(''),
  args: z.array(z.string()).default([]),
  ports: z
    .array(
      z.object({
        name: z.string().optional(),
        containerPort: z.number(),
        protocol: z.string().default('TCP'),
      }),
    )
    .default([]),
  readinessProbe: probe.optional(),
  livenessProbe: probe.optional(),
});

const expression = z.object({
  key: z.string(),
  operator: z.string().default('In'),
  values: z.array(z.string()).default([]),
});

/** Where a pod may be placed, as far as nodes decide it; the terms are alternatives, the expressions of one are not. */
const nodeAffinity = z.object({
  requiredDuringSchedulingIgnoredDuringExecution: z
    .object({
      nodeSelectorTerms: z
        .array(
          z.object({
            matchExpressions: z.array(expression).default([]),
            matchFields: z.array(expression).default([]),
          }),
        )
        .default([]),
    })
    .optional(),
});

/** What a pod's specification says of nodes that may run it. */
const placement = z.object({
  nodeSelector: labels,
  affinity: z.object({ nodeAffinity: nodeAffinity.optional() }).optional(),
  tolerations: z
    .array(
      z.object({
        /** Empty, with `Exists`: any. */
        key: z.string().default(''),
        operator: z.string().default('Equal'),
        value: z.string().default(''),
        /** Empty: any. */
        effect: z.string().default(''),
      }),
    )
    .default([]),
});
export type Placement = z.infer<typeof placement>;

export const Pod = z.object({
  metadata,
  spec: z.object({
    nodeName: z.string().default(''),
    hostNetwork: z.boolean().default(false),
    dnsPolicy: z.string().default('ClusterFirst'),
    dnsConfig: z
      .object({
        nameservers: z.array(z.string()).default([]),
        searches: z.array(z.string()).default([]),
        options: z.array(z.object({ name: z.string(), value: z.string().optional() })).default([]),
      })
      .optional(),
    serviceAccountName: z.string().default('default'),
    affinity: z.object({ nodeAffinity: nodeAffinity.optional() }).optional(),
    containers: z.array(container).default([]),
  }),
  status: z
    .object({
      phase: z.string().default('Unknown'),
      podIP: z.string().default(''),
      /** One of each family; `podIP` is the first. */
      podIPs: z.array(z.object({ ip: z.string().default('') })).default([]),
      conditions: z.array(condition).default([]),
      containerStatuses: z.array(containerStatus).default([]),
      initContainerStatuses: z.array(containerStatus).default([]),
    })
    .prefault({}),
});
export type Pod = z.infer<typeof Pod>;

export const Node = z.object({
  metadata,
  spec: z
    .object({
      podCIDR: z.string().optional(),
      podCIDRs: z.array(z.string()).default([]),
      taints: z
        .array(z.object({ key: z.string(), value: z.string().default(''), effect: z.string().default('') }))
        .default([]),
    })
    .prefault({}),
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
      conditions: z.array(condition).default([]),
      nodeInfo: z
        .object({
          /** `containerd://1.7.2`, `cri-o://1.30.0` */
          containerRuntimeVersion: z.string().default(''),
          /** `v1.34.4`, `v1.30.2+k3s1` */
          kubeletVersion: z.string().default(''),
        })
        .prefault({}),
    })
    .prefault({}),
});
export type Node = z.infer<typeof Node>;

export const Service = z.object({
  metadata,
  spec: z.object({
    type: z.string().default('ClusterIP'),
    clusterIP: z.string().default(''),
    clusterIPs: z.array(z.string()).default([]),
    externalName: z.string().default(''),
    internalTrafficPolicy: z.string().default('Cluster'),
    selector: z.record(z.string(), z.string()).default({}),
    publishNotReadyAddresses: z.boolean().default(false),
    ports: z
      .array(
        z.object({
          name: z.string().default(''),
          port: z.number(),
          protocol: z.string().default('TCP'),
          targetPort: portReference.optional(),
          nodePort: z.number().optional(),
        }),
      )
      .default([]),
  }),
});
export type Service = z.infer<typeof Service>;

export const EndpointSlice = z.object({
  metadata,
  addressType: z.string().default('IPv4'),
  endpoints: z
    .array(
      z.object({
        addresses: z.array(z.string()).default([]),
        nodeName: z.string().default(''),
        hostname: z.string().default(''),
        // Absent means ready: k8s.io/api/discovery/v1 EndpointConditions.
        conditions: z
          .object({
            ready: z.boolean().default(true),
            serving: z.boolean().optional(),
            terminating: z.boolean().optional(),
          })
          .prefault({}),
        targetRef: z.object({ kind: z.string(), name: z.string() }).optional(),
      }),
    )
    .nullish()
    .transform((endpoints) => endpoints ?? []),
  ports: z
    .array(z.object({ name: z.string().default(''), port: z.number(), protocol: z.string().default('TCP') }))
    .nullish()
    .transform((ports) => ports ?? []),
});
export type EndpointSlice = z.infer<typeof EndpointSlice>;

export const Workload = z.object({
  metadata,
  spec: z.object({
    replicas: z.number().default(1),
    selector: z.object({ matchLabels: labels }).prefault({}),
    template: z
      .object({
        metadata: z.object({ labels }).optional(),
        spec: placement.extend({
          containers: z.array(container).default([]),
          serviceAccountName: z.string().default('default'),
        }),
      })
      .optional(),
  }),
  status: z
    .object({
      replicas: z.number().default(0),
      readyReplicas: z.number().default(0),
      desiredNumberScheduled: z.number().default(0),
      numberReady: z.number().default(0),
      conditions: z.array(condition).default([]),
    })
    .prefault({}),
});
export type Workload = z.infer<typeof Workload>;

export const ConfigMap = z.object({ metadata, data: labels });
export type ConfigMap = z.infer<typeof ConfigMap>;

export const Namespace = z.object({ metadata });
export type Namespace = z.infer<typeof Namespace>;

export const KubernetesEvent = z.object({
  metadata,
  involvedObject: z.object({
    kind: z.string().default(''),
    namespace: z.string().default(''),
    name: z.string().default(''),
    uid: z.string().default(''),
  }),
  reason: z.string().default(''),
  message: z.string().default(''),
  type: z.string().default('Normal'),
  count: z.number().default(1),
  lastTimestamp: z.string().nullish(),
});
export type KubernetesEvent = z.infer<typeof KubernetesEvent>;

export const AccessReview = z.object({
  status: z.object({ allowed: z.boolean(), reason: z.string().default('') }),
});

export const Version = z.object({ gitVersion: z.string() });

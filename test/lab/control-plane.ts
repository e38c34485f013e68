// The command lines of the control plane: etcd, API server, controller manager, scheduler, and the upstream resolver.
// Only argv; the boot program starts them.

import { join } from 'node:path';
import { kubeconfigPath, tokenFilePath } from './credentials.ts';
import type { LabParts } from './state.ts';
import { controlPlaneAddress, podRange, serviceRange, upstreamRecord } from './topology.ts';

export const etcd = (parts: LabParts, stateDir: string) => [
  join(parts.etcdDir, 'etcd'),
  `--data-dir=${join(stateDir, 'etcd')}`,
  '--unsafe-no-fsync',
  '--listen-client-urls=http://127.0.0.1:2379',
  '--advertise-client-urls=http://127.0.0.1:2379',
  '--listen-peer-urls=http://127.0.0.1:2380',
  '--log-level=warn',
];

export const apiServer = (parts: LabParts, stateDir: string) => [
  join(stateDir, 'bin/kube-apiserver'),
  '--etcd-servers=http://127.0.0.1:2379',
  '--bind-address=0.0.0.0',
  `--advertise-address=${controlPlaneAddress}`,
  '--secure-port=6443',
  `--tls-cert-file=${join(parts.certificatesDir, 'api.crt')}`,
  `--tls-private-key-file=${join(parts.certificatesDir, 'api.key')}`,
  `--service-account-key-file=${join(parts.certificatesDir, 'sa.pub')}`,
  `--service-account-signing-key-file=${join(parts.certificatesDir, 'sa.key')}`,
  '--service-account-issuer=https://kubernetes.default.svc',
  `--token-auth-file=${tokenFilePath(stateDir)}`,
  '--authorization-mode=Node,RBAC',
  `--service-cluster-ip-range=${serviceRange}`,
  '--allow-privileged=true',
  '--kubelet-preferred-address-types=InternalIP',
];

export const controllerManager = (parts: LabParts, stateDir: string) => [
  join(stateDir, 'bin/kube-controller-manager'),
  `--kubeconfig=${kubeconfigPath(stateDir, 'admin')}`,
  `--service-account-private-key-file=${join(parts.certificatesDir, 'sa.key')}`,
  `--root-ca-file=${join(parts.certificatesDir, 'ca.crt')}`,
  '--allocate-node-cidrs=true',
  `--cluster-cidr=${podRange}`,
  '--node-cidr-mask-size=24',
  '--leader-elect=false',
  // Half of the default: drills that wait for a dead node need not wait longer.
  '--node-monitor-grace-period=20s',
];

export const scheduler = (stateDir: string) => [
  join(stateDir, 'bin/kube-scheduler'),
  `--kubeconfig=${kubeconfigPath(stateDir, 'admin')}`,
  '--leader-elect=false',
];

/** Knows one external name and refuses to ask anyone else: there is no one. */
export const upstreamResolver = () => [
  'dnsmasq',
  '--keep-in-foreground',
  '--no-resolv',
  '--no-hosts',
  '--bind-interfaces',
  `--listen-address=${controlPlaneAddress}`,
  `--host-record=${upstreamRecord.name},${upstreamRecord.address}`,
  '--local=/com/',
  '--log-facility=-',
  '--pid-file=',
];

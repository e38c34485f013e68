// Commands about a Service and about kube-proxy for a person to copy, the same in every language, and the codes whose sentences
// hold them.

import type { CodesOf } from './finding-sentences.ts';

export type ServiceCode = CodesOf<'service'> | 'node.kube-proxy-down';

export const serviceCommand = (verb: 'get' | 'edit', service: string, more = ''): string =>
  `kubectl ${inNamespace(service)} ${verb} service ${nameOf(service)}${more}`;

/** Pods with their labels, to compare with a selector. */
export const labelsCommand = (service: string): string =>
  `kubectl ${inNamespace(service)} get pods --show-labels`;

export const slicesCommand = (service: string): string =>
  `kubectl ${inNamespace(service)} get endpointslices -l kubernetes.io/service-name=${nameOf(service)} -o wide`;

export const scaleCommand = (service: string, workload: string): string =>
  `kubectl ${inNamespace(service)} scale deployment ${workload} --replicas=1`;

const PROXY = '-n kube-system';
const onNode = (node: string | undefined): string =>
  `-l k8s-app=kube-proxy --field-selector spec.nodeName=${node ?? ''}`;
export const proxyStateCommand = (node: string | undefined): string =>
  `kubectl ${PROXY} get pods ${onNode(node)}`;
export const proxyRestartCommand = (node: string | undefined): string =>
  `kubectl ${PROXY} delete pod ${onNode(node)}`;

const nameOf = (service: string): string => service.split('/')[1] ?? service;
const inNamespace = (service: string): string => `-n ${service.split('/')[0]}`;

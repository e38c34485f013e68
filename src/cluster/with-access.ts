// An access to a live cluster for the length of one work: opened by an address of the API server that answers, closed when the
// work has ended. Everything that comes back to a cluster again and again goes through here.

import type { KubeConfig } from '@kubernetes/client-node';
import type { ClusterAccess } from './access.ts';
import { createApiEntrance } from './api-entrance.ts';
import { createLiveAccess } from './live-access.ts';

export type WithAccess = <T>(signal: AbortSignal, work: (access: ClusterAccess) => Promise<T>) => Promise<T>;

export function createWithAccess(kubeConfig: KubeConfig): WithAccess {
  const entrance = createApiEntrance(kubeConfig);
  return async (signal, work) => {
    await using access = createLiveAccess(await entrance.choose(signal));
    // Awaited here: else the access would be closed before it is used, and what it opens then would stay open.
    return await work(access);
  };
}

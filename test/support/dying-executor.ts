// Ports of the executor at which its process is killed: at a chosen call, before or after that has had its effect.

import type { ExecutorPorts } from '../../src/remediation/executor.ts';
import type { Bench } from './approved-plans.ts';

/** Calls of the ports that can be the last thing a process does. */
export async function countCalls(bench: Bench): Promise<number> {
  let calls = 0;
  const counted = intercepted(bench.ports, async (call) => {
    calls += 1;
    return call();
  });
  await bench.run(counted);
  return calls;
}

/** The process is killed before, or right after, that call has had its effect. */
export function dyingAt(ports: ExecutorPorts, fatal: number, when: 'before' | 'after'): ExecutorPorts {
  let calls = 0;
  return intercepted(ports, async (call) => {
    calls += 1;
    if (calls > fatal || (calls === fatal && when === 'before')) throw new Error('killed');
    const reply = await call();
    if (calls === fatal) throw new Error('killed');
    return reply;
  });
}

function intercepted(ports: ExecutorPorts, around: <T>(call: () => Promise<T>) => Promise<T>): ExecutorPorts {
  const { control, store } = ports;
  return {
    ...ports,
    control: {
      ...control,
      read: (...all) => around(() => control.read(...all)),
      listPods: (...all) => around(() => control.listPods(...all)),
      change: (...all) => around(() => control.change(...all)),
    },
    store: { begin: store.begin, append: (...all) => around(() => store.append(...all)) },
    diagnose: (...all) => around(() => ports.diagnose(...all)),
  };
}

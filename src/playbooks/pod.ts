// Pod connectivity: why does this pod (or node) not reach what it should, or is not reached?
//
//   the pod has no network
//     ├─ the CNI plugin fails on it ......................... pod.sandbox-failed
//     └─ it is not placed, has no image, crashed, ended ..... pod.not-running
//   nothing can be asked from there ......................... inconclusive: the reason
//   the ways in question are tried, with controls, and everything along them is read in the same turn
//     its node · pods beside it · pods on other nodes · API server · DNS; or the one other end that was named
//   a way fails; along it, unless other traffic was seen to pass there
//     ├─ the pod's interface, address, routes ............... pod.interface-* | address-missing | route-*
//     ├─ its cable and the bridge ........................... pod.host-veth-*
//     ├─ who has its address ................................ pod.duplicate-ip | neighbour-stale
//     ├─ rules in the pods and on the nodes ................. pod.firewalled | node.forward-drop | firewall-drop
//     ├─ the nodes and what is between them ................. node.*
//     ├─ the Service ........................................ service.*
//     ├─ nobody listens at the other end .................... pod.not-listening | listening-on-loopback
//     └─ none of these ...................................... elsewhere: traffic-unexplained
//   all ways pass
//     ├─ Kubernetes has the pod as not ready, or crashing ... pod.not-ready | not-running
//     ├─ what is odd all the same ........................... advice: loopback-down, application-slow, ...
//     └─ else ............................................... cleared

import type { Outcome, Playbook, PlaybookContext } from '../diagnosis/playbook.ts';
import { dropCodes } from './branches/dropping-rule.ts';
import { nodeCodes } from './branches/nodes/node-codes.ts';
import { podCodes } from './branches/pods/pod-codes.ts';
import { explainState } from './branches/pods/pod-state.ts';
import { serviceCodes } from './branches/services/service-codes.ts';
import { examineServicesOnNodes } from './branches/services/services-on-nodes.ts';
import type { CniNetwork } from './cni/network.ts';
import { describeCni } from './cni/profiles.ts';
import { conclude, elsewhere, unasked } from './pod/conclude.ts';
import { diagnoseFlow, diagnoseWithoutNetwork } from './pod/flow.ts';
import { examineSample, sampleNodes } from './pod/sample.ts';
import { findSource, type ReadySource } from './pod/source.ts';
import { examineStandardWays } from './pod/standard-ways.ts';

export const pod: Playbook = {
  id: 'pod',
  fault: 'pod',
  codes: { ...podCodes, ...dropCodes, ...nodeCodes, ...serviceCodes },

  appliesTo: (target) =>
    target.kind === 'name' || target.kind === 'node-pair'
      ? { applies: false, reason: 'a name or a pair of nodes is no end of a connection' }
      : { applies: true },

  diagnose: diagnosePod,
};

async function diagnosePod(context: PlaybookContext): Promise<Outcome> {
  const { target, facts, ask } = context;
  const cni = await describeCni(ask, facts);
  switch (target.kind) {
    case 'cluster': {
      const nodes = sampleNodes(facts);
      const [pods, services] = await Promise.all([
        examineSample(ask, facts, cni, nodes),
        examineServicesOnNodes(ask, facts, cni, nodes),
      ]);
      return conclude({
        examined: [...pods, ...services],
        states: [],
        otherwise: { why: 'traffic-unexplained', next: 'diagnose cross-node' },
      });
    }
    case 'name':
    case 'node-pair':
      return elsewhere('traffic-unexplained', 'diagnose cluster');
    default: {
      const from = target.kind === 'flow' ? target.from : target;
      const source = await findSource(ask, from);
      switch (source.kind) {
        case 'unseen':
          return unasked(source.evidence);
        case 'gone':
          return elsewhere('pod-not-running', 'diagnose cluster');
        case 'without-network':
          return diagnoseWithoutNetwork(context, source.pod);
        case 'ready':
          return target.kind === 'flow'
            ? diagnoseFlow({ ...context, target, cni, source })
            : diagnoseOne(context, cni, source);
      }
    }
  }
}

/** A pod or node without another end: the ways that everybody needs, and what Kubernetes says of the pod. */
async function diagnoseOne(
  { ask, facts }: PlaybookContext,
  cni: CniNetwork,
  source: ReadySource,
): Promise<Outcome> {
  const [examined, state] = await Promise.all([
    examineStandardWays(ask, facts, cni, source),
    source.pod && explainState(ask, facts, source.pod),
  ]);
  const otherwise = { why: 'traffic-unexplained', next: 'diagnose cluster' } as const;
  const { namespace, name } = source.pod?.metadata ?? {};
  const asker = source.pod && { asker: `${namespace}/${name}` };
  return conclude({ examined, states: state ? [state] : [], ...asker, otherwise });
}

// Files of one node that are there and wrong: a leftover that sorts first and does not parse, a plugin that may not be run, a
// state file of an older range, a file where addresses should be kept. Seen: new pods get no sandbox there.

import { addPod, nodeIsReady, onNode, restoreCni, waitForSandboxError } from '../../cluster-cni.ts';
import type { ExpectedCause, Fault } from '../../fault.ts';

const leftover = '/etc/cni/net.d/00-leftover.conf';
const program = '/opt/cni/bin/host-local';
const stateFile = '/run/flannel/subnet.env';
const addresses = '/var/lib/cni/networks/cbr0';

const expectCause = (cause: ExpectedCause) =>
  ({ words: ['cni-health'], expect: { outcome: 'root-cause', causes: [cause] } }) as const;

export const leftoverInvalid: Fault = {
  name: 'leftover-invalid',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `echo '{ "name": "old", "type": ' >${leftover}`);
    await lab.waitFor(`${node} is NotReady`, async () => !(await nodeIsReady(lab, node)));
    return expectCause({
      code: 'cni.config-invalid',
      subject: { kind: 'node', name: node },
      node,
      params: { file: leftover },
    });
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await onNode(lab, node, `rm -f ${leftover}`);
    await restoreCni(lab);
  },
};

export const binaryNotExecutable: Fault = {
  name: 'binary-not-executable',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `chmod a-x ${program}`);
    await addPod(lab, node);
    await waitForSandboxError(lab, 'host-local');
    return expectCause({
      code: 'cni.binary-missing',
      subject: { kind: 'node', name: node },
      node,
      params: { plugins: ['host-local'], cause: 'not-executable' },
    });
  },
  recover: async (lab) => {
    for (const node of lab.nodes) await onNode(lab, node, `chmod a+x ${program}`);
    await restoreCni(lab);
  },
};

export const stateFileOfOldRange: Fault = {
  name: 'state-file-of-old-range',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `sed -i 's/^FLANNEL_SUBNET=.*/FLANNEL_SUBNET=10.244.77.1\\/24/' ${stateFile}`);
    await addPod(lab, node);
    await waitForSandboxError(lab, 'already has an IP address different from');
    return expectCause({
      code: 'cni.state-file-missing',
      subject: { kind: 'node', name: node },
      node,
      params: { cause: 'other-range' },
    });
  },
  recover: (lab) => restoreCni(lab, ...lab.nodes.slice(1, 2)),
};

export const addressStoreBlocked: Fault = {
  name: 'address-store-blocked',
  inject: async (lab) => {
    const [, node = ''] = lab.nodes;
    await onNode(lab, node, `mv ${addresses} ${addresses}.drill; touch ${addresses}`);
    const pod = await addPod(lab, node);
    await waitForSandboxError(lab, 'not a directory');
    const [namespace = '', name = ''] = pod.split('/');
    return expectCause({
      code: 'pod.sandbox-failed',
      subject: { kind: 'pod', namespace, name },
      node,
      params: { cause: 'address-store' },
    });
  },
  recover: async (lab) => {
    for (const node of lab.nodes)
      await onNode(
        lab,
        node,
        `[ ! -d ${addresses}.drill ] || { rm -f ${addresses}; mv ${addresses}.drill ${addresses}; }`,
      );
    await restoreCni(lab);
  },
};

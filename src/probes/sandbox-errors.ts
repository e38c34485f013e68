// Why a pod has no sandbox, read from what the kubelet, the runtime or the CNI plugin said. Errors are wrapped in each
// other: the innermost text decides, and the wrappers tell which plugin failed. Pure: message -> cause and parameters.

import { type ApiCause, apiErrorTexts, type PluginCause, pluginErrorTexts } from './agent-error-texts.ts';
import { type ErrorDetails, matchError } from './error-texts.ts';
import { type RuntimeCause, runtimeErrorTexts } from './runtime-error-texts.ts';

export type SandboxCause = ApiCause | PluginCause | RuntimeCause | 'unknown';

export interface SandboxError {
  /** `unknown`: the catalogue has no such text. */
  cause: SandboxCause;
  /** What the text names. */
  details: ErrorDetails;
  /** Type of the plugin that failed; absent: none had been called, or it is not said. */
  plugin?: string;
  /** Without wrappers and identifiers, for people. */
  said: string;
}

const rows = [...pluginErrorTexts, ...apiErrorTexts, ...runtimeErrorTexts];

export function readSandboxError(message: string): SandboxError {
  const { plugin, said } = unwrap(message);
  // A wrapper alone may say it: the runtime's own time-out, a network that is not ready.
  const found = matchError(rows, said) ?? matchError(rows, message);
  return {
    cause: found?.cause ?? 'unknown',
    details: found?.details ?? {},
    ...(plugin === undefined ? {} : { plugin }),
    said,
  };
}

// containerd internal/cri/server/sandbox_run.go; cri-o ocicni.go; cri-dockerd and the old dockershim; libcni api.go.
const WRAPPERS = [
  /^Failed to create pod sandbox: /,
  /^rpc error: code = \w+ desc = /,
  /^failed to (?:setup|destroy) network for sandbox "[^"]*": /,
  /^failed to create pod network sandbox k8s_\S+: error adding pod \S+ to CNI network "[^"]*": /,
  /^failed to set up sandbox container "[^"]*" network for pod "[^"]*": networkPlugin cni failed to set up pod "[^"]*" network: /,
  /^network is not ready: |^container runtime network not ready: NetworkReady=false reason:\w+ message:/,
  /^Network plugin returns error: /,
];
const PLUGIN = /^plugin type="(?<type>[^"]+)"(?: name="[^"]*")? failed \(\w+\): /;

function unwrap(message: string): { plugin?: string; said: string } {
  let said = message.trim();
  for (const wrapper of WRAPPERS) said = said.replace(wrapper, '');
  const type = PLUGIN.exec(said)?.groups?.type;
  // The flannel plugin has others do the work, and says so.
  said = said.replace(PLUGIN, '').replace(/^failed to delegate (?:add|del): /, '');
  return { ...(type === undefined ? {} : { plugin: type }), said };
}

// Builds the programs of the cluster from Go modules (`build/`), each into its own cache entry.
// Their versions are in the go.mod files and nowhere else.

import { join } from 'node:path';
import { cached, hashOfFiles } from './cache.ts';
import { mustRun } from './command.ts';
import { labSourceDir } from './paths.ts';

interface Module {
  readonly folder: string;
  /** What is built: the program's name and its package. */
  readonly programs: Readonly<Record<string, string>>;
  readonly linkerFlags: string;
}

const kubernetesVersion = 'v1.34.4';

const modules = {
  kubernetes: {
    folder: 'kubernetes',
    programs: { kubernetes: '.', kubectl: 'k8s.io/kubernetes/cmd/kubectl' },
    // The kubelet and the API server refuse to start without a version.
    linkerFlags: `-s -w -X k8s.io/component-base/version.gitVersion=${kubernetesVersion}`,
  },
  etcd: { folder: 'etcd', programs: { etcd: '.' }, linkerFlags: '-s -w' },
  flannel: { folder: 'flannel', programs: { flanneld: '.', flannel: './cni-plugin' }, linkerFlags: '-s -w' },
  coredns: { folder: 'coredns', programs: { coredns: '.' }, linkerFlags: '-s -w' },
  pause: { folder: 'pause', programs: { pause: '.' }, linkerFlags: '-s -w' },
} satisfies Record<string, Module>;

export type Binaries = Record<keyof typeof modules, string>;

/** The folders with the finished programs. Kubernetes takes as long as all others together: two lanes fill two cores. */
export const buildBinaries = async (): Promise<Binaries> => {
  const others = async () => ({
    etcd: await buildModule(modules.etcd),
    flannel: await buildModule(modules.flannel),
    pause: await buildModule(modules.pause),
    coredns: await buildModule(modules.coredns),
  });
  const [kubernetes, rest] = await Promise.all([buildModule(modules.kubernetes), others()]);
  return { kubernetes, ...rest };
};

const buildModule = async (module: Module): Promise<string> => {
  const source = join(labSourceDir, 'build', module.folder);
  const flags = ['-trimpath', '-buildvcs=false', '-ldflags', module.linkerFlags];
  const inputs = [await hashOfFiles(source), JSON.stringify(module)];
  const entry = await cached(module.folder, inputs, async (dir) => {
    for (const [program, goPackage] of Object.entries(module.programs)) {
      await mustRun(['nice', '-n', '5', 'go', 'build', ...flags, '-o', join(dir, program), goPackage], {
        cwd: source,
        env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '' },
      });
    }
  });
  return entry.dir;
};

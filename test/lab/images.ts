// Builds every container image that runs on the nodes, with buildah, and exports them to one OCI layout.
// Images that rarely change are built once; the product's own image goes through deploy/Dockerfile each time src changes.

import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { cached, hash, hashOfFiles } from './cache.ts';
import { mustRun } from './command.ts';
import { debianMirror, debianRelease, npmDir, packageSourceMounts } from './package-sources.ts';
import { cacheDir, labSourceDir, repositoryDir } from './paths.ts';

export const productImage = 'lab.local/cni-triage:dev';

export interface Images {
  /** An OCI layout that holds, among others, the images below. */
  readonly layoutDir: string;
  readonly names: readonly string[];
  /** Changes when anything but the product's source changes. */
  readonly stableKey: string;
  /** Changes when any image changes. */
  readonly key: string;
}

const debianImage = 'lab.local/debian:bookworm';
const nodeImage = 'lab.local/node:24';
const layoutDir = join(cacheDir, 'oci');
const imagesDir = join(labSourceDir, 'images');

/** Images that need no program of ours; they can be built while Go compiles. */
export const buildBaseImages = async (): Promise<string> => {
  const debian = await cached('debian', [debianRelease, await dockerfileHash('debian')], async (dir) => {
    await makeRootFileSystem(dir);
    await build(debianImage, 'debian', dir);
  });
  const nodeBinary = join(repositoryDir, 'node_modules/node/bin/node');
  const nodeInputs = [debian.key, await mustRun([nodeBinary, '--version']), await dockerfileHash('node')];
  const node = await cached('node', nodeInputs, async (dir) => {
    await cp(nodeBinary, join(dir, 'node'));
    await cp(await npmDir(), join(dir, 'npm'), { recursive: true });
    await build(nodeImage, 'node', dir, debianImage);
  });
  const tools = await cached('tools', [debian.key, await dockerfileHash('tools')], async (dir) => {
    await build('lab.local/tools:1', 'tools', dir, debianImage);
    await exportToLayout('lab.local/tools:1');
  });
  return hash([node.key, tools.key]);
};

export const buildImages = async (binaries: Binaries, baseKey: string): Promise<Images> => {
  const upstream = [
    { name: 'lab.local/pause:1', dockerfile: 'pause', context: binaries.pause },
    { name: 'ghcr.io/flannel-io/flannel:v0.28.4', dockerfile: 'flannel', context: binaries.flannel },
    { name: 'registry.k8s.io/coredns/coredns:v1.14.3', dockerfile: 'coredns', context: binaries.coredns },
  ];
  const keys: string[] = [];
  for (const { name, dockerfile, context } of upstream) {
    const inputs = [baseKey, context, await dockerfileHash(dockerfile)];
    const entry = await cached(`image-${dockerfile}`, inputs, async () => {
      await build(name, dockerfile, context, debianImage);
      await exportToLayout(name);
    });
    keys.push(entry.key);
  }
  const dependencies = await Promise.all(
    ['package.json', 'package-lock.json', 'deploy/Dockerfile'].map((path) =>
      hashOfFiles(join(repositoryDir, path)),
    ),
  );
  const stableKey = hash([baseKey, ...keys, ...dependencies]);
  const product = await cached(
    'image-product',
    [stableKey, await hashOfFiles(join(repositoryDir, 'src'))],
    async () => {
      await buildProductImage();
      await exportToLayout(productImage);
    },
  );
  const names = ['lab.local/tools:1', ...upstream.map(({ name }) => name), productImage];
  return { layoutDir, names, stableKey, key: hash([stableKey, product.key]) };
};

const buildProductImage = async () => {
  const dockerfile = join(repositoryDir, 'deploy/Dockerfile');
  await buildah([
    'bud',
    ...budOptions,
    ...(await packageSourceMounts()),
    '--build-arg',
    `BASE=${nodeImage}`,
    '--file',
    dockerfile,
    '--tag',
    productImage,
    repositoryDir,
  ]);
};

const build = async (name: string, dockerfile: string, context: string, base?: string) => {
  const baseArgument = base === undefined ? [] : ['--build-arg', `BASE=${base}`];
  const file = join(imagesDir, `${dockerfile}.Dockerfile`);
  await buildah([
    'bud',
    ...budOptions,
    ...(await packageSourceMounts()),
    ...baseArgument,
    '--file',
    file,
    '--tag',
    name,
    context,
  ]);
};

const budOptions = ['--isolation', 'chroot', '--network', 'host', '--layers', '--pull-never'];

const buildah = async (args: readonly string[]) => {
  const storage = ['--root', join(cacheDir, 'buildah'), '--runroot', join(cacheDir, 'buildah-run')];
  await mkdir(cacheDir, { recursive: true });
  return await mustRun(['nice', '-n', '5', 'buildah', ...storage, '--storage-driver', 'overlay', ...args]);
};

/** Uncompressed, so that a layer's blob has the same name in every image and is written once. */
const exportToLayout = (name: string) =>
  buildah(['push', '--quiet', '--disable-compression', name, `oci:${layoutDir}:${name}`]);

const makeRootFileSystem = async (dir: string) => {
  const root = join(dir, 'rootfs');
  await mustRun([
    'nice',
    '-n',
    '5',
    'debootstrap',
    '--variant=minbase',
    debianRelease,
    root,
    ...(await debianMirror()),
  ]);
  // What public slim images leave out too: two thirds of the files, and each node has to link every one.
  const unneeded = [
    'usr/share/doc',
    'usr/share/man',
    'usr/share/locale',
    'usr/share/info',
    'var/lib/apt/lists',
    'var/cache/apt',
  ];
  const paths = unneeded.map((path) => join(root, path));
  await mustRun(['find', ...paths, '-mindepth', '1', '-delete']);
  const noDocumentation = ['doc', 'man', 'locale', 'info']
    .map((name) => `path-exclude /usr/share/${name}/*\n`)
    .join('');
  await writeFile(join(root, 'etc/dpkg/dpkg.cfg.d/no-documentation'), noDocumentation);
  await mustRun(['tar', '--numeric-owner', '-C', root, '-cf', join(dir, 'rootfs.tar'), '.']);
  await mustRun(['rm', '-rf', root]);
};

const dockerfileHash = async (name: string) =>
  hash([await readFile(join(imagesDir, `${name}.Dockerfile`), 'utf8')]);

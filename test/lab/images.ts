// Builds every container image that runs on the nodes, with buildah, and exports them to one OCI layout.
// Images that rarely change are built once; the product's own image goes through deploy/Dockerfile each time src changes.

import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Binaries } from './binaries.ts';
import { type CacheEntry, cached, hash, hashOfFiles } from './cache.ts';
import { mustRun } from './command.ts';
import { debianMirror, debianRelease, npmDir, packageSourceMounts } from './package-sources.ts';
import { cacheDir, labSourceDir, repositoryDir } from './paths.ts';

export interface Image {
  /** The name on the nodes. */
  readonly name: string;
  /** The name in the layout: one for each version, so that builds at the same time do not mix. */
  readonly buildName: string;
}

export interface Images {
  /** An OCI layout that holds, among others, the images below. */
  readonly layoutDir: string;
  readonly images: readonly Image[];
  /** Changes when anything but the product's source changes. */
  readonly stableKey: string;
  /** Changes when any image changes. */
  readonly key: string;
}

export interface BaseImages {
  readonly debian: CacheEntry;
  readonly node: CacheEntry;
  readonly tools: CacheEntry;
}

const layoutDir = join(cacheDir, 'oci');
const imagesDir = join(labSourceDir, 'images');
const productInputs = ['package.json', 'package-lock.json', 'deploy/Dockerfile', 'src'];

/** Images that need no program of ours; they can be built while Go compiles. */
export const buildBaseImages = async (): Promise<BaseImages> => {
  const debian = await cached('debian', [debianRelease, await dockerfileHash('debian')], async (dir, key) => {
    await makeRootFileSystem(dir);
    await build({ key, context: dir, file: dockerfile('debian') });
  });
  const nodeBinary = join(repositoryDir, 'node_modules/node/bin/node');
  const nodeVersion = await mustRun([nodeBinary, '--version']);
  const node = await cached(
    'node',
    [debian.key, nodeVersion, await dockerfileHash('node')],
    async (dir, key) => {
      await cp(nodeBinary, join(dir, 'node'));
      await cp(await npmDir(), join(dir, 'npm'), { recursive: true });
      await build({ key, context: dir, file: dockerfile('node'), base: debian });
    },
  );
  const tools = await cached('tools', [debian.key, await dockerfileHash('tools')], async (dir, key) => {
    await build({ key, context: dir, file: dockerfile('tools'), base: debian });
    await exportToLayout(key);
  });
  return { debian, node, tools };
};

export const buildImages = async (binaries: Binaries, bases: BaseImages): Promise<Images> => {
  const images: Image[] = [{ name: 'lab.local/tools:1', buildName: buildName(bases.tools.key) }];
  const upstream = [
    { name: 'lab.local/pause:1', part: 'pause' as const },
    { name: 'ghcr.io/flannel-io/flannel:v0.28.4', part: 'flannel' as const },
    { name: 'registry.k8s.io/coredns/coredns:v1.14.3', part: 'coredns' as const },
  ];
  for (const { name, part } of upstream) {
    const context = binaries[part];
    const inputs = [bases.debian.key, context, await dockerfileHash(part)];
    const { key } = await cached(`image-${part}`, inputs, async (_dir, key) => {
      await build({ key, context, file: dockerfile(part), base: bases.debian });
      await exportToLayout(key);
    });
    images.push({ name, buildName: buildName(key) });
  }
  const product = await buildProductImage(bases.node);
  const stableKey = hash([...images.map(({ buildName }) => buildName), bases.node.key, product.dependencies]);
  images.push({ name: 'lab.local/cni-triage:dev', buildName: buildName(product.key) });
  return { layoutDir, images, stableKey, key: hash([stableKey, product.key]) };
};

/** Builds from a copy, so that the image holds what its key says while someone goes on editing. */
const buildProductImage = async (node: CacheEntry): Promise<{ key: string; dependencies: string }> => {
  const context = await mkdtemp(join(cacheDir, 'unfinished-context-'));
  try {
    for (const path of productInputs) {
      await cp(join(repositoryDir, path), join(context, path), { recursive: true, preserveTimestamps: true });
    }
    const hashes = await Promise.all(productInputs.map((path) => hashOfFiles(join(context, path))));
    const { key } = await cached('image-product', [node.key, ...hashes], async (_dir, key) => {
      await build({ key, context, file: join(context, 'deploy/Dockerfile'), base: node });
      await exportToLayout(key);
    });
    return { key, dependencies: hash(hashes.slice(0, -1)) };
  } finally {
    await rm(context, { recursive: true, force: true });
  }
};

interface Build {
  readonly key: string;
  readonly context: string;
  readonly file: string;
  readonly base?: CacheEntry;
}

const build = async ({ key, context, file, base }: Build) => {
  const options = ['--isolation', 'chroot', '--network', 'host', '--layers', '--pull-never'];
  const baseArgument = base === undefined ? [] : ['--build-arg', `BASE=${buildName(base.key)}`];
  const mounts = await packageSourceMounts();
  await buildah([
    'bud',
    ...options,
    ...mounts,
    ...baseArgument,
    '--file',
    file,
    '--tag',
    buildName(key),
    context,
  ]);
};

/** Uncompressed, so that a layer's blob has the same name in every image and is written once. */
const exportToLayout = (key: string) =>
  buildah(['push', '--quiet', '--disable-compression', buildName(key), `oci:${layoutDir}:${buildName(key)}`]);

/** One at a time on the machine, and with its mounts in a namespace that ends with it. */
const buildah = async (args: readonly string[]) => {
  await mkdir(cacheDir, { recursive: true });
  const alone = ['flock', join(cacheDir, 'buildah.lock'), 'nice', '-n', '5'];
  const ownMounts = ['unshare', '--mount', '--propagation', 'private'];
  const storage = ['--root', join(cacheDir, 'buildah'), '--runroot', join(cacheDir, 'buildah-run')];
  return await mustRun([
    ...alone,
    ...ownMounts,
    'buildah',
    ...storage,
    '--storage-driver',
    'overlay',
    ...args,
  ]);
};

const buildName = (key: string) => `lab.local/build:${key}`;
const dockerfile = (name: string) => join(imagesDir, `${name}.Dockerfile`);
const dockerfileHash = async (name: string) => hash([await readFile(dockerfile(name), 'utf8')]);

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

// The template of a node's image store: a containerd root into which the images were imported once.
// A node gets it in a moment: hard links for the contents, real copies only for the databases.

import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, hashOfFiles } from './cache.ts';
import { mustRun } from './command.ts';
import type { Images } from './images.ts';
import { labSourceDir } from './paths.ts';

interface Descriptor {
  readonly digest: string;
  readonly annotations?: Record<string, string>;
}

const containerdConfig = join(labSourceDir, 'containerd.toml');
const refName = 'org.opencontainers.image.ref.name';

/** Two steps: when only the product's source changed, its last layer is added to the template of all the rest. */
export const buildImageTemplate = async (images: Images): Promise<string> => {
  const settings = await Promise.all(
    [containerdConfig, join(labSourceDir, 'import-images.sh')].map(hashOfFiles),
  );
  const stable = await cached('node-images', [images.stableKey, ...settings], async (dir) => {
    await mkdir(join(dir, 'root'));
    await importImages(images, dir, new Set());
  });
  const current = await cached('node-images', [images.key, ...settings], async (dir) => {
    await linkImageStore(stable.dir, join(dir, 'root'));
    const present: string[] = JSON.parse(await readFile(join(stable.dir, 'blobs.json'), 'utf8'));
    await importImages(images, dir, new Set(present));
  });
  return current.dir;
};

/** Gives a node its own image store. */
export const linkImageStore = async (template: string, root: string) => {
  const from = join(template, 'root');
  await mustRun(['cp', '--archive', '--link', from, root]);
  const databases = (await readdir(from, { recursive: true })).filter((path) => path.endsWith('.db'));
  await Promise.all(
    databases.map((path) => mustRun(['cp', '--remove-destination', join(from, path), join(root, path)])),
  );
};

const importImages = async (images: Images, dir: string, present: ReadonlySet<string>) => {
  const layout = join(dir, 'layout');
  await mkdir(join(layout, 'blobs/sha256'), { recursive: true });
  const manifests = await manifestsOf(images);
  const blobs = (await Promise.all(manifests.map((manifest) => blobsOf(images, manifest)))).flat();
  for (const digest of new Set(blobs)) {
    const blob = join('blobs/sha256', digest.replace('sha256:', ''));
    if (!present.has(digest)) await mustRun(['ln', join(images.layoutDir, blob), join(layout, blob)]);
  }
  await cp(join(images.layoutDir, 'oci-layout'), join(layout, 'oci-layout'));
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await writeFile(join(dir, 'blobs.json'), JSON.stringify(blobs));
  const importer = [
    ...[
      'unshare',
      '--net',
      '--pid',
      '--mount',
      '--fork',
      '--kill-child=KILL',
      '--mount-proc',
      '--propagation',
      'private',
    ],
    ...['sh', join(labSourceDir, 'import-images.sh'), join(dir, 'root'), containerdConfig],
  ];
  await mustRun(['sh', '-c', 'tar -C "$0" -cf - . | "$@"', layout, ...importer]);
  await mustRun(['rm', '-rf', layout]);
};

/** The layout is shared by all versions of all images, so only the manifests of today's are taken from it. */
const manifestsOf = async ({ layoutDir, images }: Images): Promise<Descriptor[]> => {
  const index = JSON.parse(await readFile(join(layoutDir, 'index.json'), 'utf8')) as {
    manifests: Descriptor[];
  };
  return images.map(({ name, buildName }) => {
    const manifest = index.manifests.findLast(({ annotations }) => annotations?.[refName] === buildName);
    if (manifest === undefined)
      throw new Error(`Image ${name} is not in ${layoutDir}: remove that folder and run build again.`);
    return { ...manifest, annotations: { 'io.containerd.image.name': name } };
  });
};

const blobsOf = async ({ layoutDir }: Images, manifest: Descriptor): Promise<string[]> => {
  const raw = await readFile(join(layoutDir, 'blobs/sha256', manifest.digest.replace('sha256:', '')), 'utf8');
  const { config, layers } = JSON.parse(raw) as { config: Descriptor; layers: Descriptor[] };
  return [manifest.digest, config.digest, ...layers.map(({ digest }) => digest)];
};

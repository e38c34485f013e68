// Makes a fresh clone runnable: installs packages when they are missing or not the ones of the lock file.
// Plain JavaScript, because it runs on the machine's own Node (20 or later) before the pinned one is there.

import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..', '..');

if (!isInstalled()) {
  console.error('Installing packages ...');
  // Not `npm ci`: it refuses lock files written against registries that lack some platforms' packages.
  const install = spawnSync('npm', ['install', '--no-audit', '--no-fund'], {
    cwd: root,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (install.status !== 0 || !isInstalled()) {
    console.error('npm install did not bring what package-lock.json asks for; see its output above.');
    process.exit(3);
  }
}

function isInstalled() {
  const nodeBinary = join(root, 'node_modules', '.bin', 'node');
  if (!existsSync(join(root, 'node_modules', '.package-lock.json')) || !existsSync(nodeBinary)) return false;
  const wanted = readJson('package-lock.json').packages;
  const present = readJson('node_modules/.package-lock.json').packages;
  const manifest = readJson('package.json');
  return (
    ['dependencies', 'devDependencies'].every((kind) => sameRanges(manifest[kind], wanted[''][kind])) &&
    Object.entries(wanted).every(
      ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
    )
  );
}

function sameRanges(some = {}, other = {}) {
  const names = new Set([...Object.keys(some), ...Object.keys(other)]);
  return [...names].every((name) => some[name] === other[name]);
}

function readJson(path) {
  return JSON.parse(readFileSync(join(root, path), 'utf8'));
}

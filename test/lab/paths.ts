// Where the lab keeps things on the machine: one cache of built parts, one folder for each running lab.
// Nothing of it is ever inside the repository.

import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

export const repositoryDir = resolve(import.meta.dirname, '../..');
export const labSourceDir = import.meta.dirname;
export const cacheDir = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'cni-triage-lab');

/** Cache entries and labs share one file system: a node's images are hard links into the cache. */
export const labDir = (name: string) => join(cacheDir, 'labs', name);

// What `cni` does around approvals: `approval-key` makes the pair of keys as two files, `audit verify` looks whether an exported
// audit was altered. Neither asks a cluster.

import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Language } from './incidents/intent.ts';
import { approvalKeyWords } from './messages/approval-key.ts';
import { chainWords } from './messages/audit.ts';
import { type AuditLine, CHAIN_START, readAuditLine, verifyChain } from './remediation/audit.ts';
import { generateKeys } from './remediation/signature.ts';

/** `sentence`: for whoever asked. `status`: of the three ways in which this can go. */
export interface Told {
  status: 'well' | 'broken' | 'impossible';
  sentence: string;
}

const PRIVATE_KEY = 'approval-private.pem';
const PUBLIC_KEY = 'approval-public.pem';

/** The private key goes into its file and nowhere else; no file is overwritten. */
export async function makeApprovalKey(folder: string, language: Language): Promise<Told> {
  const { privateKey, publicKey } = generateKeys();
  const privatePath = join(folder, PRIVATE_KEY);
  const publicPath = join(folder, PUBLIC_KEY);
  const refusal =
    (await writeNew(privatePath, privateKey, 0o600, language)) ??
    (await writeNew(publicPath, publicKey, 0o644, language).then(async (refused) => {
      if (refused) await rm(privatePath);
      return refused;
    }));
  return refusal ?? { status: 'well', sentence: approvalKeyWords.made[language](privatePath, publicPath) };
}

async function writeNew(
  path: string,
  text: string,
  mode: number,
  language: Language,
): Promise<Told | undefined> {
  try {
    await writeFile(path, text, { flag: 'wx', mode });
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const { exists, failed } = approvalKeyWords;
    const sentence = code === 'EEXIST' ? exists[language](path) : failed[language](path, message);
    return { status: 'impossible', sentence };
  }
}

/** `file`: JSON lines, of the whole audit or of a part without gaps, whose first line is then taken for granted. */
export async function verifyAudit(file: string, language: Language): Promise<Told> {
  const text = await readFile(file, 'utf8').catch((error: Error) => error);
  if (text instanceof Error) return { status: 'impossible', sentence: text.message };
  const rows = text.split('\n').filter((row) => row.trim() !== '');
  const lines: AuditLine[] = [];
  for (const [index, row] of rows.entries()) {
    const read = readAuditLine(row);
    if (!read) return { status: 'broken', sentence: chainWords.unreadable[language](index + 1) };
    lines.push(read);
  }
  const [first] = lines;
  if (!first) return { status: 'impossible', sentence: chainWords.empty[language] };
  const verdict = verifyFrom(first, lines);
  return verdict.ok
    ? { status: 'well', sentence: chainWords.whole[language](lines.length, first.number, verdict.lastHash) }
    : { status: 'broken', sentence: chainWords.broken[language](verdict.brokenAt) };
}

const verifyFrom = (first: AuditLine, lines: AuditLine[]): ReturnType<typeof verifyChain> =>
  first.number === 0
    ? verifyChain(lines, { hash: CHAIN_START, number: 0 })
    : verifyChain(lines.slice(1), { hash: first.hash, number: first.number + 1 });

// Writes docs/playbooks.md: for each playbook of the registry the tree of its file's header, and its codes with their
// English sentences. Pure: the headers come in, the page goes out.

import type { CodeDefinition, Finding, FindingCode } from '../../src/diagnosis/finding.ts';
import type { Playbook } from '../../src/diagnosis/playbook.ts';
import { wordsOf } from '../../src/messages/findings.ts';
import { layerNames } from '../../src/messages/interface.ts';
import { findingSamples } from './finding-samples.ts';

const TITLE = `# Playbooks

<!-- Written by \`npm run docs\` from src/playbooks and src/messages. Change those, not this page. -->

What each playbook can find, and the tree by which it decides. Codes are stable: they change only with a version bump.
A sentence stands here with made-up names, for one of the code's causes.
P is the priority before the evidence raises it: a P1 on every node becomes a P0.
`;

/** `sources`: playbook id -> text of its file. */
export function playbooksPage(playbooks: readonly Playbook[], sources: ReadonlyMap<string, string>): string {
  const parts = playbooks.map((playbook) => section(playbook, sources.get(playbook.id) ?? ''));
  return [TITLE, ...parts].join('\n');
}

function section({ id, codes }: Playbook, source: string): string {
  const rows = Object.entries(codes).map(([code, definition]) => row(code as FindingCode, definition));
  return `## ${id}

\`\`\`
${header(source)}
\`\`\`

| Code | Layer | P | What it says |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** The comment at the top of the file, without its slashes. */
function header(source: string): string {
  const lines = source.split('\n');
  const end = lines.findIndex((line) => !line.startsWith('//'));
  return lines
    .slice(0, end)
    .map((line) => line.replace(/^\/\/ ?/, ''))
    .join('\n');
}

function row(code: FindingCode, definition: CodeDefinition): string {
  const { headline, cause } = wordsOf(sampleOf(code, definition), 'en');
  const standing = findingSamples[code].awaited ? '_Declared; nothing finds it yet._ ' : '';
  const said = `${standing}**${cell(headline)}.** ${cell(cause)}`;
  return `| \`${code}\` | ${layerNames[definition.layer].en} | ${definition.priority} | ${said} |`;
}

function sampleOf(code: FindingCode, definition: CodeDefinition): Finding {
  // Code and params of a sample always match; TypeScript cannot follow that through the union of codes.
  return {
    code,
    ...definition,
    ...findingSamples[code],
    subject: { kind: 'sample' },
    confidence: 'proven',
    advisory: false,
    evidence: [],
    explains: [],
    remediations: [],
  } as Finding;
}

const cell = (text: string): string => text.replaceAll('|', '\\|').replaceAll('\n', ' ').trim();

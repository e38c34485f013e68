// The fix buttons under a verdict: which ones, in which order, and that nothing in a click is believed.

import { expect, test } from 'vitest';
import type { Finding } from '../../src/diagnosis/finding.ts';
import { automaticRemediation } from '../../src/remediation/catalog/index.ts';
import { decodeFix, fixButtons } from '../../src/slack/fix-row.ts';
import { replyMessage } from '../../src/slack/messages.ts';
import { remediableFaults } from '../support/remediable-faults.ts';
import { blockProblems } from '../support/slack-workspace/block-kit.ts';
import { diagnoses, dropped, sampleIncident } from '../support/verdict-samples.ts';

const findingFor = (remediation: string): Finding =>
  remediableFaults.find((fault) => fault.remediation === remediation)?.finding as Finding;
const dns = findingFor('scale-coredns');
const agent = findingFor('restart-cni-agent');

const under = (...findings: Finding[]) =>
  fixButtons({ ...diagnoses['root cause'], findings }, 'dns-7k2p', 'en');
const wantedBy = (...findings: Finding[]) => under(...findings).map(({ value }) => decodeFix(value));

test('a cause that only a person can mend has no button', () => {
  expect(under(dropped)).toEqual([]);
});

test('each button carries its incident, diagnosis, finding and fix', () => {
  expect(wantedBy(dropped, agent)[0]).toEqual({
    ...{ incidentId: 'dns-7k2p', diagnosisId: diagnoses['root cause'].id },
    ...{ finding: 1, remediation: 'restart-cni-agent' },
  });
});

test('there are three at most, those of causes before those of what is only odd', () => {
  const odd = { ...dns, advisory: true } as Finding;

  const wanted = wantedBy(odd, agent);

  expect(wanted[0]).toMatchObject({ finding: 1, remediation: 'restart-cni-agent' });
  expect(wantedBy(dns, odd, agent)).toHaveLength(3);
});

test('every fix that is offered is one that a machine may make', () => {
  const offered = remediableFaults.flatMap(({ finding }) => wantedBy(finding));

  expect(offered.length).toBeGreaterThan(0);
  for (const wanted of offered) expect(automaticRemediation(wanted?.remediation ?? '')).toBeDefined();
});

test('two fixes of the same kind are told apart by their node', () => {
  const labels = under(agent, { ...agent, node: 'n9' } as Finding).map(({ label }) => label);

  expect(new Set(labels).size).toBe(labels.length);
});

test('however long a node is called, Slack takes the verdict with its buttons', () => {
  const diagnosis = {
    ...diagnoses['root cause'],
    findings: [{ ...agent, node: 'n'.repeat(253) } as Finding],
  };

  const { blocks } = replyMessage(sampleIncident({ diagnosing: false, diagnosis }), { fixable: true });

  expect(blockProblems(blocks)).toEqual([]);
  expect(blocks.slice(-2).map(({ type }) => type)).toEqual(['actions', 'actions']);
});

test.each([
  undefined,
  '',
  'dns-1',
  'dns-1/d-1',
  'dns-1/d-1/x/restart-coredns',
  'dns-1/d-1/-1/restart-coredns',
])('a click that carries %j asks for nothing', (value) => {
  expect(decodeFix(value)).toBeUndefined();
});

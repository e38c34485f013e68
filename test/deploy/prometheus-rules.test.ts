// The rules and examples for Prometheus and Alertmanager, by their own tools: that they are valid, that each alert fires when
// it should and only then, and that the bot knows every one of them.

import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse } from 'yaml';
import { routes } from '../../src/alertmanager/routes.ts';
import { run } from '../lab/command.ts';
import { findDebianProgram } from '../support/debian-programs.ts';

const DEPLOY = join(import.meta.dirname, '../../deploy/prometheus');
const TESTS = join(DEPLOY, 'tests');
const RULES = join(DEPLOY, 'cni-triage-rules.yaml');

interface RuleFile {
  groups: { rules: { alert: string; labels: { severity: string }; annotations: object }[] }[];
}
interface RuleTests {
  rule_files: string[];
  tests: { alert_rule_test: { alertname: string; exp_alerts: unknown[] }[] }[];
}

const read = <T>(path: string): T => parse(readFileSync(path, 'utf8')) as T;
const rules = read<RuleFile>(RULES).groups.flatMap((group) => group.rules);
const names = [...new Set(rules.map(({ alert }) => alert))];
const testFiles = readdirSync(TESTS).filter((file) => file.endsWith('.test.yaml'));

const [promtool, amtool] = await Promise.all([findDebianProgram('promtool'), findDebianProgram('amtool')]);
const missing = promtool === undefined || amtool === undefined;
if (missing)
  process.stderr.write('Skipped: there are no promtool and amtool here, and apt does not bring them.\n');

describe.skipIf(missing)('the tools of Prometheus', () => {
  test('take the rules', async () => {
    expect(await runTool([promtool, 'check', 'rules', RULES])).toContain('SUCCESS');
  });

  test.each(testFiles)('pass %s', async (file) => {
    expect(await runTool([promtool, 'test', 'rules', join(TESTS, file)])).toContain('SUCCESS');
  });

  test('take the example for Prometheus', async () => {
    const example = await withoutDiscovery(join(DEPLOY, 'scrape-example.yaml'));

    expect(await runTool([promtool, 'check', 'config', '--syntax-only', example])).not.toContain('FAILED');
  });

  test('take the example for Alertmanager', async () => {
    const example = join(DEPLOY, 'alertmanager-example.yaml');

    expect(await runTool([amtool, 'check-config', example])).toContain('SUCCESS');
  });
});

test('the three alerts of the guide are there under their own names', () => {
  expect(names).toEqual(
    expect.arrayContaining(['CNIComponentDown', 'CoreDNSHealthError', 'NetworkLatencyHigh']),
  );
});

test('the bot looks for the cause of every alert', () => {
  const diagnosed = new Set(routes.flatMap((route) => ('playbook' in route ? route.alerts : [])));

  expect(names.filter((name) => !diagnosed.has(name))).toEqual([]);
});

test('every alert has a severity, a summary and a description', () => {
  for (const { labels, annotations } of rules) {
    expect(labels.severity).toMatch(/^(critical|warning|info)$/);
    expect(Object.keys(annotations)).toEqual(['summary', 'description']);
  }
});

test('every alert has a case in which it fires and one in which it does not', () => {
  const cases = testFiles
    .map((file) => read<RuleTests>(join(TESTS, file)))
    .filter(({ rule_files }) => rule_files.some((file) => file.endsWith('cni-triage-rules.yaml')))
    .flatMap(({ tests }) => tests.flatMap((each) => each.alert_rule_test));
  const fires = new Set(cases.flatMap((each) => (each.exp_alerts.length > 0 ? [each.alertname] : [])));
  const isSilent = new Set(cases.flatMap((each) => (each.exp_alerts.length === 0 ? [each.alertname] : [])));

  expect(names.filter((name) => !fires.has(name))).toEqual([]);
  expect(names.filter((name) => !isSilent.has(name))).toEqual([]);
});

/** What it printed, when it was content. */
async function runTool(argv: (string | undefined)[]): Promise<string> {
  const { code, stdout, stderr } = await run(argv.filter((each) => each !== undefined));
  expect({ code, stderr, stdout }).toMatchObject({ code: 0 });
  return stdout;
}

/** Debian builds its Prometheus without discovery in Kubernetes, so that this part is taken out of a copy. */
async function withoutDiscovery(path: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cni-triage-test-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const { scrape_configs, ...others } = read<{ scrape_configs: Record<string, unknown>[] }>(path);
  const jobs = scrape_configs.map(({ kubernetes_sd_configs: _, ...job }) => job);
  const copy = join(folder, 'prometheus.yaml');
  await writeFile(copy, JSON.stringify({ ...others, scrape_configs: jobs }));
  return copy;
}

// Prints what a storm did, and holds it against the numbers of the product: nothing lost, quick answers, little memory,
// within Slack's limits, one thread an incident.

import { raiseStorm, type StormResult } from './storm.ts';

const LIMITS = { p99Ms: 250, peakMegabytes: 512 };

/** Whether all numbers held. */
export async function benchStorm(alerts: number, seconds: number): Promise<boolean> {
  console.log(`${alerts} alerts in ${seconds} s …`);
  const result = await raiseStorm({ alerts, seconds });
  const { counts, webhooks, slack } = result;
  console.log(`alerts      ${JSON.stringify(counts)}, lost ${result.lost}`);
  console.log(
    `webhooks    ${webhooks.sent} sent, ${webhooks.refused} refused; p50 ${webhooks.p50Ms} ms, p99 ${webhooks.p99Ms} ms, max ${webhooks.maxMs} ms`,
  );
  console.log(
    `incidents   ${result.incidents} in ${result.threads} threads, backlog empty ${Math.round(result.drainedMs)} ms after the last webhook`,
  );
  console.log(`slack       ${JSON.stringify(slack.calls)}, refused for the rate ${slack.rateLimited}`);
  console.log(`memory      ${result.peakMegabytes} MB at most, bot and worker together`);
  const missed = missedBy(result, alerts);
  console.log(missed.length === 0 ? 'all numbers held' : `NOT HELD: ${missed.join('; ')}`);
  return missed.length === 0;
}

function missedBy(
  { counts, lost, webhooks, slack, peakMegabytes, incidents, threads }: StormResult,
  sent: number,
): string[] {
  const checks: [boolean, string][] = [
    [counts.received === sent, `${counts.received} of ${sent} alerts received`],
    [lost === 0, `${lost} alerts lost`],
    [counts.waiting === 0, `${counts.waiting} alerts still waiting`],
    [webhooks.refused === 0, `${webhooks.refused} webhooks refused`],
    [webhooks.p99Ms < LIMITS.p99Ms, `p99 of the webhook ${webhooks.p99Ms} ms`],
    [peakMegabytes <= LIMITS.peakMegabytes, `${peakMegabytes} MB`],
    [slack.rateLimited === 0, `${slack.rateLimited} calls that Slack refused for the rate`],
    [incidents === threads, `${incidents} incidents in ${threads} threads`],
  ];
  return checks.filter(([held]) => !held).map(([, what]) => what);
}

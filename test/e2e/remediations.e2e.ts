// Every remediation that the lab can try, from the fault to the proof: diagnosed, asked for by one person, approved by others,
// carried out with the rights that were generated for it, proven by the diagnosis that had failed, and taken back.

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { automaticRemediation } from '../../src/remediation/catalog/index.ts';
import { connectLab, type Lab } from '../lab/fault.ts';
import { type Fix, type FixingBot, people, startFixingBot } from './fixing-bot.ts';
import { type Remedy, remedies, restorations } from './remedies.ts';
import { lowerLab, raiseLab } from './shared-lab.ts';

const LAB = 'e2e-fixes';
const OPENINGS = {
  fixed: /^✅/u,
  'still-failing': /^❌ Done/u,
  contained: /^🛡/u,
  'other-cause': /^🟡/u,
} as const;
const UNDONE = {
  'the-fault': /^↩️ Taken back; the fault is there again/u,
  'not-ready': /^❌ It broke off at step 3 of 3/u,
  anything: /^↩️/u,
} as const;

describe('remediations on a real cluster', () => {
  let lab: Lab;
  let bot: FixingBot;

  beforeAll(async () => {
    lab = await connectLab(await raiseLab(LAB, 'flannel-vxlan'));
    bot = await startFixingBot(lab, ['shop']);
    await bot.seeHealthy(['cluster']);
  });
  afterAll(async () => {
    await bot?.stop();
    await lowerLab(LAB);
  });

  const named = (list: readonly Remedy[]) =>
    list.map((remedy) => [remedy.remediation, remedy.fault.name, remedy] as const);

  it.each(named(remedies))('%s for %s', (_id, _fault, remedy) => tryOut(remedy));

  describe('with what was kept while all was well', () => {
    beforeAll(() => bot.seeHealthyAgain(['cluster']));

    it.each(named(restorations))('%s for %s', (_id, _fault, remedy) => tryOut(remedy));
  });

  async function tryOut({ remediation, fault, end = 'fixed', undo }: Remedy): Promise<void> {
    try {
      const { words } = await fault.inject(lab);
      const incident = await bot.diagnose(words);
      const fix = await bot.ask(incident, remediation);
      await approve(fix, remediation);

      expect(await fix.end()).toMatch(OPENINGS[end]);

      if (undo) {
        const back = await fix.undo();
        await approve(back, remediation);

        expect(await back.end()).toMatch(UNDONE[undo]);
      }
    } finally {
      await fault.recover(lab);
      await bot.closeAll();
    }
  }

  /** By as many as its risk wants, none of whom asked for it. */
  async function approve(fix: Fix, remediation: string): Promise<void> {
    await fix.press(people.sam, 'approve');
    if (automaticRemediation(remediation)?.risk !== 'high') return;
    await fix.until('the first one counts', (words) => words.includes(`@${people.sam}`));
    await fix.press(people.liwei, 'approve');
  }
});

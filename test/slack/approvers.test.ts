// Who may approve is asked of Slack at the moment of the click; what Slack does not answer is never taken for a yes.

import { expect, test } from 'vitest';
import { type FixDesk, liwei, sam, startFixDesk } from './fix-desk.ts';

const audit = ({ memory }: FixDesk) => memory.audited.map(({ what, who, result }) => [what, who, result]);

test('who is in no group that may approve hears so in their language', async () => {
  const desk = await startFixDesk();
  await desk.ask();

  await desk.press(liwei, 'fix-approve');

  expect(await desk.heard(liwei)).toBe('你没有审批此处中风险修复的权限。');
  expect(audit(desk).at(-1)).toEqual(['refused', 'U0LIWEI', 'not-allowed']);
});

test('who was taken out of the group a minute ago may not approve any more', async () => {
  const desk = await startFixDesk({ risk: 'high' });
  desk.workspace.state.groups.set('S0ONCALL', ['U0SAM', 'U0LIWEI']);
  await desk.ask();
  await desk.press(sam, 'fix-approve');
  await desk.workspace.until(() => audit(desk).length === 3);
  desk.workspace.state.groups.set('S0ONCALL', ['U0SAM']);
  desk.advance(60_000);

  await desk.press(liwei, 'fix-approve');

  expect(await desk.heard(liwei)).toContain('权限');
  expect(desk.memory.executions.size).toBe(0);
});

test('an account that was deactivated decides nothing', async () => {
  const desk = await startFixDesk();
  await desk.ask();
  desk.workspace.state.people.set('U0SAM', {
    ...{ id: 'U0SAM', name: 'sam', locale: 'en-US', isDeactivated: true },
  });

  await desk.press(sam, 'fix-approve');

  expect(await desk.heard(sam)).toBe('That account is deactivated.');
  expect(desk.state()).toBe('waiting');
});

test.each(['users.info', 'usergroups.users.list'])(
  'while Slack does not answer %s nobody is taken for anybody',
  async (method) => {
    const desk = await startFixDesk();
    await desk.ask();
    desk.workspace.faults.stage(method, { kind: 'http', status: 503 }, 5);

    await desk.press(sam, 'fix-approve');

    expect(await desk.heard(sam)).toContain('I could not check with Slack who you are');
    expect(desk.state()).toBe('waiting');
    expect(desk.memory.executions.size).toBe(0);
  },
);

test('a group that does not exist lets nobody approve, and the log says so', async () => {
  const desk = await startFixDesk({ groups: ['S0GONE'] });
  await desk.ask();

  await desk.press(sam, 'fix-approve');

  expect(await desk.heard(sam)).toContain('You may not decide about fixes of medium risk here.');
  expect(desk.logged).toContainEqual({ level: 'warn', message: 'Nobody of this group can approve' });
});

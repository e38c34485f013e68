// Who may approve what, and what does not count: each wrong decision is refused with its reason and changes nothing.

import { expect, test } from 'vitest';
import {
  type ApprovalPolicy,
  type Decision,
  type DecisionRefusal,
  decide,
  isApproved,
  isGenuine,
} from '../../src/remediation/approval.ts';
import { digestOf } from '../../src/remediation/plan.ts';
import { generateKeys, readPrivateKey, readPublicKey } from '../../src/remediation/signature.ts';
import {
  approve,
  decision,
  keys,
  minutesLater,
  person,
  policy,
  requestFor,
} from '../support/approved-plans.ts';
import { plannedFor } from '../support/planned-remedies.ts';
import { faultFor } from '../support/remediable-faults.ts';

const low = await plannedFor(faultFor('scale-coredns'));
const medium = await plannedFor(faultFor('restart-cni-agent'));
const high = await plannedFor(faultFor('restart-cni-agents'));

const refusalOf = (plan = medium, changes: Partial<Decision> = {}, rules: ApprovalPolicy = policy) => {
  const request = requestFor(plan);
  const decided = decide(request, decision(request, changes), rules, keys);
  return decided.ok ? 'accepted' : decided.refusal.kind;
};

test('one allowed person approves a medium risk, by name or by user group', () => {
  const request = requestFor(medium);

  const byName = decide(request, decision(request, { by: person('U-lead', []) }), policy, keys);
  const byGroup = decide(request, decision(request, { by: person('U-any') }), policy, keys);

  expect([byName, byGroup]).toMatchObject([
    { ok: true, request: { state: 'approved' } },
    { ok: true, request: { state: 'approved' } },
  ]);
});

test('a high risk waits for a second person', () => {
  const request = requestFor(high);

  const first = decide(request, decision(request), policy, keys);
  const twice = first.ok && decide(first.request, decision(request), policy, keys);
  const second =
    first.ok && decide(first.request, decision(request, { by: person('U-second') }), policy, keys);

  expect(first).toMatchObject({ ok: true, request: { state: 'waiting' } });
  expect(twice).toEqual({ ok: false, refusal: { kind: 'approved-before' } });
  expect(second).toMatchObject({ ok: true, request: { state: 'approved' } });
});

test('who asked may approve a low risk, and nothing above', () => {
  const by = person('U-requester');

  expect([refusalOf(low, { by }), refusalOf(medium, { by })]).toEqual(['accepted', 'own-request']);
});

test.each<[string, DecisionRefusal['kind'] | 'accepted', Partial<Decision>]>([
  ['somebody who is in no rule', 'not-allowed', { by: person('U-other', []) }],
  ['somebody whose rule is for lower risks', 'not-allowed', { by: person('U-junior', []) }],
  ['a deactivated account', 'inactive', { by: { ...person('U-lead'), isActive: false } }],
  ['a press in the very instant of expiry', 'expired', { at: minutesLater(15) }],
  ['a press just before', 'accepted', { at: minutesLater(14.99) }],
  ['the button of another request', 'other-plan', { nonce: 'another-0123456789' }],
  ['the button of an older plan', 'other-plan', { digest: '0'.repeat(64) }],
])('%s: %s', (_, expected, changes) => {
  expect(refusalOf(medium, changes)).toBe(expected);
});

test('a rule for one cluster does not count in another', () => {
  const elsewhere = { ...low, cluster: 'prod-us' };

  expect([
    refusalOf(low, { by: person('U-junior', []) }),
    refusalOf(elsewhere, { by: person('U-junior', []) }),
  ]).toEqual(['accepted', 'not-allowed']);
});

test('with no rule nobody may', () => {
  expect(refusalOf(low, {}, { ...policy, rules: [] })).toBe('not-allowed');
});

test('a reason is asked for from the configured risk up', () => {
  const strict: ApprovalPolicy = { ...policy, reasonFrom: 'medium' };

  expect([
    refusalOf(low, {}, strict),
    refusalOf(medium, { reason: ' ' }, strict),
    refusalOf(medium, { reason: 'n1 is cut off' }, strict),
  ]).toEqual(['accepted', 'reason-missing', 'accepted']);
});

test('a rejection ends it, and the one who asked may take it back', () => {
  const request = requestFor(high);
  const rejection = decision(request, { kind: 'reject', by: person('U-requester', []), reason: 'no longer' });

  const rejected = decide(request, rejection, policy, keys);
  const late = rejected.ok && decide(rejected.request, decision(request), policy, keys);

  expect(rejected).toMatchObject({
    ok: true,
    request: { state: 'rejected', rejected: { by: 'U-requester' } },
  });
  expect(late).toEqual({ ok: false, refusal: { kind: 'already-decided', state: 'rejected' } });
});

test('who may not approve may not reject either', () => {
  expect(refusalOf(medium, { kind: 'reject', by: person('U-other', []) })).toBe('not-allowed');
});

test('an approved request is not approved again', () => {
  const approved = approve(requestFor(medium));

  const again = decide(approved, decision(approved, { by: person('U-second') }), policy, keys);

  expect(again).toEqual({ ok: false, refusal: { kind: 'already-decided', state: 'approved' } });
});

test.each([
  ['the plan', { plan: { ...high, steps: low.steps } }],
  ['who asked', { terms: { ...requestFor(high).terms, requestedBy: 'U-somebody' } }],
  ['the expiry', { terms: { ...requestFor(high).terms, expiresAt: minutesLater(600) } }],
  [
    'the approvals',
    {
      approvals: [{ by: 'U-second', at: minutesLater(1), reason: '', signature: requestFor(high).signature }],
    },
  ],
])('a stored request of which %s was altered takes no decision', (_, altered) => {
  const request = { ...requestFor(high), ...altered };

  const decided = decide(request, decision(request), policy, keys);

  expect(decided).toEqual({ ok: false, refusal: { kind: 'altered' } });
});

test('an approval for one request does not count for another', () => {
  const approved = approve(requestFor(medium));
  const other = { ...requestFor(medium, 'other-0123456789abcdef'), approvals: approved.approvals };

  expect(isGenuine(approved, keys.publicKey)).toBe(true);
  expect(isGenuine(other, keys.publicKey)).toBe(false);
});

test('the yeses of one person do not add up, nor does that of the one who asked', () => {
  const {
    approvals: [first],
    ...rest
  } = approve(requestFor(high));
  const own = decide(requestFor(low), decision(requestFor(low), { by: person('U-requester') }), policy, keys);
  const onHigh = own.ok ? own.request.approvals : [];

  expect(isApproved({ ...rest, approvals: first ? [first, first] : [] })).toBe(false);
  expect(isApproved({ ...rest, approvals: first ? [first, ...onHigh] : [] })).toBe(false);
});

test('the digest covers everything that the plan says, and not the order of its members', () => {
  const shuffled = Object.fromEntries(Object.entries(medium).toReversed()) as typeof medium;

  expect(digestOf(shuffled)).toBe(digestOf(medium));
  expect(digestOf({ ...medium, durationS: medium.durationS + 1 })).not.toBe(digestOf(medium));
});

test('keys are told apart, and no error repeats one', () => {
  const { privateKey, publicKey } = generateKeys();
  const thrownBy = (read: () => unknown): string => {
    try {
      read();
    } catch (error) {
      return String((error as Error).stack) + String((error as Error).cause);
    }
    return '';
  };

  const errors = [
    thrownBy(() => readPublicKey(privateKey)),
    thrownBy(() => readPrivateKey(publicKey)),
    thrownBy(() => readPrivateKey(privateKey.replace('MC4', 'xxx'))),
  ];

  const secret = privateKey.split('\n')[1] ?? '';
  expect(errors.every((text) => text !== '' && !text.includes(secret.slice(20, 40)))).toBe(true);
  expect(readPublicKey(publicKey).asymmetricKeyType).toBe('ed25519');
});

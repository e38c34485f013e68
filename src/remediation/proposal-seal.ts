// The bot's mark on what somebody asked for and where: who can write to Redis cannot put another person, cluster or thread in
// its place. A proposal without it is never signed, decided or taken back.

import type { KeyObject } from 'node:crypto';
import type { Plan } from './plan.ts';
import type { PlanOrder, Proposal } from './ports.ts';
import { isSigned, signatureOf } from './signature.ts';

type Asked = Pick<Proposal, 'id' | 'order' | 'thread'>;

const sealed = ({ id, order, thread: { channel, rootTs } }: Asked) => ({ id, order, channel, rootTs });

export const sealOf = (asked: Asked, privateKey: KeyObject): string =>
  signatureOf('order', sealed(asked), privateKey);

/** As it was asked for, and what it wants approved is for that very order. */
export const isAsAsked = (proposal: Proposal, publicKey: KeyObject): boolean =>
  isSigned('order', sealed(proposal), proposal.seal, publicKey) && isForOrder(proposal);

const isForOrder = ({ order, request }: Proposal): boolean =>
  !request || (isPlanOf(order, request.plan) && request.terms.requestedBy === order.requestedBy);

export const isPlanOf = (order: PlanOrder, plan: Plan): boolean =>
  plan.cluster === order.cluster &&
  plan.incidentId === order.incidentId &&
  plan.diagnosisId === order.diagnosisId &&
  plan.remediation === order.remediation;

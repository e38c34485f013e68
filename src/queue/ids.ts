// Ids that people type on a phone: short, lower case, without letters that look alike.

import { createHash, randomBytes } from 'node:crypto';

const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';

/** `dns-7k2p`: about 900,000 per playbook; the store refuses one that is taken. */
export const createIncidentId = (playbook: string): string => `${playbook}-${letters(randomBytes(4))}`;

/** Equal keys give equal ids, which makes asking twice harmless. */
export const createDiagnosisId = (requestKey: string): string => `d-${digestOf(requestKey)}`;

/** Of a check of the operations checklist; the same holds. */
export const createCheckId = (requestKey: string): string => `c-${digestOf(requestKey)}`;

const digestOf = (key: string): string => letters(createHash('sha256').update(key).digest().subarray(0, 12));

const letters = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('');

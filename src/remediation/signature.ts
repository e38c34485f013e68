// Ed25519 over canonical JSON. The bot holds the private key, the remediator the public one: who can only write to Redis, or
// only runs a worker, can make nothing that verifies.

import {
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { canonicalJson } from './plan.ts';

/** What is signed, so that a signature of one kind never passes for another. */
type Purpose = 'order' | 'request' | 'approval';

const textOf = (purpose: Purpose, value: unknown): Buffer =>
  Buffer.from(`cni-triage ${purpose} 1\n${canonicalJson(value)}`, 'utf8');

export const signatureOf = (purpose: Purpose, value: unknown, key: KeyObject): string =>
  sign(null, textOf(purpose, value), key).toString('base64url');

export const isSigned = (purpose: Purpose, value: unknown, signature: string, key: KeyObject): boolean =>
  verify(null, textOf(purpose, value), key, Buffer.from(signature, 'base64url'));

/** PEM texts of a new pair, for `npx cni approval-key`. */
export function generateKeys(): { privateKey: string; publicKey: string } {
  return generateKeyPairSync('ed25519', {
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'pem' },
  });
}

/** Throws when the text is no Ed25519 private key; the message does not repeat it. */
export const readPrivateKey = (pem: string): KeyObject => ed25519(() => createPrivateKey(pem), 'private');

/** Throws when the text is no Ed25519 public key, a private one included: the remediator must not hold that. */
export function readPublicKey(pem: string): KeyObject {
  if (pem.includes('PRIVATE KEY')) throw new Error('this is a private key; the public one is wanted here');
  return ed25519(() => createPublicKey(pem), 'public');
}

function ed25519(read: () => KeyObject, kind: 'private' | 'public'): KeyObject {
  const key = attempt(read);
  if (key?.asymmetricKeyType !== 'ed25519') throw new Error(`this is no Ed25519 ${kind} key in PEM form`);
  return key;
}

function attempt(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    // The cause would hold a part of the key.
    return undefined;
  }
}

// Builds what labs are made of before the end-to-end tests raise several at once.

import { buildLabs } from '../e2e/shared-lab.ts';

export const setup = buildLabs;

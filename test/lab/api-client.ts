// Reads JSON from the lab's API server as its admin, over one connection. For the boot program, which asks often;
// everything else uses kubectl.

import { readFile } from 'node:fs/promises';
import { Agent, get } from 'node:https';
import { join } from 'node:path';
import { tokenOf } from './credentials.ts';
import { apiServerUrl } from './topology.ts';

export interface ApiClient {
  /** The body of a 200 answer, parsed when it is JSON. Anything else is an error. */
  get(path: string): Promise<unknown>;
}

export const createApiClient = async (certificatesDir: string): Promise<ApiClient> => {
  const agent = new Agent({ keepAlive: true, ca: await readFile(join(certificatesDir, 'ca.crt')) });
  const headers = { authorization: `Bearer ${tokenOf('admin')}` };
  return {
    get: (path) =>
      new Promise((resolve, reject) => {
        const request = get(
          `${apiServerUrl}${path}`,
          { agent, headers, timeout: 5_000 },
          async (response) => {
            const chunks: Buffer[] = [];
            for await (const chunk of response) chunks.push(chunk);
            const body = Buffer.concat(chunks).toString();
            if (response.statusCode !== 200) reject(new Error(`${path} answered ${response.statusCode}`));
            else resolve(body.startsWith('{') ? JSON.parse(body) : body);
          },
        );
        request.on('timeout', () => request.destroy(new Error(`${path} did not answer`)));
        request.on('error', reject);
      }),
  };
};

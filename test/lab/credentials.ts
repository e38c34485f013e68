// Certificates (made once, cached), the token file of the API server, and one kubeconfig for each identity.
// The lab's network is closed, so tokens are fixed words; the identities and their RBAC are real.

import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { mustRun } from './command.ts';
import { apiServerUrl, apiServiceAddress, controlPlaneAddress, nodeNames } from './topology.ts';

interface Identity {
  readonly name: string;
  readonly user: string;
  readonly groups: readonly string[];
}

/** The product's own accounts: tests run under exactly the RBAC that deploy/kubernetes and `cni rbac` grant. */
const serviceAccount = (name: 'worker' | 'remediator'): Identity => ({
  name,
  user: `system:serviceaccount:cni-triage:cni-triage-${name}`,
  groups: ['system:serviceaccounts', 'system:serviceaccounts:cni-triage'],
});

const identities = (nodes: number): Identity[] => [
  { name: 'admin', user: 'admin', groups: ['system:masters'] },
  { name: 'kube-proxy', user: 'system:kube-proxy', groups: [] },
  serviceAccount('worker'),
  serviceAccount('remediator'),
  // Masters too: the node authorizer learns of a new pod a moment later than its kubelet does, and the kubelet answers
  // that refusal with a back-off of up to half a minute.
  ...nodeNames(nodes).map((node) => ({
    name: node,
    user: `system:node:${node}`,
    groups: ['system:nodes', 'system:masters'],
  })),
];

export const tokenOf = (identity: string) => `${identity}-token`;
export const kubeconfigPath = (stateDir: string, identity: string) =>
  join(stateDir, `${identity}.kubeconfig`);
export const tokenFilePath = (stateDir: string) => join(stateDir, 'tokens.csv');

/** A folder with ca.crt, api.crt, api.key, sa.key, sa.pub. */
export const makeCertificates = async (): Promise<string> => {
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'localhost'];
  const addresses = ['127.0.0.1', controlPlaneAddress, apiServiceAddress];
  const alternatives = [
    ...names.map((name) => `DNS:${name}`),
    ...addresses.map((address) => `IP:${address}`),
  ].join(',');
  const entry = await cached('certificates', [alternatives], async (dir) => {
    const openssl = (...args: string[]) => mustRun(['openssl', ...args], { cwd: dir });
    const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
    await openssl(
      'req',
      '-x509',
      ...newKey,
      '-days',
      '3650',
      '-subj',
      '/CN=lab-ca',
      '-keyout',
      'ca.key',
      '-out',
      'ca.crt',
    );
    await openssl('req', ...newKey, '-subj', '/CN=kube-apiserver', '-keyout', 'api.key', '-out', 'api.csr');
    await writeFile(join(dir, 'extensions'), `subjectAltName=${alternatives}\n`);
    await openssl(
      'x509',
      '-req',
      '-in',
      'api.csr',
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-days',
      '3650',
      '-extfile',
      'extensions',
      '-out',
      'api.crt',
    );
    await openssl('genrsa', '-out', 'sa.key', '2048');
    await openssl('rsa', '-in', 'sa.key', '-pubout', '-out', 'sa.pub');
  });
  return entry.dir;
};

export const writeCredentials = async (stateDir: string, certificatesDir: string, nodes: number) => {
  const authority = (await readFile(join(certificatesDir, 'ca.crt'))).toString('base64');
  const all = identities(nodes);
  const tokens = all.map(
    ({ name, user, groups }) => `${tokenOf(name)},${user},${name},"${groups.join(',')}"\n`,
  );
  await writeFile(tokenFilePath(stateDir), tokens.join(''));
  await Promise.all(
    all.map(({ name }) => writeFile(kubeconfigPath(stateDir, name), kubeconfig(authority, tokenOf(name)))),
  );
};

const kubeconfig = (authority: string, token: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'lab', cluster: { server: apiServerUrl, 'certificate-authority-data': authority } }],
    users: [{ name: 'lab', user: { token } }],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user: 'lab' } }],
    'current-context': 'lab',
  });

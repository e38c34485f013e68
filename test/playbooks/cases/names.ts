// The way is open and the answer is wrong: the Corefile, CoreDNS' knowledge of the cluster, or the name itself.

import { answer, KUBEADM_COREFILE, pick, UPSTREAM, type World } from '../../support/world.ts';
import { makeNamespace, makePod, makeService } from '../../support/world-objects.ts';
import { type Case, name } from './case.ts';

const NXDOMAIN = { rcode: 'NXDOMAIN', addresses: [] };
const CLUSTER_NAME = 'kubernetes.default.svc.cluster.local.';
const WEB = 'web.shop.svc.cluster.local.';

const TEMPLATE = `    template IN A cluster.local {
       match ^web\\.shop\\.svc\\.cluster\\.local\\.$
       rcode NXDOMAIN
    }
`;

const editCorefile = (world: World, before: string, inserted: string): void => {
  pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace(before, inserted + before);
};

const CONFIGMAP = 'configmap kube-system/coredns';

export const nameCases: Case[] = [
  {
    title: 'a template that denies one name is named with its line',
    spoil: (world) => {
      editCorefile(world, '    kubernetes', TEMPLATE);
      answer(world, WEB, NXDOMAIN);
    },
    target: name('web.shop', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.corefile-rewrites-name',
        subject: CONFIGMAP,
        params: {
          name: 'web.shop.svc.cluster.local',
          directive: 'template IN A cluster.local',
          line: 7,
          answered: 'NXDOMAIN',
          expected: '10.96.5.5',
        },
      },
    ],
  },
  {
    title: 'a template that only concerns another name is not blamed for one that does not exist',
    spoil: (world) => editCorefile(world, '    kubernetes', TEMPLATE),
    target: name('webb.shop', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name webb.shop.svc.cluster.local',
        params: { why: 'no-such-service', nearest: ['web.shop'] },
      },
    ],
  },
  {
    title: 'a hosts entry that sends a Service name elsewhere is named with the address it gives',
    spoil: (world) => {
      editCorefile(
        world,
        '    forward',
        `    hosts {\n       203.0.113.66 ${WEB}\n       fallthrough\n    }\n`,
      );
      answer(world, WEB, { rcode: 'NOERROR', addresses: ['203.0.113.66'] });
    },
    target: name('web.shop.svc.cluster.local', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.corefile-rewrites-name',
        subject: CONFIGMAP,
        params: { directive: 'hosts', answered: '203.0.113.66', expected: '10.96.5.5' },
      },
    ],
  },
  {
    title: 'a template that denies the cluster’s own name is found without any name being asked about',
    spoil: (world) => {
      editCorefile(
        world,
        '    kubernetes',
        '    template ANY ANY cluster.local {\n       rcode NXDOMAIN\n    }\n',
      );
      answer(world, CLUSTER_NAME, NXDOMAIN);
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.corefile-rewrites-name',
        subject: CONFIGMAP,
        params: { directive: 'template ANY ANY cluster.local', line: 7 },
      },
    ],
  },
  {
    title: 'a Corefile that serves another domain than the kubelets hand out misses the zone',
    spoil: (world) => {
      world.domain = 'corp.local';
      pick(world.configmaps, 'coredns').data.Corefile = KUBEADM_COREFILE.replace(
        'kubernetes cluster.local',
        'kubernetes corp.local',
      );
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.zone-missing',
        subject: CONFIGMAP,
        params: { cause: 'other-domain', domain: 'cluster.local', served: ['corp.local.'] },
      },
    ],
  },
  {
    title: 'a Corefile without the kubernetes plugin misses the zone',
    spoil: (world) => {
      world.domain = 'nowhere.invalid';
      pick(world.configmaps, 'coredns').data.Corefile =
        '.:53 {\n    errors\n    ready\n    forward . /etc/resolv.conf\n    cache 30\n}\n';
    },
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.zone-missing',
        subject: CONFIGMAP,
        params: { cause: 'no-kubernetes-plugin', domain: 'cluster.local', served: [] },
      },
    ],
  },
  {
    title: 'one replica that denies what the others know is bad',
    spoil: (world) => answer(world, CLUSTER_NAME, NXDOMAIN, 'coredns-b'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.replica-bad',
        subject: 'pod kube-system/coredns-b',
        node: 'n2',
        params: { cause: 'answers-differ', good: 1, detail: `${CLUSTER_NAME}: NXDOMAIN` },
      },
    ],
  },
  {
    title: 'one replica that answers SERVFAIL is bad',
    spoil: (world) => answer(world, CLUSTER_NAME, { rcode: 'SERVFAIL', addresses: [] }, 'coredns-a'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.replica-bad',
        subject: 'pod kube-system/coredns-a',
        node: 'n1',
        params: { cause: 'answers-differ', detail: `${CLUSTER_NAME}: SERVFAIL` },
      },
    ],
  },
  {
    title: 'a Service that exists and CoreDNS denies has not been seen by CoreDNS',
    spoil: (world) => answer(world, WEB, NXDOMAIN),
    target: name('web.shop', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.api-access-lost',
        subject: 'deployment kube-system/coredns',
        confidence: 'likely',
        params: { cause: 'unknown', line: 'NXDOMAIN' },
      },
    ],
  },
  {
    title: 'a Service that CoreDNS knows by an older address has not been seen by CoreDNS',
    spoil: (world) => answer(world, WEB, { rcode: 'NOERROR', addresses: ['10.96.5.200'] }),
    target: name('web.shop', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.api-access-lost',
        subject: 'deployment kube-system/coredns',
        confidence: 'likely',
        params: { cause: 'unknown', line: '10.96.5.200' },
      },
    ],
  },
  {
    title: 'a mistyped Service is missing, and the like are suggested',
    spoil: () => undefined,
    target: name('wbe.shop.svc.cluster.local', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name wbe.shop.svc.cluster.local',
        params: { why: 'no-such-service', nearest: ['db.shop', 'web.shop'] },
      },
    ],
  },
  {
    title:
      'a bare name is looked for in the pod’s namespace, and the Service of that name elsewhere is suggested',
    spoil: (world) => {
      world.namespaces.push(makeNamespace('pay'));
      world.services.push(makeService('pay', 'ledger', '10.96.9.9', { app: 'ledger' }, []));
    },
    target: name('ledger', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name ledger.shop.svc.cluster.local',
        params: { why: 'no-such-service', nearest: ['ledger.pay'] },
      },
    ],
  },
  {
    title: 'a name in a namespace that does not exist is missing for that reason',
    spoil: () => undefined,
    target: name('web.shpo.svc.cluster.local', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name web.shpo.svc.cluster.local',
        params: { why: 'no-such-namespace', nearest: ['shop'] },
      },
    ],
  },
  {
    title: 'a headless Service without a ready endpoint rightly has no record',
    spoil: () => undefined,
    target: name('db.shop', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name db.shop.svc.cluster.local',
        params: { why: 'no-ready-endpoints' },
      },
    ],
  },
  {
    title: 'a headless Service with a ready endpoint resolves',
    spoil: (world) => {
      world.pods.push(
        makePod('shop', 'db-0', { node: 'n1', address: '10.244.1.50' }, { labels: { app: 'db' } }),
      );
      world.resolvConf['shop/db-0'] = '';
      delete world.resolvConf['shop/db-0'];
    },
    target: name('db.shop', 'web-3'),
    outcome: 'cleared',
    findings: [],
  },
  {
    title: 'an outside name that the upstream denies does not exist',
    spoil: () => undefined,
    target: name('nope.example.com', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.record-missing',
        subject: 'name nope.example.com',
        params: { why: 'upstream-says-no' },
      },
    ],
  },
  {
    title: 'an outside name that CoreDNS denies and the upstream knows is hidden by the Corefile',
    spoil: (world) => {
      editCorefile(
        world,
        '    forward',
        '    template ANY ANY example.com {\n       rcode NXDOMAIN\n    }\n',
      );
      answer(world, 'api.example.com.', NXDOMAIN);
      world.resolvers[UPSTREAM] = {
        ...world.resolvers[UPSTREAM],
        'api.example.com.': { rcode: 'NOERROR', addresses: ['203.0.113.77'] },
      };
    },
    target: name('api.example.com', 'web-3'),
    outcome: 'root-cause',
    findings: [
      {
        code: 'dns.corefile-rewrites-name',
        subject: CONFIGMAP,
        params: { name: 'api.example.com', directive: 'template ANY ANY example.com', answered: 'NXDOMAIN' },
      },
    ],
  },
  {
    title:
      'a template that hides an outside name by a wildcard is found although the upstream would deny it, too',
    spoil: (world) => {
      editCorefile(
        world,
        '    forward',
        '    template ANY ANY corp.example {\n       rcode NXDOMAIN\n    }\n',
      );
      answer(world, 'git.corp.example.', NXDOMAIN);
    },
    target: name('git.corp.example.', 'web-3'),
    outcome: 'root-cause',
    findings: [{ code: 'dns.corefile-rewrites-name', subject: CONFIGMAP }],
  },
];

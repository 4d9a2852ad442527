/**
 * The programs that prove the chart: helm, kubeconform and kube-apiserver built by Go, etcd from Debian, schemas of Kubernetes from PyPI, and
 * those of other kinds from the modules that define them. All under `.forebay/tools/k8s`, made once.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { debianPackage } from '../../scripts/lib/debian-package.mjs';
import { ROOT } from '../../scripts/lib/root.mjs';
import { run } from '../../scripts/lib/run.mjs';

export const VERSIONS = {
  helm: 'helm.sh/helm/v3/cmd/helm@v3.22.0',
  kubeconform: 'github.com/yannh/kubeconform/cmd/kubeconform@v0.8.0',
  kubernetes: '1.34.4',
  schemas: '1.37.0',
  prometheusOperator: 'github.com/prometheus-operator/prometheus-operator@v0.85.0',
  keda: 'github.com/kedacore/keda/v2@v2.21.0',
};
export const KUBERNETES_MINOR = '1.34';

const HOME = join(ROOT, '.forebay/tools/k8s');
const CRDS = [
  [VERSIONS.prometheusOperator, 'example/prometheus-operator-crd/monitoring.coreos.com_servicemonitors.yaml'],
  [VERSIONS.prometheusOperator, 'example/prometheus-operator-crd/monitoring.coreos.com_prometheusrules.yaml'],
  [VERSIONS.keda, 'config/crd/bases/keda.sh_scaledobjects.yaml'],
];

/** Makes `path` by `make(partial)`, which is moved there when it is whole. */
function once(path, what, make) {
  if (existsSync(path)) return path;
  console.log(`tools: ${what}`);
  const partial = `${path}.partial-${process.pid}`;
  mkdirSync(dirname(path), { recursive: true });
  rmSync(partial, { recursive: true, force: true });
  make(partial);
  if (existsSync(path)) rmSync(partial, { recursive: true, force: true });
  else renameSync(partial, path);
  return path;
}

function goProgram(name, module) {
  const directory = once(
    join(HOME, `${name}-${module.split('@')[1]}`),
    `building ${module} (minutes, once)`,
    (partial) => run('go', ['install', module], { env: { ...process.env, GOBIN: partial } }),
  );
  return join(directory, name);
}

export const helm = () => goProgram('helm', VERSIONS.helm);
export const kubeconform = () => goProgram('kubeconform', VERSIONS.kubeconform);

/** A folder of schemas as kubeconform wants them, those of Kubernetes strict. */
export function schemas() {
  return once(
    join(HOME, `schemas-${VERSIONS.schemas}`),
    'schemas of Kubernetes and of the other kinds',
    (partial) => {
      const site = `${partial}-pip`;
      run('python3', [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-deps',
        '--target',
        site,
        `kubernetes-validate==${VERSIONS.schemas}`,
      ]);
      const all = join(site, 'kubernetes_validate/kubernetes-json-schema');
      const strict = readdirSync(all).find(
        (name) => name.startsWith(`v${KUBERNETES_MINOR}`) && name.endsWith('strict'),
      );
      mkdirSync(partial, { recursive: true });
      for (const name of readdirSync(join(all, strict))) {
        const text = readFileSync(join(all, strict, name), 'utf8');
        writeFileSync(
          join(partial, name),
          text.replaceAll(
            '"/api/_definitions.json#',
            `"file://${join(HOME, `schemas-${VERSIONS.schemas}`)}/_definitions.json#`,
          ),
        );
      }
      rmSync(site, { recursive: true });
      for (const { kind, version, schema } of crds().map(schemaOf))
        writeFileSync(join(partial, `${kind.toLowerCase()}_${version}.json`), JSON.stringify(schema));
    },
  );
}

/** The definitions of kinds that are not Kubernetes' own, as YAML. */
export function crds() {
  return CRDS.map(([module, path]) => {
    const target = join(HOME, 'crds', basename(path));
    once(target, `${basename(path)} of ${module}`, (partial) => {
      const { Dir } = JSON.parse(run('go', ['mod', 'download', '-json', module], { cwd: HOME }));
      writeFileSync(partial, readFileSync(join(Dir, path)));
    });
    return readFileSync(target, 'utf8');
  });
}

function schemaOf(text) {
  const { spec } = parseAllDocuments(text)[0].toJS();
  const version = spec.versions.find(({ served }) => served);
  return { kind: spec.names.kind, version: version.name, schema: version.schema.openAPIV3Schema };
}

/** kube-apiserver: its own module replaces its parts, so it is built from one that does the same. */
export function kubeApiserver() {
  const { kubernetes } = VERSIONS;
  return once(
    join(HOME, `kube-apiserver-${kubernetes}`),
    `building kube-apiserver ${kubernetes} (10 to 20 minutes, once)`,
    (partial) => {
      const directory = `${partial}-module`;
      mkdirSync(directory, { recursive: true });
      writeFileSync(join(directory, 'main.go'), MAIN_GO);
      writeFileSync(
        join(directory, 'go.mod'),
        `module server\ngo 1.24\nrequire k8s.io/kubernetes v${kubernetes}\n`,
      );
      const { GoMod } = JSON.parse(
        run('go', ['mod', 'download', '-json', `k8s.io/kubernetes@v${kubernetes}`], { cwd: directory }),
      );
      const parts = [...readFileSync(GoMod, 'utf8').matchAll(/^\s*(k8s\.io\/[a-z-]+) => /gm)].map(
        ([, part]) => part,
      );
      const staged = kubernetes.replace(/^1/, '0');
      const replacing = [...new Set(parts)].map((part) => `replace ${part} => ${part} v${staged}`);
      writeFileSync(
        join(directory, 'go.mod'),
        `module server\ngo 1.24\nrequire k8s.io/kubernetes v${kubernetes}\n${replacing.join('\n')}\n`,
      );
      run('go', ['mod', 'tidy'], { cwd: directory });
      const version = 'k8s.io/component-base/version';
      const [major, minor] = kubernetes.split('.');
      const facts = { gitVersion: `v${kubernetes}`, gitMajor: major, gitMinor: minor };
      const flags = Object.entries(facts).map(([name, value]) => `-X ${version}.${name}=${value}`);
      run('go', ['build', '-ldflags', flags.join(' '), '-o', partial, '.'], { cwd: directory });
      rmSync(directory, { recursive: true });
    },
  );
}

const MAIN_GO = `package main

import (
	"os"

	"k8s.io/component-base/cli"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
)

func main() { os.Exit(cli.Run(app.NewAPIServerCommand())) }
`;

/** etcd, from Debian's package. */
export function etcd() {
  return join(debianPackage('etcd-server'), 'usr/bin/etcd');
}

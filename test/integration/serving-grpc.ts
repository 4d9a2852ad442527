/** gRPC's own services, asked as any stock tool asks them. */
import { dirname, join } from 'node:path';
import {
  type Client,
  credentials,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import { protoPath } from 'grpc-health-check';

type Call = NodeJS.EventEmitter & { cancel(): void; write(message: object): void; end(): void };
type Methods = Client & Record<string, (...args: unknown[]) => Call>;

function client(
  protoFile: string,
  service: (root: unknown) => ServiceClientConstructor,
  address: string,
): Methods {
  const root = loadPackageDefinition(loadSync(protoFile, { enums: String, defaults: true, keepCase: true }));
  const Service = service(root);
  return new Service(address, credentials.createInsecure()) as unknown as Methods;
}

type HealthRoot = { grpc: { health: { v1: { Health: ServiceClientConstructor } } } };
/** Versions of server reflection: the old one is what older tools ask for. */
export type ReflectionVersion = 'v1' | 'v1alpha';
type ReflectionRoot = {
  grpc: { reflection: Record<ReflectionVersion, { ServerReflection: ServiceClientConstructor }> };
};

const healthClient = (address: string) =>
  client(protoPath, (root) => (root as HealthRoot).grpc.health.v1.Health, address);

export function checkHealth(address: string, service: string): Promise<string> {
  const health = healthClient(address);
  return new Promise<string>((resolve, reject) => {
    health.Check?.({ service }, (error: Error | null, response: { status: string }) => {
      if (error === null) resolve(response.status);
      else reject(error);
    });
  }).finally(() => health.close());
}

/** `seen`: what the watcher was told, in order. */
export function watchHealth(address: string, service: string): { readonly seen: string[]; cancel(): void } {
  const health = healthClient(address);
  const seen: string[] = [];
  const call = health.Watch?.({ service });
  call?.on('data', (response: { status: string }) => seen.push(response.status));
  call?.on('error', () => health.close());
  call?.on('end', () => health.close());
  return { seen, cancel: () => call?.cancel() };
}

interface ReflectionReply {
  readonly list_services_response: { readonly service: readonly { readonly name: string }[] } | null;
  readonly file_descriptor_response: { readonly file_descriptor_proto: readonly Buffer[] } | null;
}

function reflect(address: string, request: object, version: ReflectionVersion): Promise<ReflectionReply> {
  const directory = join(dirname(require.resolve('@grpc/reflection/package.json')), 'build', 'proto');
  const file = join(directory, 'grpc', 'reflection', version, 'reflection.proto');
  const reflection = client(
    file,
    (root) => (root as ReflectionRoot).grpc.reflection[version].ServerReflection,
    address,
  );
  return new Promise<ReflectionReply>((resolve, reject) => {
    const call = reflection.ServerReflectionInfo?.();
    call?.on('error', reject);
    call?.on('data', (response: ReflectionReply) => {
      resolve(response);
      call.end();
    });
    call?.write(request);
  }).finally(() => reflection.close());
}

export async function listServices(address: string, version: ReflectionVersion = 'v1'): Promise<string[]> {
  const { list_services_response } = await reflect(address, { list_services: '*' }, version);
  return (list_services_response?.service ?? []).map(({ name }) => name);
}

/** The files that describe a symbol, as `google.protobuf.FileDescriptorProto`s. */
export async function describeSymbol(
  address: string,
  symbol: string,
  version: ReflectionVersion = 'v1',
): Promise<readonly Buffer[]> {
  const request = { file_containing_symbol: symbol };
  const { file_descriptor_response } = await reflect(address, request, version);
  return file_descriptor_response?.file_descriptor_proto ?? [];
}

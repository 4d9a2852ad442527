export { type MavenJarsOptions, mavenJars } from './install/maven-jars';
export { type PythonEnvironmentOptions, pythonEnvironment } from './install/python-environment';
export { type LocalStack, startLocalStack } from './local-stack';
export { type LocalObjectStore, type ObjectStoreKeys, startObjectStore } from './object-store/object-store';
export type { LocalServer } from './process/server';
export type { RedisPersistence } from './redis/redis-server';
export { type LocalSchemaRegistry, startSchemaRegistry } from './schema-registry/schema-registry';
export { ALL_PARTS, type LocalStackOptions, PARTS, type Part } from './stack-options';

export { type MavenJarsOptions, mavenJars } from './install/maven-jars';
export { type PythonEnvironmentOptions, pythonEnvironment } from './install/python-environment';
export { type LocalStack, startLocalStack } from './local-stack';
export type { LocalServer } from './process/server';
export type { RedisPersistence } from './redis/redis-server';
export { ALL_PARTS, type LocalStackOptions, PARTS, type Part } from './stack-options';

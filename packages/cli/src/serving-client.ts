import { readFile } from 'node:fs/promises';
import { connect, type FeatureClient } from '@forebay/client';
import { ForebayError } from '@forebay/contract';
import type { CliConfiguration } from './settings';

const DEFAULT_TIMEOUT_MS = 5_000;

/** What a command may say of the call. */
export interface ServingOptions {
  readonly address?: string;
  readonly timeout?: number;
}

/** Connects to the serving service, and resolves when it is there. Throws `unavailable` and `invalid_configuration`. */
export async function connectServing(
  configuration: CliConfiguration,
  { address = configuration.servingAddress, timeout: deadlineMs = DEFAULT_TIMEOUT_MS }: ServingOptions,
): Promise<FeatureClient> {
  const { servingTransport, servingCaFile, servingCertFile, servingKeyFile, servingToken } = configuration;
  const [ca, certificate, key] = await Promise.all([servingCaFile, servingCertFile, servingKeyFile].map(pem));
  const tls = servingTransport === 'tls' ? { ca, certificate, key } : false;
  const client = connect({ address, deadlineMs, tls, token: servingToken });
  try {
    await client.waitForReady(deadlineMs);
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function pem(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new ForebayError('invalid_configuration', `reading "${file}": ${ForebayError.from(error).message}`);
  }
}

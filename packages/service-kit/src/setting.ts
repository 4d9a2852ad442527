import { parseDuration } from '@forebay/contract';
import { z } from 'zod';

export type VariableName = `FOREBAY_${string}`;

/** One setting: an environment variable, what it may hold, and how it becomes a value. */
export interface Setting<out T> {
  readonly env: VariableName;
  readonly description: string;
  /** The kind of value, in one word or two; for the reference. */
  readonly kind: string;
  /** What is allowed, such that `"x" is not <allowed>` is a sentence. */
  readonly allowed: string;
  /** The text that is read when the variable is not set; it goes through the same reading as the variable's. */
  readonly fallback: string | undefined;
  /** Without a fallback: whether the setting may be absent. */
  readonly optional: boolean;
  /** A secret's value is never printed. */
  readonly secret: boolean;
  /** Null for a text that is not allowed. */
  read(text: string): { readonly value: T } | null;
}

export type Settings = Readonly<Record<string, Setting<unknown>>>;

/** The total, typed value that settings are read into. */
export type Configuration<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

export interface SettingOptions {
  readonly env: VariableName;
  readonly description: string;
  /** As it would be written in the environment; without a default the setting is required, unless `optional`. */
  readonly default?: string;
  readonly optional?: true;
  readonly secret?: true;
}

type ValueOf<T, O extends SettingOptions> = O extends { readonly optional: true } ? T | undefined : T;

function define<T, O extends SettingOptions>(
  options: O,
  kind: string,
  allowed: string,
  schema: z.ZodType<T, string>,
): Setting<ValueOf<T, O>> {
  return Object.freeze({
    env: options.env,
    description: options.description,
    kind,
    allowed,
    fallback: options.default,
    optional: options.optional === true,
    secret: options.secret === true,
    read(text: string) {
      const parsed = schema.safeParse(text);
      return parsed.success ? { value: parsed.data as ValueOf<T, O> } : null;
    },
  });
}

export function textSetting<const O extends SettingOptions & { pattern?: RegExp; allowed?: string }>(
  options: O,
) {
  const schema = options.pattern === undefined ? z.string() : z.string().regex(options.pattern);
  return define<string, O>(options, 'text', options.allowed ?? 'a text', schema);
}

/** A whole number in `[min, max]`, both included. */
export function integerSetting<const O extends SettingOptions & { min: number; max: number }>(options: O) {
  const { min, max } = options;
  const schema = z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number)
    .pipe(z.number().int().min(min).max(max));
  return define<number, O>(options, 'integer', `an integer from ${min} to ${max}`, schema);
}

/** A whole number in `[1, max]`, or `auto`. */
export function countOrAutoSetting<const O extends SettingOptions & { max: number }>(options: O) {
  const count = z.string().regex(/^\d+$/).transform(Number).pipe(z.number().int().min(1).max(options.max));
  const schema = z.union([z.literal('auto'), count]) as unknown as z.ZodType<number | 'auto', string>;
  return define<number | 'auto', O>(
    options,
    'integer',
    `an integer from 1 to ${options.max}, or auto`,
    schema,
  );
}

/** A decimal number in `[min, max]`, both included. */
export function numberSetting<const O extends SettingOptions & { min: number; max: number }>(options: O) {
  const { min, max } = options;
  const schema = z
    .string()
    .regex(/^-?\d+(\.\d+)?([eE][+-]?\d+)?$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
  return define<number, O>(options, 'number', `a number from ${min} to ${max}`, schema);
}

export function portSetting<const O extends SettingOptions>(options: O) {
  return integerSetting({ ...options, min: 0, max: 65_535 });
}

export function booleanSetting<const O extends SettingOptions>(options: O) {
  const schema = z.enum(['true', 'false']).transform((text) => text === 'true');
  return define<boolean, O>(
    options,
    'boolean',
    'true or false',
    schema as unknown as z.ZodType<boolean, string>,
  );
}

export function choiceSetting<const C extends readonly [string, ...string[]], const O extends SettingOptions>(
  options: O & { choices: C },
) {
  const schema = z.enum(options.choices) as unknown as z.ZodType<C[number], string>;
  return define<C[number], O>(options, 'choice', `one of ${options.choices.join(', ')}`, schema);
}

/** One or more of the choices, separated by commas. */
export function listSetting<const C extends readonly [string, ...string[]], const O extends SettingOptions>(
  options: O & { choices: C },
) {
  const schema = z.string().transform((text, context): readonly C[number][] => {
    const parts = text.split(',').map((part) => part.trim());
    if (parts.every((part) => options.choices.includes(part))) return parts;
    context.addIssue('not in the list');
    return z.NEVER;
  });
  return define<readonly C[number][], O>(
    options,
    'list',
    `one or more of ${options.choices.join(', ')}, separated by commas`,
    schema,
  );
}

/** A duration such as `500ms`, `90s`, `15m`, as milliseconds in `[minMs, maxMs]`. */
export function durationSetting<const O extends SettingOptions & { minMs: number; maxMs: number }>(
  options: O,
) {
  const schema = z.string().transform((text, context) => {
    try {
      return parseDuration(text, options.env);
    } catch {
      context.addIssue('not a duration');
      return z.NEVER;
    }
  });
  const allowed = `a duration such as 500ms, 90s or 15m, from ${options.minMs} ms to ${options.maxMs} ms`;
  const bounded = schema.pipe(z.number().min(options.minMs).max(options.maxMs));
  return define<number, O>(options, 'duration', allowed, bounded as unknown as z.ZodType<number, string>);
}

/** A URL with one of the given protocols, as its text; with one of `listProtocols` it may name several servers, `host:port,host:port`. */
export function urlSetting<
  const O extends SettingOptions & { protocols: readonly string[]; listProtocols?: readonly string[] },
>(options: O) {
  const { protocols, listProtocols = [] } = options;
  const all = [...protocols, ...listProtocols];
  const schema = z.string().refine((text) => {
    const isList = listProtocols.some((protocol) => text.startsWith(`${protocol}://`));
    return (isList ? urlsOf(text) : [text]).every((one) => {
      const url = URL.canParse(one) ? new URL(one) : null;
      return url !== null && all.includes(url.protocol.slice(0, -1)) && url.hostname !== '';
    });
  });
  const allowed = `a URL that begins with ${all.map((protocol) => `${protocol}://`).join(' or ')}`;
  return define<string, O>(options, 'URL', allowed, schema);
}

/** One URL for each server; user and password may hold commas, and stand before all servers. */
function urlsOf(text: string): string[] {
  const from = Math.max(text.indexOf('://') + 3, text.lastIndexOf('@') + 1);
  return text
    .slice(from)
    .split(',')
    .map((server) => text.slice(0, from) + server.trim());
}

const HOST_AND_PORT = /^(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?):(\d{1,5})$/;

/** `host:port` of one or more servers, separated by commas. */
export function serversSetting<const O extends SettingOptions>(options: O) {
  const server = z
    .string()
    .regex(HOST_AND_PORT)
    .refine((text) => Number(text.slice(text.lastIndexOf(':') + 1)) <= 65_535);
  const schema = z
    .string()
    .transform((text): readonly string[] => text.split(',').map((part) => part.trim()))
    .pipe(z.array(server).min(1).readonly());
  const allowed = 'a list of host:port, separated by commas';
  return define<readonly string[], O>(
    options,
    'servers',
    allowed,
    schema as unknown as z.ZodType<readonly string[], string>,
  );
}

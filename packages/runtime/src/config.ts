import { z } from 'zod'

/** A setting is wrong. `problems` has one line for each, with its remedy; they are reported together. */
export class ConfigError extends Error {
  override name = 'ConfigError'
  readonly problems: readonly string[]

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.map((p) => `  - ${p}`).join('\n')}`,
    )
    this.problems = problems
  }
}

/** A setting that is empty counts as absent, as in a compose file with an unset variable. */
const text = z
  .string()
  .transform((value) => (value.trim() === '' ? undefined : value.trim()))
  .optional()

const url = (name: string, protocols: readonly string[], example: string) =>
  text.refine((value) => value === undefined || (URL.canParse(value) && protocols.includes(new URL(value).protocol)), {
    error: `${name} is not an address like ${example}; correct it or leave it out`,
  })

const secretKey = text.refine((value) => value === undefined || Buffer.from(value, 'base64').length === 32, {
  error: 'HEADROOM_SECRET_KEY is not 32 bytes in base64; make one with: openssl rand -base64 32',
})

const port = text
  .transform((value) => (value === undefined ? 3000 : Number(value)))
  .refine((value) => Number.isInteger(value) && value >= 0 && value <= 65535, {
    error: 'PORT is not a number from 0 to 65535; correct it or leave it out (3000)',
  })

const oneOf = <const T extends readonly [string, ...string[]]>(name: string, values: T, fallback: T[number]) =>
  text
    .refine((value) => value === undefined || values.includes(value), {
      error: `${name} is not one of ${values.join(', ')}`,
    })
    .transform((value): T[number] => value ?? fallback)

const environment = z.object({
  PORT: port,
  HOST: text.transform((value) => value ?? '127.0.0.1'),
  DATABASE_URL: url('DATABASE_URL', ['postgres:', 'postgresql:'], 'postgres://user:password@host:5432/headroom'),
  REDIS_URL: url('REDIS_URL', ['redis:', 'rediss:'], 'redis://host:6379'),
  HEADROOM_DATA_DIR: text.transform((value) => value ?? '.headroom'),
  HEADROOM_SECRET_KEY: secretKey,
  HEADROOM_ADMIN_KEY: text.refine((value) => value === undefined || value.length >= 20, {
    error: 'HEADROOM_ADMIN_KEY is shorter than 20 characters; make one with: openssl rand -hex 32',
  }),
  HEADROOM_PUBLIC_URL: url('HEADROOM_PUBLIC_URL', ['http:', 'https:'], 'https://headroom.example.com'),
  SMTP_URL: url('SMTP_URL', ['smtp:', 'smtps:'], 'smtp://user:password@host:587'),
  MAIL_FROM: text,
  LOG_LEVEL: oneOf('LOG_LEVEL', ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], 'info'),
  HEADROOM_DEMO: oneOf('HEADROOM_DEMO', ['on', 'off'], 'on'),
  HEADROOM_ALLOW_PRIVATE_TRACKERS: oneOf('HEADROOM_ALLOW_PRIVATE_TRACKERS', ['true', 'false'], 'false'),
  HEADROOM_LLM_URL: url('HEADROOM_LLM_URL', ['http:', 'https:'], 'https://llm.example.com/v1').refine(
    (value) =>
      value === undefined || !URL.canParse(value) || (new URL(value).username === '' && new URL(value).search === ''),
    { error: 'HEADROOM_LLM_URL must not hold a user, a password or a query; the key belongs into HEADROOM_LLM_KEY' },
  ),
  HEADROOM_LLM_MODEL: text,
  HEADROOM_LLM_KEY: text,
  HEADROOM_LLM_DAILY_TOKENS: text
    .transform((value) => (value === undefined ? 200_000 : Number(value)))
    .refine((value) => Number.isSafeInteger(value) && value >= 0, {
      error: 'HEADROOM_LLM_DAILY_TOKENS is not a whole number of tokens; correct it or leave it out (200000)',
    }),
})

/** Everything that the environment can say, checked and with its defaults. */
export interface Config {
  readonly port: number
  readonly host: string
  /** Absent: the embedded database under the data directory. */
  readonly databaseUrl: string | undefined
  /** Absent: the queue runs on the database. */
  readonly redisUrl: string | undefined
  readonly dataDir: string
  readonly secretKey: string | undefined
  readonly adminKey: string | undefined
  readonly publicUrl: string | undefined
  readonly mail: { readonly smtpUrl: string | undefined; readonly from: string | undefined }
  readonly logLevel: string
  readonly demo: boolean
  readonly allowPrivateTrackers: boolean
  /** A language model that may be asked about tickets that nothing decided. Absent: none is. */
  readonly llm: LlmConfig | undefined
}

/** An endpoint of OpenAI's protocol, with what may be spent on it a day. */
export interface LlmConfig {
  readonly url: string
  readonly model: string
  readonly key: string | undefined
  readonly dailyTokens: number
}

/** Reads the environment once; throws {@link ConfigError} with all problems together. */
export function loadConfig(env: Readonly<Record<string, string | undefined>> = process.env): Config {
  const parsed = environment.safeParse(env)
  const problems = parsed.success ? [] : parsed.error.issues.map((issue) => issue.message)
  if (env.HEADROOM_LLM_URL?.trim() && !env.HEADROOM_LLM_MODEL?.trim())
    problems.push('HEADROOM_LLM_MODEL is missing; name the model to ask at HEADROOM_LLM_URL')
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems)
  const e = parsed.data
  return Object.freeze({
    port: e.PORT,
    host: e.HOST,
    databaseUrl: e.DATABASE_URL,
    redisUrl: e.REDIS_URL,
    dataDir: e.HEADROOM_DATA_DIR,
    secretKey: e.HEADROOM_SECRET_KEY,
    adminKey: e.HEADROOM_ADMIN_KEY,
    publicUrl: e.HEADROOM_PUBLIC_URL?.replace(/\/$/, ''),
    mail: { smtpUrl: e.SMTP_URL, from: e.MAIL_FROM },
    logLevel: e.LOG_LEVEL,
    demo: e.HEADROOM_DEMO === 'on',
    allowPrivateTrackers: e.HEADROOM_ALLOW_PRIVATE_TRACKERS === 'true',
    llm: llmOf(e),
  })
}

/** Off unless an address is given. */
function llmOf(e: z.output<typeof environment>): LlmConfig | undefined {
  if (!e.HEADROOM_LLM_URL || !e.HEADROOM_LLM_MODEL) return undefined
  return {
    url: e.HEADROOM_LLM_URL.replace(/\/+$/, ''),
    model: e.HEADROOM_LLM_MODEL,
    key: e.HEADROOM_LLM_KEY,
    dailyTokens: e.HEADROOM_LLM_DAILY_TOKENS,
  }
}

/** What every process of its own needs beyond the all-in-one: an external database. */
export function requireDatabaseConfig(config: Config): Config & { databaseUrl: string } {
  const { databaseUrl } = config
  if (!databaseUrl) throw new ConfigError([databaseMissing])
  return { ...config, databaseUrl }
}

/** What a process needs that opens or seals secrets: the key too. The others are not given it. */
export function requireServerConfig(config: Config): Config & { databaseUrl: string; secretKey: string } {
  const { databaseUrl, secretKey } = config
  const problems = [
    ...(databaseUrl ? [] : [databaseMissing]),
    ...(secretKey ? [] : ['HEADROOM_SECRET_KEY is missing; make one with: openssl rand -base64 32']),
  ]
  if (!databaseUrl || !secretKey) throw new ConfigError(problems)
  return { ...config, databaseUrl, secretKey }
}

const databaseMissing = 'DATABASE_URL is missing; a service of its own needs a PostgreSQL server'

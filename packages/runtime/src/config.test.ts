import { expect, test } from 'vitest'
import { type ConfigError, loadConfig } from './config.ts'

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    loadConfig(env)
    return []
  } catch (error) {
    return (error as ConfigError).problems
  }
}

test('a language model is off unless an address names one', () => {
  expect(loadConfig({}).llm).toBeUndefined()
  expect(loadConfig({ HEADROOM_LLM_URL: ' ', HEADROOM_LLM_MODEL: 'tiny' }).llm).toBeUndefined()
  expect(loadConfig({ HEADROOM_LLM_URL: 'http://127.0.0.1:11434/v1/', HEADROOM_LLM_MODEL: 'tiny' }).llm).toEqual({
    url: 'http://127.0.0.1:11434/v1',
    model: 'tiny',
    key: undefined,
    dailyTokens: 200_000,
  })
})

test('what is wrong with its settings is told together with all else', () => {
  expect(problemsOf({ HEADROOM_LLM_URL: 'ftp://a', HEADROOM_LLM_DAILY_TOKENS: '-1', PORT: 'x' })).toEqual([
    expect.stringContaining('PORT'),
    expect.stringContaining('HEADROOM_LLM_URL is not an address'),
    expect.stringContaining('HEADROOM_LLM_DAILY_TOKENS'),
    expect.stringContaining('HEADROOM_LLM_MODEL is missing'),
  ])
  expect(problemsOf({ HEADROOM_LLM_URL: 'https://u:p@a/v1', HEADROOM_LLM_MODEL: 'm' })).toEqual([
    expect.stringContaining('must not hold a user'),
  ])
})

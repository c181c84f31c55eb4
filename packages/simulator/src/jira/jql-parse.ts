import { JiraRefusal } from './errors.ts'

/** A JQL query of the kind that a sync sends: clauses joined by AND, and an order. */
export interface JqlQuery {
  readonly clauses: readonly JqlClause[]
  readonly order: readonly { readonly field: JqlField; readonly descending: boolean }[]
}

export interface JqlClause {
  readonly field: JqlField
  readonly operator: '=' | '!=' | '>' | '>=' | '<' | '<=' | 'in' | 'not in'
  /** One value, several for `in` and `not in`. */
  readonly values: readonly JqlValue[]
}

/** An unquoted number is an epoch in milliseconds where a date is expected, so quotes matter. */
export interface JqlValue {
  readonly text: string
  readonly quoted: boolean
}

const fieldNames = {
  project: 'project',
  created: 'created',
  createddate: 'created',
  updated: 'updated',
  updateddate: 'updated',
  issuetype: 'issuetype',
  type: 'issuetype',
  status: 'status',
  key: 'key',
  issuekey: 'key',
  issue: 'key',
  id: 'id',
} as const
export type JqlField = (typeof fieldNames)[keyof typeof fieldNames]

const orderFieldsMax = 7
const token = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|(>=|<=|!=|[=<>(),])|([^\s"'=<>!(),]+))/y

/** Parses JQL, refusing with 400 what a simulated site does not know. */
export function parseJql(jql: string): JqlQuery {
  const reader = readTokens(jql)
  const clauses: JqlClause[] = []
  while (!reader.done() && !reader.isWord('order')) {
    if (clauses.length > 0) reader.expectWord('and')
    clauses.push(readClause(reader))
  }
  return { clauses, order: readOrder(reader) }
}

interface Token {
  readonly text: string
  readonly kind: 'quoted' | 'sign' | 'word'
}

function readTokens(jql: string) {
  const tokens: Token[] = []
  token.lastIndex = 0
  const end = jql.trimEnd().length
  while (token.lastIndex < end) {
    const at = token.lastIndex
    const match = token.exec(jql)
    if (match === null) throw new JiraRefusal(400, `Error in the JQL Query: unexpected character at position ${at}.`)
    const [, double, single, sign, word] = match
    const quoted = double ?? single
    if (quoted !== undefined) tokens.push({ kind: 'quoted', text: quoted.replace(/\\(.)/g, '$1') })
    else tokens.push(sign === undefined ? { kind: 'word', text: word ?? '' } : { kind: 'sign', text: sign })
  }
  let position = 0
  const isWord = (word: string) => tokens[position]?.kind === 'word' && tokens[position]?.text.toLowerCase() === word
  const next = (): Token => {
    const found = tokens[position]
    if (found === undefined) throw new JiraRefusal(400, 'Error in the JQL Query: the query ends too early.')
    position += 1
    return found
  }
  const expectWord = (word: string) => {
    const found = next()
    if (found.text.toLowerCase() !== word)
      throw new JiraRefusal(400, `Error in the JQL Query: Expecting '${word.toUpperCase()}' but got '${found.text}'.`)
  }
  return { done: () => position >= tokens.length, isWord, next, expectWord }
}

type Reader = ReturnType<typeof readTokens>

function readField(reader: Reader): JqlField {
  const { text } = reader.next()
  const field = Object.entries(fieldNames).find(([name]) => name === text.toLowerCase())?.[1]
  if (field === undefined)
    throw new JiraRefusal(400, `Field '${text}' does not exist or you do not have permission to view it.`)
  return field
}

const signs = ['=', '!=', '>', '>=', '<', '<='] as const

function readClause(reader: Reader): JqlClause {
  const field = readField(reader)
  const operator = readOperator(reader)
  if (operator !== 'in' && operator !== 'not in') return { field, operator, values: [readValue(reader)] }
  if (reader.next().text !== '(') throw new JiraRefusal(400, "Error in the JQL Query: Expecting '(' after IN.")
  const values = [readValue(reader)]
  for (let sign = reader.next().text; sign !== ')'; sign = reader.next().text) {
    if (sign !== ',') throw new JiraRefusal(400, `Error in the JQL Query: Expecting ',' or ')' but got '${sign}'.`)
    values.push(readValue(reader))
  }
  return { field, operator, values }
}

function readOperator(reader: Reader): JqlClause['operator'] {
  const { text, kind } = reader.next()
  if (kind === 'word' && text.toLowerCase() === 'in') return 'in'
  if (kind === 'word' && text.toLowerCase() === 'not') {
    reader.expectWord('in')
    return 'not in'
  }
  const sign = signs.find((candidate) => kind === 'sign' && candidate === text)
  if (sign === undefined) throw new JiraRefusal(400, `Error in the JQL Query: Expecting operator but got '${text}'.`)
  return sign
}

function readValue(reader: Reader): JqlValue {
  const { text, kind } = reader.next()
  if (kind === 'sign') throw new JiraRefusal(400, `Error in the JQL Query: Expecting a value but got '${text}'.`)
  return { text, quoted: kind === 'quoted' }
}

function readOrder(reader: Reader): JqlQuery['order'] {
  if (reader.done()) return []
  reader.expectWord('order')
  reader.expectWord('by')
  const order: { field: JqlField; descending: boolean }[] = []
  do {
    if (order.length > 0 && reader.next().text !== ',')
      throw new JiraRefusal(400, "Error in the JQL Query: Expecting ',' between the fields of ORDER BY.")
    const field = readField(reader)
    const descending = reader.isWord('desc')
    if (descending || reader.isWord('asc')) reader.next()
    order.push({ field, descending })
  } while (!reader.done())
  if (order.length > orderFieldsMax)
    throw new JiraRefusal(400, `The ORDER BY clause may contain at most ${orderFieldsMax} fields.`)
  return order
}

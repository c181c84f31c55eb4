import { GraphQLError } from 'graphql'

/** A refusal with Linear's extensions. `type` is the lower-case phrase from which the SDK chooses its error class. */
export function linearError(
  message: string,
  extensions: {
    readonly type: string
    readonly code: string
    readonly statusCode: number
    readonly presentable?: string
  },
): GraphQLError {
  const { type, code, statusCode, presentable = message } = extensions
  return new GraphQLError(message, {
    extensions: {
      type,
      code,
      statusCode,
      userError: true,
      userPresentableMessage: presentable,
      http: { status: statusCode },
    },
  })
}

/** An argument outside its bounds: Linear answers HTTP 200 with `data: null`. */
export function invalidInput(message: string): GraphQLError {
  return linearError(message, { type: 'invalid input', code: 'INVALID_INPUT', statusCode: 400 })
}

/** Something that does not exist or may not be seen: HTTP 200 with `data: null`. */
export function notFound(entity: string): GraphQLError {
  const presentable = `Could not find referenced ${entity}.`
  return linearError(`Entity not found: ${entity}`, {
    type: 'invalid input',
    code: 'INPUT_ERROR',
    statusCode: 400,
    presentable,
  })
}

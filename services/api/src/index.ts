export type { ApiDeps } from './api-deps.ts'
export { createApi, createServer, registerApi } from './app.ts'
export type { SignInLinks } from './sign-in-links.ts'
export { createSignInLinks } from './sign-in-links.ts'

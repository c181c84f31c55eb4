declare module 'mjml' {
  /** Only what is used here: mjml ships no types. Throws on a mistake in the markup when `strict`. */
  const mjml2html: (
    source: string,
    options: { readonly validationLevel: 'strict' | 'soft' | 'skip' },
  ) => Promise<{ readonly html: string }>
  // biome-ignore lint/style/noDefaultExport: it is the module's own shape.
  export default mjml2html
}

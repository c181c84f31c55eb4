declare module 'wink-naive-bayes-text-classifier' {
  /** The part of the classifier that the benchmark calls. */
  interface NaiveBayes {
    definePrepTasks(tasks: readonly ((text: string) => string[])[]): number
    defineConfig(config: { readonly considerOnlyPresence: boolean; readonly smoothingFactor: number }): boolean
    learn(text: string, label: string): boolean
    consolidate(): boolean
    predict(text: string): string
  }
  export default function createNaiveBayes(): NaiveBayes
}

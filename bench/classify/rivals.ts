import { createRequire } from 'node:module'
import createNaiveBayes from 'wink-naive-bayes-text-classifier'

/** A text with its category, as every classifier of the benchmark is taught. */
export interface TaughtText {
  readonly text: string
  readonly category: string
}

/** Answers the category of a text. */
export type Classify = (text: string) => string

/** The part of `natural` that is called; its own types do not compile under our settings. */
interface Natural {
  readonly BayesClassifier: new () => {
    addDocument(text: string, label: string): void
    train(): void
    classify(text: string): string
  }
}

/** The naive Bayes classifier of `natural`, with its own tokenizer and stemmer. */
export function teachNatural(texts: readonly TaughtText[]): Classify {
  const { BayesClassifier } = createRequire(import.meta.url)('natural') as Natural
  const classifier = new BayesClassifier()
  for (const { text, category } of texts) classifier.addDocument(text, category)
  classifier.train()
  return (text) => classifier.classify(text)
}

/** Words in lower case: quicker than the preparation that wink proposes, which reads texts with a language model. */
function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/\p{L}+/gu) ?? []
}

/** The naive Bayes classifier of `wink`, over the presence of words. */
export function teachWink(texts: readonly TaughtText[]): Classify {
  const classifier = createNaiveBayes()
  classifier.definePrepTasks([wordsOf])
  classifier.defineConfig({ considerOnlyPresence: true, smoothingFactor: 0.5 })
  for (const { text, category } of texts) classifier.learn(text, category)
  classifier.consolidate()
  return (text) => classifier.predict(text)
}

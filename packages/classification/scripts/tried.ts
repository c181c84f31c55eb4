/** What was compared while the model was designed, by left-out projects: text alone / with fields, macro-F1 of categories. */
export const triedTable = `## What was tried
Macro-F1 of categories over left-out projects, before calibration. Differences below 0.005 are noise.

| | text alone | with fields |
|---|---|---|
| L-BFGS, penalty 1 | 0.711 | 0.719 |
| the same, stopped after 30 steps | 0.715 | 0.723 |
| AdaGrad, penalty 1 | 0.719 | 0.725 |
| AdaGrad, penalty 0.3 | 0.726 | 0.736 |
| AdaGrad, penalty 0.2 | 0.727 | 0.738 |
| weights by the labeller's confidence (1, 0.8, 0.5) and 0.7 for the first codebook | 0.728 | 0.735 |
| half of the loss on categories instead of work types | 0.731 | 0.738 |

`

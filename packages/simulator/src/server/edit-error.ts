/** Thrown when an edit names something that the simulated tracker does not have. */
export class SimulatorEditError extends Error {
  override name = 'SimulatorEditError'
}

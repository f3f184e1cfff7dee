export interface LastLook {
  /** ms since the epoch */
  at: number
  /** Generation of the deployment at that time. */
  generation: number
}

/** When the engine last looked at all objects of a deployment, by its id. In memory: a new process looks at all of them. */
export type LastLooks = Map<string, LastLook>

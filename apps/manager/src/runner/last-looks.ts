export interface LastLook {
  /** ms since the epoch */
  at: number
  /** Of the deployment then. */
  generation: number
}

/** When the engine last looked at all objects of a deployment, by its id. In memory: a new process looks at all of them. */
export type LastLooks = Map<string, LastLook>

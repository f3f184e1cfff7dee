/** One thing that `npm run verify` looks at. */
export interface Check {
  name: string
  /**
   * Lists what is wrong, a line or paragraph each, starting with `file:line` where there is one; empty when nothing is.
   */
  run(root: string): Promise<string[]>
}

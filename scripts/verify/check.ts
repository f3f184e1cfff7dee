/** One thing that `npm run verify` looks at. */
export interface Check {
  name: string
  /** What is wrong, a line or paragraph each, starting with `file:line` where there is one; empty when all is well. */
  run(root: string): Promise<string[]>
}

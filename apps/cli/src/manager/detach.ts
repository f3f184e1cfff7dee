import { codeOf, problem } from "@alienplatform/core/error"

/**
 * Runs a wait that the first Ctrl-C ends without ending what is waited for. Throws `detached` then, with `comeBack`, a
 * whole command line, to continue.
 */
export async function runDetachable<T>(what: string, comeBack: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (codeOf(error) !== "interrupted") throw error
    throw problem("detached", {
      message: `Detached: ${what} goes on without this command. Come back with: ${comeBack}`,
      hint: comeBack,
      cause: error,
    })
  }
}

import { nearest, problem } from "@alienplatform/core/error"
import type { Action, CommandDefinition, CommandGroup, CommonOptions } from "../command.ts"
import { EXIT } from "../exit-code.ts"
import { bashCompletion } from "../output/completion/bash.ts"
import { fishCompletion } from "../output/completion/fish.ts"
import { placesOf } from "../output/completion/model.ts"
import { zshCompletion } from "../output/completion/zsh.ts"

const SHELLS = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion }

/**
 * Makes the action of `alien completion SHELL`: prints a script made from the definitions of the commands. `--json`:
 * `{shell, script}`.
 */
export const completionOf =
  (commands: readonly (CommandDefinition | CommandGroup)[]): Action<CommonOptions> =>
  async ([shell = ""], { json }, { stdout }) => {
    if (!Object.hasOwn(SHELLS, shell)) {
      const known = Object.keys(SHELLS)
      const meant = nearest(shell, known)
      throw problem("usage_invalid", {
        message: `${shell} is no shell that can be completed for`,
        hint: meant ? `did you mean: ${meant}?` : `one of ${known.join(", ")}`,
      })
    }
    const script = SHELLS[shell as keyof typeof SHELLS](placesOf(commands))
    stdout.write(json ? `${JSON.stringify({ shell, script })}\n` : script)
    return EXIT.ok
  }

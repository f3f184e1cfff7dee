import type { CommandDefinition, CommandGroup } from "../command.ts"
import { backup } from "./backup.command.ts"
import { build } from "./build.command.ts"
import { defineCompletion } from "./completion.command.ts"
import { curl } from "./curl.command.ts"
import { deploy } from "./deploy.command.ts"
import { destroy } from "./destroy.command.ts"
import { dev } from "./dev.command.ts"
import { doctor } from "./doctor.command.ts"
import { env } from "./env.command.ts"
import { explain } from "./explain.command.ts"
import { image } from "./image.command.ts"
import { info } from "./info.command.ts"
import { init } from "./init.command.ts"
import { list } from "./list.command.ts"
import { login } from "./login.command.ts"
import { logs } from "./logs.command.ts"
import { open } from "./open.command.ts"
import { plan } from "./plan.command.ts"
import { redeploy } from "./redeploy.command.ts"
import { release } from "./release.command.ts"
import { releases } from "./releases.command.ts"
import { retry } from "./retry.command.ts"
import { rollback } from "./rollback.command.ts"
import { serve } from "./serve.command.ts"
import { settings } from "./settings.command.ts"
import { status } from "./status.command.ts"
import { stop } from "./stop.command.ts"
import { tokens } from "./tokens.command.ts"
import { url } from "./url.command.ts"
import { wait } from "./wait.command.ts"

export interface Section {
  title: string
  commands: readonly (CommandDefinition | CommandGroup)[]
}

const completion = defineCompletion(() => COMMANDS)

/** Every command, in the order of the help. */
export const SECTIONS: readonly Section[] = [
  { title: "Start", commands: [init, dev, build, image, serve, stop, login, doctor] },
  { title: "Install", commands: [deploy, plan, release, releases, redeploy, retry, rollback, destroy] },
  { title: "Look", commands: [list, status, info, url, curl, open, logs, wait, explain] },
  { title: "Configure", commands: [settings, env, tokens, backup, completion] },
]

export const COMMANDS: readonly (CommandDefinition | CommandGroup)[] = SECTIONS.flatMap(({ commands }) => commands)

/** Examples of `alien --help`. */
export const ROOT_EXAMPLES: readonly string[] = [
  "alien serve",
  "alien deploy shop",
  "alien status shop",
  "alien curl shop",
]

import { z } from "zod"
import { ACTORS } from "../codes/facts.ts"

/** Who has to act before something goes on; `ACTORS` says what each one is. */
export const Actor = z.enum(ACTORS)
export type Actor = z.output<typeof Actor>

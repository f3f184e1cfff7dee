/** Locks the data directory that the first argument names, says so, and holds it until it is killed. */
import { lockDataDirectory } from "@alienplatform/store"

const [, , directory = ""] = process.argv
const { holder } = await lockDataDirectory(directory, { command: "alien serve" })
process.stdout.write(`${JSON.stringify(holder)}\n`)
setInterval(() => {}, 60_000)

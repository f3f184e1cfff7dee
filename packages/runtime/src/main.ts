/**
 * `node main.ts <artifact directory>`: serves the worker in an unpacked artifact on `ALIEN_HOST` (default 127.0.0.1)
 * and `PORT`. Exits with 0 after SIGTERM or SIGINT, with 1 and a message on stderr when it cannot start. Errors that
 * nobody catches do not end it once it listens: they are logged, and counted in the file that `ALIEN_ERRORS_FILE` names.
 */
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { handlerOf } from "./handler.ts"
import { resolveLocalhost } from "./localhost.ts"
import { readManifest } from "./manifest.ts"
import { type RunningServer, serve } from "./server.ts"
import { mapStackTraces } from "./stack-traces/map-stack-traces.ts"
import { problem, StartError } from "./start-error.ts"
import { UnhandledErrorsKeeper } from "./unhandled-errors.ts"

async function start(directory: string | undefined): Promise<RunningServer> {
  if (!directory) throw problem("artifact_invalid", { message: "usage: main.ts <artifact directory>" })
  const port = portOf(process.env.PORT)
  const { entry } = await readManifest(directory)
  resolveLocalhost()
  mapStackTraces(directory)
  const handler = handlerOf(await import(pathToFileURL(join(directory, entry)).href), entry)
  const host = process.env.ALIEN_HOST
  return serve(handler, { port, ...(host ? { host } : {}) })
}

function portOf(text: string | undefined): number {
  const port = Number(text)
  if (text && Number.isInteger(port) && port >= 0 && port <= 65_535) return port
  throw problem("port_invalid", { message: `PORT is ${JSON.stringify(text)}; set it to a port from 0 to 65535` })
}

let running: RunningServer | undefined
const stop = async () => {
  await running?.close()
  process.exit(0)
}
process.once("SIGTERM", stop)
process.once("SIGINT", stop)

// Not for programs that the worker starts: it is about this process.
const { ALIEN_ERRORS_FILE: errorsFile } = process.env
delete process.env.ALIEN_ERRORS_FILE

try {
  running = await start(process.argv[2])
  new UnhandledErrorsKeeper({ file: errorsFile }).begin()
  console.log(`listening on port ${running.port}`)
} catch (error) {
  console.error(error instanceof StartError ? `${error.code}: ${error.message}` : error)
  process.exit(1)
}

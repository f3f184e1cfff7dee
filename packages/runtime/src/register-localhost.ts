/**
 * `node --import register-localhost.ts <program>`: the program finds names under `.localhost` at loopback, and its stacks
 * name the sources that it was bundled from. What runs was started with this file, so another name would start it anew.
 */
import { dirname } from "node:path"
import { resolveLocalhost } from "./localhost.ts"
import { mapStackTraces } from "./stack-traces/map-stack-traces.ts"

resolveLocalhost()
if (process.argv[1] !== undefined) mapStackTraces(dirname(process.argv[1]))

/** `node --import register-localhost.ts <program>`: the program finds names under `.localhost` at loopback. */
import { resolveLocalhost } from "./localhost.ts"

resolveLocalhost()

import { keepCompiled } from "./compile-cache.ts"
import { homeOf } from "./home.ts"

// First, so that it holds for everything else.
keepCompiled({ env: process.env, home: homeOf(process.env) })
await import("./command-line.ts")

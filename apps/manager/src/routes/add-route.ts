import type { App } from "../http/app-types.ts"
import type { Deps } from "./deps.ts"

/** Adds one route of the API, or two that belong together, to the app. */
export type AddRoute = (app: App, deps: Deps) => void

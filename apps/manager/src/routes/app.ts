import { OpenAPIHono, requestInvalid } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { timeout } from "hono/timeout"
import type { Logger } from "pino"
import type { App, Env } from "../http/app-types.ts"
import { authenticate } from "../http/authenticate.ts"
import { customerChanges } from "../http/customer-changes.ts"
import { jsonBody } from "../http/json-body.ts"
import { knownFields } from "../http/known-fields.ts"
import { onError } from "../http/on-error.ts"
import { requestLog } from "../http/request-log.ts"
import { ROUTES } from "./all.ts"
import type { Deps } from "./deps.ts"

/** ms for an answer; uploads have the server's own limit. */
const ANSWER_WITHIN = 30_000
const PARTS = { json: "body", query: "query", param: "path", header: "header", form: "form", cookie: "cookie" } as const

/** The API as one function from request to answer. */
export function createApp(deps: Deps, logger: Logger): App {
  const app: App = new OpenAPIHono<Env>({
    defaultHook: (result) => {
      if (!result.success) throw requestInvalid(PARTS[result.target], result.error.issues)
    },
  })
  app.onError(onError)
  app.notFound((c) => {
    throw problem("not_found", { message: `there is no ${c.req.method} ${c.req.path.slice(0, 200)}` })
  })
  app.use(requestLog(logger))
  app.use("/v1/*", authenticate(deps))
  // Around the body too: a client that is slow with it gets no longer.
  const slow = timeout(ANSWER_WITHIN, tooSlow as never)
  app.use((c, next) => (c.req.path.startsWith("/v1/artifacts/") ? next() : slow(c, next)))
  app.use(jsonBody())
  app.use("/v1/*", knownFields())
  app.patch("/v1/deployments/:id", customerChanges())

  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" })
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Manager", version: "1.0.0", description: "Deploys releases and answers with their URLs" },
  })
  for (const addRoute of ROUTES) addRoute(app, deps)
  return app
}

const tooSlow = () =>
  problem("request_timeout", {
    message: `the manager had no answer within ${ANSWER_WITHIN} ms; try again`,
  })

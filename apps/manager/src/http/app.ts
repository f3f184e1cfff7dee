import { OpenAPIHono, requestInvalid } from "@alienplatform/api"
import { problem } from "@alienplatform/core"
import { timeout } from "hono/timeout"
import type { Logger } from "pino"
import { artifactHandlers } from "../routes/artifacts.ts"
import { deploymentHandlers } from "../routes/deployments.ts"
import type { Deps } from "../routes/deps.ts"
import { dnsHandler } from "../routes/dns.ts"
import { infoHandler } from "../routes/info.ts"
import { logsHandler } from "../routes/logs.ts"
import { planHandlers } from "../routes/plan.ts"
import { publicHandlers } from "../routes/public.ts"
import { releaseHandlers } from "../routes/releases.ts"
import { tokenHandlers } from "../routes/tokens.ts"
import { wishHandlers } from "../routes/wishes.ts"
import type { App, Env } from "./app-types.ts"
import { authenticate } from "./authenticate.ts"
import { customerChanges } from "./customer-changes.ts"
import { jsonBody } from "./json-body.ts"
import { onError } from "./on-error.ts"
import { requestLog } from "./request-log.ts"

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
  app.patch("/v1/deployments/:id", customerChanges())

  app.openAPIRegistry.registerComponent("securitySchemes", "bearer", { type: "http", scheme: "bearer" })
  app.doc31("/openapi.json", {
    openapi: "3.1.0",
    info: { title: "Manager", version: "1.0.0", description: "Deploys releases and answers with their URLs" },
  })
  publicHandlers(app)
  artifactHandlers(app, deps)
  releaseHandlers(app, deps)
  deploymentHandlers(app, deps)
  wishHandlers(app, deps)
  infoHandler(app, deps)
  logsHandler(app, deps)
  dnsHandler(app, deps)
  planHandlers(app, deps)
  tokenHandlers(app, deps)
  return app
}

const tooSlow = () =>
  problem("request_timeout", {
    message: `the manager had no answer within ${ANSWER_WITHIN} ms; try again`,
  })

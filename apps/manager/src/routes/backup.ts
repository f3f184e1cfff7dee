import { routes } from "@alienplatform/api"
import { codeOf } from "@alienplatform/core"
import { errorBody } from "../answers/error-body.ts"
import type { AddRoute } from "./add-route.ts"

export const backup: AddRoute = (app, { backups }) => {
  app.openapi(routes.backup, async (c) => {
    const begun = await backups.begin(c.req.valid("json").directory)
    const log = c.get("log")
    const hungUp = new AbortController()
    const encoder = new TextEncoder()
    const lines = new ReadableStream<Uint8Array>({
      async start(controller) {
        const say = (line: object) => {
          if (!hungUp.signal.aborted) controller.enqueue(encoder.encode(`${JSON.stringify(line)}\n`))
        }
        try {
          const result = await begun.finish({ signal: hungUp.signal, progress: (progress) => say({ progress }) })
          log.info({ directory: result.directory, bytes: result.bytes }, "backup made")
          say({ result })
        } catch (error) {
          if (codeOf(error) === "interrupted") log.info({ code: "interrupted" }, "backup broken off")
          else log.error({ code: codeOf(error), err: error }, "backup failed")
          say({ error: errorBody(error) })
        }
        if (!hungUp.signal.aborted) controller.close()
      },
      cancel: () => hungUp.abort(),
    })
    // The types of the router know one document, not a line of one each.
    return c.body(lines, 200, { "content-type": "application/x-ndjson; charset=utf-8" }) as never
  })
}

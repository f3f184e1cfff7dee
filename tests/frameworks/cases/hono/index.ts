import { Hono } from "hono"
import { streamText } from "hono/streaming"

const app = new Hono()
app.get("/hello/:name", (context) => context.json({ hello: context.req.param("name"), url: context.req.url }))
app.get("/stream", (context) =>
  streamText(context, async (stream) => {
    for (const part of ["one ", "two ", "three"]) await stream.write(part)
  }),
)
export default app

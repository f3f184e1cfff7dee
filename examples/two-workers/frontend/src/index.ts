import { worker } from "@alienplatform/sdk"

export default {
  async fetch(request: Request): Promise<Response> {
    if (new URL(request.url).pathname !== "/ask") return Response.json({ from: "frontend", url: request.url })

    const backend = await worker("backend")
    const url = await backend.getUrl("api")
    const answer = await fetch(url, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(10_000)]) })
    return Response.json({
      frontend: { from: "frontend", url: request.url },
      backend: { status: answer.status, answer: await answer.json() },
    })
  },
}

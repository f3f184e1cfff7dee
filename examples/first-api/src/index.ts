import { func } from "@alienplatform/sdk"

export default {
  async fetch(request: Request): Promise<Response> {
    const api = await func("api")
    return Response.json({
      message: "hello from the first API",
      path: new URL(request.url).pathname,
      url: await api.getUrl(),
    })
  },
}

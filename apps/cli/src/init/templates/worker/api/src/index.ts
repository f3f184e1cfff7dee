import { worker } from "@alienplatform/sdk"

export default {
  async fetch(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url)
    if (pathname === "/health") return new Response("ok")
    const api = await worker("api")
    return Response.json({ message: "hello from my-app", path: pathname, url: await api.getUrl() })
  },
}

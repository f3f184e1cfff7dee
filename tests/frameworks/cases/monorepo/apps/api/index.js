import { greet } from "@shop/greet"

export default {
  fetch: (request) => new Response(greet(new URL(request.url).pathname.slice(1))),
}

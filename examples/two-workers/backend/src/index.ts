export default {
  fetch(request: Request): Response {
    return Response.json({ from: "backend", url: request.url })
  },
}

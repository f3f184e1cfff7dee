import express from "express"

const app = express()
app.get("/hello/:name", (request, response) => {
  response.json({ hello: request.params.name, secure: request.secure, host: request.get("x-forwarded-host") })
})
app.set("trust proxy", "loopback")
app.listen(process.env.PORT)
